/**
 * Watches of pins, `setWatch` and `clearWatch`: the edges that the lines and the board itself make, handed to a program's
 * functions from the event loop.
 */
import { TARGET_INDEX } from '../line-memory';
import type { BoardIndex } from '../line-memory';
import type { Edge } from '../edge-queues';
import type { Wires } from '../wires';
import type { Natives } from '../natives';
import type { ErrorFlags } from './errors';
import type { Loop } from './loop';
import type { PinNames } from './pin-names';
import type { PinReports, PinStages } from './pin-stages';

/** Edges handed over in one turn: what the two queues of a board's lines hold. */
const TURN = 2 * 16;

interface Watch {
  readonly pin: number;
  readonly callback: unknown;
  readonly repeat: boolean;
  /** 1 rising, -1 falling, 0 both. */
  readonly edge: number;
  /** Milliseconds. */
  readonly debounce: number;
  state: boolean;
  lastTime: number | undefined;
  timer: number | undefined;
}

type WatchOptions = boolean | { repeat?: boolean; edge?: string | number; debounce?: number };

/** Adds the edges that wait at the lines. */
function withEdgesOfLines(waiting: Edge[], wires: Wires, board: BoardIndex): Edge[] {
  for (let edge = wires.nextEdge(board); edge !== undefined; edge = wires.nextEdge(board)) {
    if (waiting.push(edge) >= TURN) break;
  }
  return waiting;
}

/** The options of `setWatch`, as they are when some are not given. */
function checked(options: WatchOptions | undefined): Pick<Watch, 'repeat' | 'edge' | 'debounce'> {
  const given = typeof options === 'object' && options !== null ? options : { repeat: options === true };
  const edge = given.edge;
  if (edge !== undefined && ![-1, 0, 1, 'rising', 'falling', 'both'].includes(edge)) {
    throw new TypeError("'edge' in setWatch should be 1, -1, 0, 'rising', 'falling' or 'both'");
  }
  return {
    repeat: given.repeat === true,
    edge: edge === 'rising' ? 1 : edge === 'falling' ? -1 : typeof edge === 'number' ? edge : 0,
    debounce: Math.max(0, Number(given.debounce) || 0),
  };
}

export interface Watches {
  /** An edge that the board made itself, on a pin that it watches. */
  made(edge: Edge): void;
  /** Calls the watches for the edges that wait now, and no more: a pin that never rests must not keep timers from running. */
  deliver(): void;
  readonly globals: Record<string, unknown>;
}

export function createWatches(board: {
  readonly natives: Pick<Natives, 'board' | 'line'>;
  readonly wires: Wires;
  readonly names: PinNames;
  readonly stages: PinStages;
  readonly errors: ErrorFlags;
  readonly reports: PinReports | undefined;
  loop(): Loop;
  /** The board's time at a moment of the threads' clock. */
  seconds(now: number): number;
}): Watches {
  const { natives, wires, names, stages, errors, reports, loop, seconds } = board;
  const ownEdges: Edge[] = [];
  let watches: Record<number, Watch> = {};
  let last = 0;

  function isWatched(pin: number): boolean {
    return Object.values(watches).some((watch) => watch.pin === pin);
  }

  function end(id: number): void {
    const watch = watches[id];
    if (watch === undefined) return;
    delete watches[id];
    if (watch.timer !== undefined) loop().remove(watch.timer);
    if (!isWatched(watch.pin)) wires.watch(natives.board, watch.pin, false);
  }

  function fire(id: number, watch: Watch, state: boolean, time: number): void {
    const at = seconds(time);
    if (watch.edge === 0 || watch.edge > 0 === state) {
      const event = { state, lastTime: watch.lastTime, time: at, pin: watch.pin };
      const whole = loop().call(watch.callback, globalThis, [event]);
      // src/jsinteractive.c:2421
      if (!whole && watch.repeat) errors.raise('CALLBACK');
      if (!whole || !watch.repeat) end(id);
    }
    watch.lastTime = at;
  }

  function deliver(edge: Edge): void {
    for (const key of Object.keys(watches)) {
      const id = Number(key);
      const watch = watches[id];
      if (watch === undefined || watch.pin !== edge.pin) continue;
      if (watch.debounce === 0) {
        watch.state = edge.state;
        fire(id, watch, edge.state, edge.time);
        continue;
      }
      if (watch.timer !== undefined) loop().remove(watch.timer);
      watch.timer = loop().add(watch.debounce, undefined, () => {
        watch.timer = undefined;
        if (watch.state === edge.state) return;
        watch.state = edge.state;
        fire(id, watch, edge.state, edge.time);
      });
    }
  }

  function setWatch(callback: unknown, pin: unknown, options?: WatchOptions): number | undefined {
    let found: number;
    try {
      found = names.find(pin);
    } catch {
      natives.line('ERROR: Invalid pin');
      return undefined;
    }
    if (natives.board === TARGET_INDEX && found === 16) {
      natives.line(
        'WARNING: Unable to set watch. You may already have a watch on a pin with the same number (eg. A0 and B0),',
      );
      natives.line('or this pin cannot be used with watch');
      return undefined;
    }
    if (typeof callback !== 'function' && typeof callback !== 'string') {
      throw new Error('Function or String not supplied!');
    }
    const { repeat, edge, debounce } = checked(options);
    if (names.driven[found] === true || (names.driven[found] === false && isWatched(found)))
      reports?.used(found, 'watches it');
    stages.setMode(found, 'input');
    last++;
    watches[last] = {
      pin: found,
      callback,
      repeat,
      edge,
      debounce,
      state: wires.level(natives.board, found) === 1,
      lastTime: undefined,
      timer: undefined,
    };
    wires.watch(natives.board, found, true);
    return last;
  }

  function clearWatch(id?: number): void {
    if (arguments.length === 0) {
      for (const one of Object.keys(watches)) end(Number(one));
      watches = {};
    } else if (id === undefined) {
      throw new Error('clearWatch(undefined) not allowed. Use clearWatch() instead');
    } else if (watches[id] !== undefined) end(id);
    else throw new Error('Unknown Watch');
  }

  return {
    made(edge) {
      if (ownEdges.push(edge) === 1) loop().kick();
    },
    deliver() {
      for (const edge of withEdgesOfLines(ownEdges.splice(0), wires, natives.board)) deliver(edge);
    },
    globals: { setWatch, clearWatch },
  };
}
