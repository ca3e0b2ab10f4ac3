/**
 * What the interpreter's own functions do with functions handed to them. It must be data only, read in the firmware's
 * sources: `src/jswrap_*.c`, `libs/network/`.
 */
import type { EntryKind } from './costs';

/** These call a function handed to them before they return. */
export const CALLS_AT_ONCE: ReadonlySet<string> = new Set(
  'forEach map filter find findIndex some every reduce sort replace Promise call apply'.split(' '),
);

/**
 * These call a function handed to them later, from the event loop. What is not named here and not above counts as
 * an event's.
 */
export const LATER: Readonly<Record<string, EntryKind>> = {
  setTimeout: 'timer',
  setInterval: 'timer',
  setWatch: 'watch',
  on: 'event',
  then: 'promise',
  catch: 'promise',
};

/** Events of which the listener is called by the network's code, at once: `jswrap_stream_pushData`. All others are queued. */
export const SOCKET_EVENTS: ReadonlySet<string> = new Set(['data']);
