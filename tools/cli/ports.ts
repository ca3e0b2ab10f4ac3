/** `npm run ports`: the ports on which a board may be. */
import { listPorts } from '../flash/port';
import { endWhenUnread } from './options';

endWhenUnread();

listPorts().then(
  (ports) => {
    for (const { path, description } of ports) console.log(description ? `${path}  (${description})` : path);
    if (!ports.length)
      console.log(
        'No port found. Is the board connected, with a cable that carries data, and its driver installed?',
      );
    process.exit(0);
  },
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(1);
  },
);
