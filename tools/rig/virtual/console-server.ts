/**
 * A board's console as a TCP port of the loopback, so that whatever talks to
 * boards over a network talks to this one. One client at a time, as with a
 * cable; what the board prints while there is none is lost, as with no cable.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** What a second client is told. */
export const BUSY = 'This console is in use by another program.';

export interface ConsoleServer {
  /** `tcp://127.0.0.1:port` */
  readonly url: string;
  /** To the client, one character a byte. */
  print(bytes: string): void;
  readonly hasClient: boolean;
  close(): Promise<void>;
}

/**
 * @param port 0: a free one
 * @param type is given what the client sends, one character a byte
 * @param onClient is told that one has come, or is gone
 * @throws Error when the port is taken.
 */
export async function serveConsole(
  port: number,
  type: (bytes: string) => void,
  onClient?: (connected: boolean) => void,
): Promise<ConsoleServer> {
  let client: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    if (client) {
      socket.end(`${BUSY}\r\n`);
      return;
    }
    client = socket;
    onClient?.(true);
    socket.on('data', (data) => type(data.toString('latin1')));
    socket.on('close', () => {
      if (client !== socket) return;
      client = undefined;
      onClient?.(false);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    url: `tcp://${LOOPBACK}:${String((server.address() as AddressInfo).port)}`,
    print: (bytes) => void client?.write(Buffer.from(bytes, 'latin1')),
    get hasClient() {
      return client !== undefined;
    },
    close() {
      client?.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
