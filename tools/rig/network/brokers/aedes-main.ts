/** The embedded broker as a process of its own: `aedes-main.ts PORT`. It must hold nothing that the embedded one does not. */
import { createBroker } from '../broker';

const broker = createBroker({ port: Number(process.argv[2]) });
await broker.start();
process.on('SIGTERM', () => void broker.stop().then(() => process.exit(0)));
