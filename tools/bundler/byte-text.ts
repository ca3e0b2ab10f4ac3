/**
 * Text outside ASCII as the escapes of its UTF-8 bytes, which is what such text is on a board, where a character is a
 * byte. `\xNN` in a source stays the byte it names.
 */
export function toByteEscapes(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, (part) =>
    [...Buffer.from(part)].map((byte) => '\\x' + byte.toString(16)).join(''),
  );
}
