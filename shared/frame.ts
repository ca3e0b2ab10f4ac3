/**
 * Headers and bodies of the link's exchanges as bytes: pure functions, no
 * state, no pins. What the fields mean is explained in `link.ts`.
 *
 *     header   state (2 bits) | ready (1) | sequence (2) | acknowledge (2) | role (1)
 *              length of the message, high byte, low byte
 *              check, 15 bits of the CRC-32 of the three bytes above | 0
 *     body     message | its CRC-32, lowest byte first and that one XOR MARK, the very last bit 0
 *
 * `role` tells the initiator's headers (0) from the responder's (1), so that an
 * end that reads its own data line back does not take itself for the other one.
 *
 * The last bit of a header is sent as 0, so that the responder's data line is
 * low when the wires come to rest, and ignored, because the responder may
 * raise that line to ask for an exchange before the initiator has read it. All
 * zeros and all ones, as a dead or a stuck line reads, are never a valid header.
 *
 * The mark is there because eight bytes 255 are four such bytes and their
 * CRC-32. An end that lost a header reads just that from a responder which
 * looks for alignment. With the mark, no constant line and no run of calls
 * for alignment makes a body, of any size.
 */

/** Bytes of a header. */
export const HEADER = 5;

/** Bytes that a body adds to its message. */
export const TRAILER = 4;

/** How far an end is, after the three-state handshake of RFC 5880 §6.2. */
export const enum LinkState {
  /** Hears nothing of the other end, or it has begun anew. */
  DOWN = 0,
  /** Hears the other end, not knowing whether it is heard. */
  INIT = 1,
  /** Hears and is heard: messages may flow. */
  UP = 2,
  /** The same, and another message waits behind the one that is offered. */
  MORE = 3,
}

/** What the first byte of a body's check is mixed with. */
const MARK = 0xaa;

/** CRC-32 of a body, check included: one of two for every intact one, as its last bit may be either. */
const RESIDUE = 0x0392267d;
const OTHER_RESIDUE = 0x749516eb;

/** First byte of a header, but for the bit `role`. `sequence` and `acknowledge` are 0 to 3. */
export function control(state: LinkState, ready: boolean, sequence: number, acknowledge: number): number {
  return (state << 6) | (ready ? 32 : 0) | (sequence << 3) | (acknowledge << 1);
}

function check(header: Uint8Array): number {
  return E.CRC32([header[0], header[1], header[2]]) & 0x7fff;
}

/** Writes a header. `length` is that of the message, 0 for none, at most 65535. */
export function encodeHeader(header: Uint8Array, first: number, length: number): void {
  header[0] = first;
  header[1] = length >> 8;
  header[2] = length;
  const sum = check(header);
  header[3] = sum >> 7;
  header[4] = sum << 1;
}

/** Length of the announced message, or -1 for a header that did not arrive intact. */
export function decodeHeader(header: Uint8Array): number {
  return ((header[3] << 7) | (header[4] >> 1)) === check(header) ? (header[1] << 8) | header[2] : -1;
}

function isIntact(body: Uint8Array): boolean {
  const sum = E.CRC32(body);
  return sum === RESIDUE || sum === OTHER_RESIDUE;
}

/**
 * The body that carries a message (a binary string), or undefined when there are no variables left for it
 * (`jsvNewTypedArray` gives none, or one whose memory is too short; Espruino src/jswrap_espruino.c).
 */
export function encodeBody(message: string): Uint8Array | undefined {
  const sum = E.CRC32(message) ^ MARK;
  const body: Uint8Array | undefined = E.toUint8Array(
    message,
    sum & 255,
    (sum >> 8) & 255,
    (sum >> 16) & 255,
    (sum >> 24) & 254,
  );
  let intact = false;
  if (body) intact = isIntact(body);
  return intact ? body : undefined;
}

/**
 * The message in a body, or undefined when it did not arrive intact or there are no variables left for it: `E.toString`
 * then gives nothing, and `substr` nothing or half (`jsvNewFromStringVar`, Espruino src/jsvar.c).
 */
export function decodeBody(body: Uint8Array): string | undefined {
  const size = body.length - TRAILER;
  const intact = isIntact(body);
  let text: string | undefined;
  // Not a slice of the array: Espruino makes that an Array, a variable for each byte.
  if (intact) text = E.toString(body) as string | undefined;
  if (text) text = text.substr(0, size) as string | undefined;
  return text && text.length === size ? text : undefined;
}
