/** Ends what a thread's JavaScript is doing, and leaves the thread as it is: what Ctrl-C does to a board. */
import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';

/** How long the debugger's connection to a busy thread is kept, ms. */
const WITHIN = 2000;

export function interrupt(worker: Worker): void {
  const session = new Session();
  session.connect();
  const end = setTimeout(() => session.disconnect(), WITHIN);
  end.unref();
  const message = JSON.stringify({ id: 1, method: 'Runtime.terminateExecution' });
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    // The debugger has numbers of its own; the thread's is in the title.
    if (workerInfo.title.startsWith(`[worker ${String(worker.threadId)}]`))
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  });
  session.on('NodeWorker.receivedMessageFromWorker', () => {
    clearTimeout(end);
    // Not here: the answer may come while `enable` below is still at work, and Node would go on with a session that is freed.
    setImmediate(() => session.disconnect());
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
}
