/**
 * A time server of the loopback for tests and `npm start`: answers SNTP
 * queries (RFC 4330 §5) with the PC's clock, so that no board asks the Internet.
 */
import { createSocket } from 'node:dgram';

const LOOPBACK = '127.0.0.1';
/** Seconds from 1900, where NTP counts from, to 1970. */
const TO_UNIX = 2_208_988_800;
const PACKET = 48;

export interface SntpServer {
  readonly port: number;
  /** Queries answered so far. */
  readonly queries: number;
  stop(): Promise<void>;
}

/** A time in ms since 1970 as NTP's 32.32 fixed-point seconds. */
function stamp(packet: Buffer, at: number, ms: number): void {
  packet.writeUInt32BE((Math.floor(ms / 1000) + TO_UNIX) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), at + 4);
}

/** @param offset ms added to the PC's clock. */
export async function startSntpServer(offset = 0): Promise<SntpServer> {
  const socket = createSocket('udp4');
  let queries = 0;
  socket.on('message', (query, from) => {
    if (query.length < PACKET) return;
    const now = Date.now() + offset;
    const answer = Buffer.alloc(PACKET);
    // No leap second, the version asked for, mode 4: server; stratum 1.
    answer[0] = (query.readUInt8(0) & 0x38) | 4;
    answer[1] = 1;
    query.copy(answer, 24, 40, 48);
    stamp(answer, 16, now);
    stamp(answer, 32, now);
    stamp(answer, 40, now);
    queries++;
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, LOOPBACK, resolve);
  });
  return {
    port: socket.address().port,
    get queries() {
      return queries;
    },
    stop: () => new Promise((resolve) => void socket.close(resolve)),
  };
}
