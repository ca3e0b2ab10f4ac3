/**
 * A door in front of a broker, through which the boards reach it: it can make
 * them wait, break their connections, and be shut as if there were no broker.
 * It must not look into what passes.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface DelayRelay {
  /** The same from one opening to the next. */
  readonly port: number;
  /** What comes from now on is passed on this much later, both ways, in order. ms */
  delay(ms: number): void;
  /** Resets all connections; new ones are taken. */
  cut(): void;
  /** Resets all connections, and refuses new ones. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Connections taken since the start. */
  readonly taken: number;
}

/**
 * Resolves when it is open.
 * @param address of this machine, by which the boards reach it
 * @throws Error when nothing can listen there.
 */
export async function createRelay(
  address: string,
  to: { readonly host: string; readonly port: number },
): Promise<DelayRelay> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let late = 0;
  let port = 0;
  let taken = 0;

  function pass(from: Socket, into: Socket): void {
    // Each piece waits for the one before, so that a delay that ends does not put them out of order.
    let before = Promise.resolve();
    const after = (work: () => void): void => {
      const due = Date.now() + late;
      before = before.then(async () => {
        const ms = due - Date.now();
        if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        if (!into.destroyed) work();
      });
    };
    from.on('data', (data) => after(() => into.write(data)));
    from.on('end', () => after(() => into.end()));
    from.on('error', () => into.resetAndDestroy());
    from.on('close', () => {
      sockets.delete(from);
      after(() => into.destroy());
    });
  }

  function take(board: Socket): void {
    taken++;
    const broker = connect({ ...to, noDelay: true });
    for (const socket of [board, broker]) sockets.add(socket);
    pass(board, broker);
    pass(broker, board);
  }

  function cut(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  async function open(): Promise<void> {
    if (server) return;
    const opening = createServer({ noDelay: true }, take);
    await new Promise<void>((resolve, reject) => {
      opening.once('error', reject);
      opening.listen(port, address, resolve);
    });
    server = opening;
    port = (opening.address() as AddressInfo).port;
  }

  await open();
  return {
    delay(ms) {
      late = ms;
    },
    cut,
    async shut() {
      const closing = server;
      server = undefined;
      if (!closing) return;
      const gone = new Promise((resolve) => closing.close(resolve));
      cut();
      await gone;
    },
    open,
    get port() {
      return port;
    },
    get taken() {
      return taken;
    },
  };
}
