/**
 * A time server of the loopback for tests and `npm start`: answers SNTP
 * queries (RFC 4330 §5) with the PC's clock, so that no board asks the Internet.
 * It can be wrong in each of the ways in which servers are, while it runs.
 */
import { createSocket } from 'node:dgram';

const LOOPBACK = '127.0.0.1';
/** Seconds from 1900, where NTP counts from, to 1970. */
const TO_UNIX = 2_208_988_800;
const PACKET = 48;

/** What the server answers, as long as nothing else is set. */
const RIGHT = {
  /** ms added to the PC's clock. */
  offset: 0,
  silent: false,
  /** 0 with a kiss of death's code, 16: not synchronised. */
  stratum: 1,
  /** 3: the clock was never set. */
  leap: 0,
  /** ms from a query to its answer, which are its own work and which it tells. */
  late: 0,
  /** ms that a query takes to it, and that the answer takes back: it does not know of them. */
  there: 0,
  back: 0,
  /** It answers another question. */
  otherQuestion: false,
  /** It answers from a port that was not asked. */
  otherPort: false,
  /** Bytes of an answer. */
  size: PACKET,
};

export type Behaviour = typeof RIGHT;

export interface SntpServer {
  readonly port: number;
  /** Queries received so far. */
  readonly queries: number;
  /** Changes what it does from now on; what is not named is as it was. */
  set(behaviour: Partial<Behaviour>): void;
  stop(): Promise<void>;
}

/** A time in ms since 1970 as NTP's 32.32 fixed-point seconds. */
function stamp(packet: Buffer, at: number, ms: number): void {
  packet.writeUInt32BE((Math.floor(ms / 1000) + TO_UNIX) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), at + 4);
}

function after(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => void setTimeout(resolve, ms).unref()) : undefined;
}

/** @param first what it does from the start; a number is its `offset` */
export async function startSntpServer(first: number | Partial<Behaviour> = {}): Promise<SntpServer> {
  const does: Behaviour = { ...RIGHT, ...(typeof first === 'number' ? { offset: first } : first) };
  const socket = createSocket('udp4');
  const other = createSocket('udp4');
  let queries = 0;
  let open = true;

  async function answer(query: Buffer, port: number, address: string): Promise<void> {
    await after(does.there);
    const arrived = Date.now() + does.offset;
    await after(does.late);
    const packet = Buffer.alloc(PACKET);
    // The version asked for, mode 4: server.
    packet[0] = (does.leap << 6) | (query.readUInt8(0) & 0x38) | 4;
    packet[1] = does.stratum;
    if (does.stratum === 0) packet.write('RATE', 12, 'latin1');
    query.copy(packet, 24, 40, 48);
    if (does.otherQuestion) packet.writeUInt8(packet.readUInt8(31) ^ 1, 31);
    stamp(packet, 16, arrived);
    stamp(packet, 32, arrived);
    stamp(packet, 40, Date.now() + does.offset);
    const sized = Buffer.concat([packet, Buffer.alloc(Math.max(0, does.size - PACKET))]).subarray(
      0,
      does.size,
    );
    await after(does.back);
    if (open) (does.otherPort ? other : socket).send(sized, port, address);
  }

  socket.on('message', (query, from) => {
    if (query.length < PACKET) return;
    queries++;
    if (!does.silent) void answer(query, from.port, from.address);
  });
  await Promise.all(
    [socket, other].map(
      (one) =>
        new Promise<void>((resolve, reject) => {
          one.once('error', reject);
          one.bind(0, LOOPBACK, resolve);
        }),
    ),
  );
  return {
    port: socket.address().port,
    get queries() {
      return queries;
    },
    set: (behaviour) => void Object.assign(does, behaviour),
    stop: async () => {
      open = false;
      await Promise.all(
        [socket, other].map((one) => new Promise<void>((resolve) => void one.close(resolve))),
      );
    },
  };
}
