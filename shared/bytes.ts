/**
 * Numbers and texts in binary strings, big endian, as MQTT has them (MQTT
 * 3.1.1 §1.5) and as the messages between the boards have them too. Pure.
 */

export const char = String.fromCharCode;

/** Two bytes. */
export function word(value: number): string {
  return char((value >> 8) & 255, value & 255);
}

/** One byte; NaN beyond the end. */
export function byteAt(bytes: string, at: number): number {
  return bytes.charCodeAt(at);
}

/** The number in two bytes; 0 beyond the end. */
export function wordAt(bytes: string, at: number): number {
  return (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);
}

/** A text of up to 65535 bytes behind its length in two bytes. */
export function text(value: string): string {
  return word(value.length) + value;
}
