/** A mutant's last chance to be noticed: simulated schedules of faults. Ends with 1 at the first broken promise. */
import { runShare } from '../campaign';

const { violations } = runShare({ seed: 1, schedules: Number(process.argv[2]), first: true });
process.exit(violations.length ? 1 : 0);
