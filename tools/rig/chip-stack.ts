/**
 * The C stack of an ESP8266 in figures, for the self-test that fills a real
 * one and for the emulator that plays one. Data and sums only.
 */

/**
 * Bytes for interrupts, SDK, lwIP and interpreter together; below them are bytes of the SDK. Nothing checks the depth:
 * `jsuGetFreeStack` says 1000000 on this chip (`src/jsutils.c:965`).
 */
export const CHIP_STACK = 5300;

/**
 * Measured on the ESP8266 build's own sources as LX106 code, counted from the main task's call, without interrupts: in
 * use within a function that a timer calls and that calls a built-in one.
 */
const FROM_TIMER = 1520;

/** What a call adds that is a statement of its own, without arguments or variables, measured the same way. */
const CALL = 400;

/** Bytes in use within `levels` functions, at least 1, each called by a statement of the one before, the first by a timer. */
export function nestedBytes(levels: number): number {
  return FROM_TIMER + (levels - 1) * CALL;
}
