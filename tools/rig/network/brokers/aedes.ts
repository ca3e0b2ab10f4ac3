/** Aedes, which keeps everything in its memory, as a process of its own. */
import { fileURLToPath } from 'node:url';
import { createBrokerProcess, freePorts } from './process';
import type { BrokerProcess } from './process';

export async function createAedes(): Promise<BrokerProcess> {
  const [port = 0] = await freePorts(1);
  const main = fileURLToPath(new URL('aedes-main.ts', import.meta.url));
  const tsx = import.meta.resolve('tsx');
  return createBrokerProcess('aedes', port, () => [
    // In its own folder a child would find no modules.
    { file: process.execPath, args: ['--import', tsx, main, String(port)] },
  ]);
}
