/**
 * What both boards do to count the bytes of bare wires: the same exchanges, one
 * after the other, before there is a link.
 */
import { Wire } from '../../../shared/wire';
import { onGo } from './go';

/** Bytes of the short and of the long exchanges: what a long one takes more is the bytes alone. */
const SHORT = 2;
const LONG = 12;

/**
 * Sends, receives, and does both at once, by turns.
 * @param run of this end of the wires, which is at rest
 * @param sender this end is the one that sends first
 * @param counted prints a line after each exchange, and waits for the tool to say `go()`; the other end is always ready
 */
export function exchange(
  run: Wire['run'],
  sender: boolean,
  repeats: number,
  rest: number,
  counted: boolean,
): void {
  const bytes = new Uint8Array(LONG);
  const into = new Uint8Array(LONG);
  let step = 0;

  function work(): void {
    const kind = step % 3;
    const size = step % 6 < 3 ? SHORT : LONG;
    const sends = kind === 2 || (kind === 0) === sender;
    let at = 0;
    while (at < size) at = run(sends ? bytes : null, sends && kind < 2 ? null : into, at, size);
    step++;
    if (counted) print('COUNT ' + (kind === 2 ? 'both' : sends ? 'send' : 'receive') + ' ' + size);
    if (!counted && step < repeats * 6) setTimeout(work, 0);
  }

  function quiet(): void {
    print('COUNT rest 0');
    step++;
  }

  // At the end nothing for a while: that is what the tools' engine takes at rest for what it lends the board.
  function go(): void {
    if (step < repeats * 6) setTimeout(work, 20);
    else if (step === repeats * 6) setTimeout(quiet, rest * 1000);
    else print('COUNT end 0');
  }

  for (let i = 0; i < LONG; i++) bytes[i] = i * 37 + 0x65;
  if (counted) {
    onGo(go);
    setTimeout(print, 1500, 'COUNT begin 0');
  } else setTimeout(work, 0);
}
