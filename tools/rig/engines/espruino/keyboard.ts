/**
 * Types on the console of the interpreter for Linux: bytes into the FIFO that
 * is its standard input. It must never end the interpreter, which a board's
 * console cannot do: there Ctrl-D is a character like others, and Ctrl-C twice
 * breaks twice.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

export interface Keyboard {
  /** One character a byte. */
  type(bytes: string): void;
  /** Forgets what the interpreter has not read. */
  clear(): void;
}

const CTRL_C = '\x03';
const CTRL_D = /\x04/g;

/** Ctrl-C on an empty line counts towards the end of the interpreter, so there is a space before; then the line goes. */
const BREAK = [' ', CTRL_C, '\x1b[2H'] as const;

/** Between these, so that the interpreter has seen the space when it heeds Ctrl-C, which overtakes it. ms */
const PAUSE = 40;

/** Bytes in one go, less than a FIFO holds. */
const CHUNK = 4096;

/** Until the FIFO is there or has room again, ms. */
const AGAIN = 20;

export function createKeyboard(fifo: string): Keyboard {
  let descriptor: number | undefined;
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    timer = undefined;
    const next = waiting[0];
    if (next === undefined) return;
    let pause: number | undefined = BREAK.includes(next as never) ? PAUSE : undefined;
    try {
      descriptor ??= openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
      const written = writeSync(descriptor, Buffer.from(next.slice(0, CHUNK), 'latin1'));
      if (written < next.length) waiting[0] = next.slice(written);
      else waiting.shift();
    } catch {
      pause = AGAIN;
    }
    if (waiting.length) timer = setTimeout(send, pause ?? 0);
  }

  return {
    type(bytes) {
      bytes
        .replace(CTRL_D, '')
        .split(CTRL_C)
        .forEach((text, index) => {
          if (index) waiting.push(...BREAK);
          if (text) waiting.push(text);
        });
      timer ??= setTimeout(send, 0);
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
      if (descriptor === undefined) return;
      try {
        for (const rest = Buffer.alloc(CHUNK); readSync(descriptor, rest) > 0;);
      } catch {
        // Nothing left.
      }
      closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
