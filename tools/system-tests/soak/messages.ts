/** The messages of a soak: what a number looks like, either way. Each holds what it takes to know whether it is whole. */

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

/** What the application publishes under a number. */
export function outgoing(number: number): { topic: string; payload: Buffer } {
  const from = number & 127;
  return {
    topic: number & 1 ? 'soak/out/a' : 'soak/out/b',
    payload: Buffer.concat([
      Buffer.from(`${String(number)}:`),
      BYTES.subarray(from, from + ((number * 37) & 127)),
    ]),
  };
}

/** What the host is sent under a number. */
export function incoming(number: number, length = (number * 53) & 127): { topic: string; payload: Buffer } {
  const head = Buffer.from(`${String(number)}:`);
  const filling = Buffer.alloc(Math.max(0, length - head.length), BYTES.subarray(number & 127));
  return { topic: number & 1 ? 'a' : 'b', payload: Buffer.concat([head, filling]) };
}
