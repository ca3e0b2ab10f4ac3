/**
 * The flash memory of the interpreter for Linux (`espruino.flash` in its
 * working directory) as a table of Storage files. It must never be written
 * while an interpreter uses it; reading is safe at any time.
 */

/** Storage files, name to contents, one character a byte. */
export type Files = Record<string, string>;

// Espruino src/jsflash.h: a header of size (its top byte holds flags) and name before each file, then the contents,
// filled up to a whole number of words. A file whose name begins with a zero word is deleted; an unset size ends the list.
const HEADER = 32;
const NAME_AT = 4;
const NAME_LENGTH = HEADER - NAME_AT;
const WORD = 4;
const UNSET = 0xffffffff;

/** The flash of a Linux build, 256 KB (boards/LINUX.py). */
const CAPACITY = 256 * 1024;

function padded(length: number): number {
  return Math.ceil(length / WORD) * WORD;
}

/**
 * Flash contents holding `files`, as long as needed: the interpreter itself
 * adds the erased rest when it finds the file too short.
 * @throws Error when a name is empty or longer than 28 bytes, a file is empty, or all do not fit in 256 KB.
 */
export function writeFlash(files: Readonly<Files>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const contents = Buffer.from(text, 'latin1');
    if (!name || Buffer.byteLength(name, 'latin1') > NAME_LENGTH)
      throw new Error(`Storage file name "${name}" must have 1 to ${NAME_LENGTH} bytes`);
    if (!contents.length) throw new Error(`Storage file "${name}" is empty`);
    const record = Buffer.alloc(HEADER + padded(contents.length), 0xff);
    record.fill(0, 0, HEADER);
    record.writeUInt32LE(contents.length, 0);
    record.write(name, NAME_AT, 'latin1');
    contents.copy(record, HEADER);
    parts.push(record);
  }
  const flash = Buffer.concat(parts);
  if (flash.length > CAPACITY)
    throw new Error(`${flash.length} bytes of Storage files exceed the ${CAPACITY} of the flash`);
  return flash;
}

/** The files `flash` holds now. Damaged contents end the list early. */
export function readFlash(flash: Buffer): Files {
  const files: Files = {};
  let at = 0;
  while (at + HEADER <= flash.length) {
    const size = flash.readUInt32LE(at);
    if (size === UNSET || size === 0) break;
    const length = size & 0xffffff;
    const start = at + HEADER;
    if (start + length > flash.length) break;
    const plain = size >>> 24 === 0;
    if (plain && flash.readUInt32LE(at + NAME_AT) !== 0) {
      const name = flash.toString('latin1', at + NAME_AT, start).replace(/\0.*$/s, '');
      files[name] = flash.toString('latin1', start, start + length);
    }
    at = start + padded(length);
  }
  return files;
}
