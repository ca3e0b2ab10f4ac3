/**
 * What nothing in the target's code expects ends this start: an exception that
 * nobody caught, and a turn that the interpreter broke off because its memory
 * had run out, after which neither `catch` nor `finally` has run and what was
 * being changed is half done. To go on would be a guess; the target begins anew
 * and tells the host why. Nothing here may need memory that is not there.
 */
import { word, wordAt } from '../shared/bytes';

/**
 * Where the reason is kept: memory of the chip's clock, which outlives all but a loss of power. Its first 256 bytes for
 * programs are the firmware's (RTC_TIME_ADDR, targets/esp8266/jshardware.c:57).
 */
const RTC = 0x60001300;

/** Characters of the reason that are kept, four in a word. */
const LENGTH = 32;

/** `reboot` begins anew. */
export const chip: { reboot(): void } = require('ESP8266');

// Given back when memory has run out, for what is still to be done: ten variables, and what the turn that was broken off
// has given back. A variable that nobody reads would not survive the build.
const reserve = E as unknown as { _spare: Uint8Array | undefined };
reserve._spare = new Uint8Array(100);

/** Why the last start ended, as far as it was kept; '' where nothing was, as after a loss of power. */
export function lastReason(): string {
  let text = '';
  let value: number;
  let i = 0;
  while (i < LENGTH) {
    i += 4;
    value = peek32(RTC + i);
    text += word(value >> 16);
    text += word(value);
  }
  return E.CRC32(text) === peek32(RTC) >>> 0 ? text.trim() : '';
}

/** The host has heard of it. */
export function forgetReason(): void {
  poke32(RTC, 0);
}

/** Begins anew, with memory as at power-on, and keeps the reason for the next start to tell. */
function crash(reason: string): void {
  let text = reason.substr(0, LENGTH);
  let i = 0;
  reserve._spare = undefined;
  while (text.length < LENGTH) text += ' ';
  poke32(RTC, E.CRC32(text));
  while (i < LENGTH) {
    poke32(RTC + 4 + i, (wordAt(text, i) << 16) | wordAt(text, i + 2));
    i += 4;
  }
  chip.reboot();
}

process.on('uncaughtException', function (exception) {
  const words = exception && (exception as Error).message;
  crash(typeof words === 'string' ? words : typeof exception === 'string' ? exception : 'exception');
});

// Others than these two harm nothing: an edge or a byte of the console that was lost, or variables that became few.
E.on('errorFlag', function (flags) {
  if (flags.includes('MEMORY') || flags.includes('CALLBACK')) crash(flags.join(' '));
});
