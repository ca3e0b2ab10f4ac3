/**
 * The embedded MQTT broker of `npm start` and the tests: aedes on a port of the
 * loopback that stays the same from one start to the next.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

const LOOPBACK = '127.0.0.1';

/** What the broker itself publishes. */
const OWN_TOPICS = '$SYS/';

/** Who wants to know what happens at a broker. */
export interface BrokerListener {
  /** A client, or the will of one, has published something. */
  readonly onMessage?: (topic: string, payload: Buffer) => void;
  /** A client has come, or is gone. */
  readonly onClient?: (id: string, connected: boolean) => void;
}

export interface BrokerOptions extends BrokerListener {
  /** 0, the default: a free port, chosen at the first start. */
  readonly port?: number;
  /** Refuses all clients but those with this user and password. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** Sessions and retained messages outlive a stop. Default false. */
  readonly keepSessions?: boolean;
}

export interface Broker {
  /** @throws Error when the port is taken. */
  start(): Promise<void>;
  /** Breaks all connections and frees the port; sessions and retained messages are lost, unless they are to be kept. */
  stop(): Promise<void>;
  readonly isRunning: boolean;
  /** 0 before the first start. */
  readonly port: number;
  /** `mqtt://127.0.0.1:port` */
  readonly url: string;
}

export function createBroker(options: BrokerOptions = {}): Broker {
  let port = options.port ?? 0;
  // Where the broker before this one kept its sessions.
  let kept: unknown;
  let running: { readonly aedes: Aedes; readonly server: Server; readonly sockets: Set<Socket> } | undefined;

  return {
    async start() {
      if (running) return;
      const { auth } = options;
      const aedes = await Aedes.createBroker({
        ...(kept !== undefined && { persistence: kept }),
        ...(auth && {
          authenticate(_client, user, password, done) {
            done(null, user === auth.user && String(password ?? '') === auth.password);
          },
        }),
      });
      if (options.keepSessions) kept = (aedes as { persistence?: unknown }).persistence;
      const { onMessage, onClient } = options;
      if (onMessage)
        aedes.on('publish', ({ topic, payload }) => {
          if (!topic.startsWith(OWN_TOPICS)) onMessage(topic, Buffer.from(payload));
        });
      if (onClient) {
        aedes.on('client', ({ id }) => onClient(id, true));
        aedes.on('clientDisconnect', ({ id }) => onClient(id, false));
      }
      const sockets = new Set<Socket>();
      const server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        aedes.handle(socket);
      });
      try {
        await new Promise<void>((resolve, reject) => {
          server.once('error', reject);
          server.listen(port, LOOPBACK, resolve);
        });
      } catch (error) {
        await new Promise<void>((resolve) => aedes.close(resolve));
        throw error;
      }
      port = (server.address() as AddressInfo).port;
      running = { aedes, server, sockets };
    },
    async stop() {
      if (!running) return;
      const { aedes, server, sockets } = running;
      running = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
    get isRunning() {
      return running !== undefined;
    },
    get port() {
      return port;
    },
    get url() {
      return `mqtt://${LOOPBACK}:${String(port)}`;
    },
  };
}
