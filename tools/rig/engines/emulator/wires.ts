/**
 * The lines between the two emulated boards, in memory that both boards'
 * threads and the tool share: who drives which pin, what a pin reads, and the
 * edges a watched pin has seen. It decides electrical questions only; it must
 * never call a board's code and never wait, except where a board is stopped for good.
 */

/** Index of a board in the shared memory. */
export const HOST_INDEX = 0;
export const TARGET_INDEX = 1;
export type BoardIndex = typeof HOST_INDEX | typeof TARGET_INDEX;

/** What an output stage does to its line. */
export const enum Drive {
  Float,
  Low,
  High,
  /** Internal resistors, some 40 kΩ. */
  WeakLow,
  WeakHigh,
}

/** What a board runs, in the word every pin access looks at. */
export const enum RunState {
  Yes,
  /** Held in reset: its outputs float and nothing it still does may show. */
  Reset,
  /** Hung: its outputs stay as they are. */
  Hung,
  /** As hung, until it may go on. */
  Frozen,
}

/** Who puts an edge into a board's queue; one writer each, so a writer ended half-way leaves no lock. */
export const enum EdgeSource {
  Wire,
  Tool,
}

/**
 * Turns of the loop in which a look at unchanged lines waits for a change
 * before it sleeps: some 100 µs while that pays, hardly any while the other
 * board's thread does not get a processor anyway; one look in `TRY` finds out
 * whether it would pay again.
 */
const SHORTEST_SPIN = 100;
const LONGEST_SPIN = 40000;
const TRY = 32;
/** Longest sleep of a look, ms; the system makes it some 0.15. */
const NAP = 0.05;

/** As many pins as a board may have, then the reset input, which the target alone has. */
const PINS = 193;
export const RESET_INPUT = 192;

/** The ESP8266's event queue; further edges are lost. */
export const QUEUE_LENGTH = 16;

/** Link values other than a pin of the other board. */
const UNCONNECTED = -1;
const STUCK_LOW = -2;
const STUCK_HIGH = -3;

const SIGNAL = 2;
const RADIO = 5;
const CHANGES = 6;
const INVERTED = 7;
const LOOKING = 8;
const MODES = 10;
/** Of each board 0, or a pin that drives another one of its own, plus 1, and that other one times 256. */
const LOOPS = 12;
const DRIVE = 16;
const RESISTOR = DRIVE + 2 * PINS;
const LINK = RESISTOR + 2 * PINS;
const WATCHED = LINK + 2 * PINS;
const NOISE = WATCHED + 2 * PINS;
const NOISE_STATE = NOISE + 2 * PINS;
const QUEUE = NOISE_STATE + 2 * PINS;
/** Written and read counters, then the edges, for each source of each board. */
const QUEUE_WORDS = 2 + QUEUE_LENGTH;
const WORDS = QUEUE + 4 * QUEUE_WORDS;
const TIMES = Math.ceil(WORDS / 2) * 8;
/** Of each pin what voltage is put on it from outside. */
const ANALOG = TIMES + 4 * QUEUE_LENGTH * 8;
const BYTES = ANALOG + 2 * PINS * 8;

/** One edge of a watched pin. */
export interface Edge {
  readonly pin: number;
  readonly state: boolean;
  /** Milliseconds, on the clock given to `createWires`. */
  readonly time: number;
}

export interface Wires {
  /** Sets what a board's own output stage does; wakes watchers at both ends of the line. */
  drive(board: BoardIndex, pin: number, drive: Drive): void;
  /** The logic level a board's pin sees, before any disturbance. */
  level(board: BoardIndex, pin: number): 0 | 1;
  /**
   * To be called once before each look of a board at its lines. A board that
   * looks in a loop gets what a real one's slow reads cost: without this it
   * would keep a processor busy for the other board's answer and, on a PC with
   * fewer free processors than boards, keep it from answering. Whoever looks at
   * one pin after the other waits for nothing: only a second look at one, with
   * nothing changed since the first, is such a loop.
   * @param pins a bit for each that is looked at.
   */
  look(board: BoardIndex, pins: number): void;
  /** As `level`, with the line's disturbance. */
  read(board: BoardIndex, pin: number): 0 | 1;
  /** All of a board's outputs float, as in reset. */
  floatAll(board: BoardIndex): void;
  watch(board: BoardIndex, pin: number, on: boolean): void;
  /** The oldest edge waiting for a board, or undefined. */
  nextEdge(board: BoardIndex): Edge | undefined;
  /** Forgets edges and watches of a board, as its reset does. */
  forget(board: BoardIndex): void;
  /** Joins a pin of the host and a pin of the target. */
  connect(hostPin: number, targetPin: number): void;
  /** Joins a pin to another one of the same board, instead of the line: what `from` drives `pin` sees; or with none to it no more. */
  loop(board: BoardIndex, pin: number, from: number | undefined): void;
  /** Opens a pin's line at this end; with a level the pin sees just that. */
  disconnect(board: BoardIndex, pin: number, stuck?: 0 | 1): void;
  /** A resistor on the board itself; it beats the chip's internal ones. */
  resistor(board: BoardIndex, pin: number, to: Drive.WeakLow | Drive.WeakHigh): void;
  /** Flips what a pin reads, with this probability (0..1) each time. */
  disturb(board: BoardIndex, pin: number, probability: number, seed: number): void;
  /** Puts a voltage on a pin, 0 to 1 of the supply; NaN takes it away. */
  setAnalog(board: BoardIndex, pin: number, value: number): void;
  /** The voltage put on a pin; NaN: none. */
  analog(board: BoardIndex, pin: number): number;
  setRun(board: BoardIndex, run: RunState): void;
  run(board: BoardIndex): RunState;
  /** Returns when the board may run: at once, later, or never. */
  stopIfStill(board: BoardIndex): void;
  /** A pin's mode was set, by a program or by the firmware. */
  countMode(board: BoardIndex): void;
  /** How often that was, since the memory was made. */
  modeCount(board: BoardIndex): number;
  /** A transistor between the host's pin and the target's reset input: high pulls it low, low and open let go of it. */
  invertReset(on: boolean): void;
  setRadio(on: boolean): void;
  radio(): boolean;
  /** Wakes a board's event loop. */
  wake(board: BoardIndex): void;
  /** Resolves (or says at once) that the board was woken since `seen`, a value of `wakeCount`. */
  whenWoken(board: BoardIndex, seen: number): Promise<unknown> | undefined;
  wakeCount(board: BoardIndex): number;
}

// Taken now: a board's realm loses them. waitAsync is missing from the ES2022 library, present in Node 20.
const { load, store, add, notify, wait } = Atomics;
const { waitAsync } = Atomics as unknown as {
  waitAsync(a: Int32Array, i: number, v: number): { async: boolean; value: Promise<unknown> };
};

/** Memory for one pair of boards, all lines open. */
export function createMemory(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(BYTES);
  new Int32Array(memory, 0, WORDS).fill(UNCONNECTED, LINK, LINK + 2 * PINS);
  new Float64Array(memory, ANALOG, 2 * PINS).fill(NaN);
  return memory;
}

/**
 * The view of one thread on the lines.
 * @param source the queue this thread writes: boards `Wire`, the tool `Tool`.
 * @param now milliseconds, the same clock for all threads.
 * @param onReset called when this thread changed the level of the target's reset input.
 * @param onOwnEdge called for an edge this board made on a watched pin of its own.
 */
export function createWires(
  memory: SharedArrayBuffer,
  source: EdgeSource,
  now: () => number,
  onReset: (level: 0 | 1) => void,
  onOwnEdge: (board: BoardIndex, edge: Edge) => void,
): Wires {
  const words = new Int32Array(memory, 0, WORDS);
  const times = new Float64Array(memory, TIMES, 4 * QUEUE_LENGTH);
  const voltages = new Float64Array(memory, ANALOG, 2 * PINS);

  function at(table: number, board: BoardIndex, pin: number): number {
    return table + board * PINS + pin;
  }

  function other(board: BoardIndex): BoardIndex {
    return (1 - board) as BoardIndex;
  }

  function resistors(board: BoardIndex, pin: number): number {
    return load(words, at(RESISTOR, board, pin));
  }

  function level(board: BoardIndex, pin: number): 0 | 1 {
    let own = load(words, at(DRIVE, board, pin));
    const link = load(words, at(LINK, board, pin));
    const loop = load(words, LOOPS + board);
    let far = link >= 0 ? load(words, at(DRIVE, other(board), link)) : Drive.Float;
    if (loop >> 8 === pin && loop !== 0) far = load(words, at(DRIVE, board, (loop & 255) - 1));
    if ((pin === RESET_INPUT || link === RESET_INPUT) && load(words, INVERTED) !== 0) {
      // The base has a pull-down stronger than any internal resistor, and nothing comes back from the collector.
      if (pin !== RESET_INPUT) return own === Drive.High ? 1 : 0;
      if (far === Drive.High) own = Drive.Low;
      far = Drive.Float;
    }
    if (own === Drive.Low || far === Drive.Low) return 0;
    if (own === Drive.High || far === Drive.High) return 1;
    if (link === STUCK_LOW) return 0;
    if (link === STUCK_HIGH) return 1;
    const board1 = resistors(board, pin);
    const board2 = link >= 0 ? resistors(other(board), link) : Drive.Float;
    if (board1 === Drive.WeakLow || board2 === Drive.WeakLow) return 0;
    if (board1 === Drive.WeakHigh || board2 === Drive.WeakHigh) return 1;
    if (own === Drive.WeakLow || far === Drive.WeakLow) return 0;
    return own === Drive.WeakHigh || far === Drive.WeakHigh ? 1 : 0;
  }

  function disturbed(index: number, probability: number): boolean {
    // xorshift32: the state is shared so that a restart of the board goes on with it.
    let x = load(words, index - NOISE + NOISE_STATE);
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    store(words, index - NOISE + NOISE_STATE, x);
    return x >>> 1 < probability;
  }

  function push(board: BoardIndex, pin: number, state: 0 | 1): void {
    const queue = QUEUE + (board * 2 + source) * QUEUE_WORDS;
    const written = load(words, queue);
    if (written - load(words, queue + 1) >= QUEUE_LENGTH) return;
    const slot = written & (QUEUE_LENGTH - 1);
    words[queue + 2 + slot] = pin * 2 + state;
    times[(board * 2 + source) * QUEUE_LENGTH + slot] = now();
    store(words, queue, (written + 1) | 0);
    wake(board);
  }

  function wake(board: BoardIndex): void {
    add(words, SIGNAL + board, 1);
    notify(words, SIGNAL + board);
  }

  function isWatched(board: BoardIndex, pin: number): boolean {
    return load(words, at(WATCHED, board, pin)) !== 0;
  }

  /** Changes the lines by `change` and reports what that did to one pin. */
  function observing(board: BoardIndex, pin: number, change: () => void, own: boolean): void {
    const before = level(board, pin);
    change();
    const after = level(board, pin);
    if (before === after) return;
    if (pin === RESET_INPUT) onReset(after);
    else if (own) onOwnEdge(board, { pin, state: after === 1, time: now() });
    else push(board, pin, after);
  }

  function drive(board: BoardIndex, pin: number, value: Drive): void {
    const index = at(DRIVE, board, pin);
    if (load(words, index) === value) return;
    const link = load(words, at(LINK, board, pin));
    const farEnd = other(board);
    const farMatters = link >= 0 && (link === RESET_INPUT || isWatched(farEnd, link));
    const ownMatters = pin === RESET_INPUT || isWatched(board, pin);
    const loop = load(words, LOOPS + board);
    const loopMatters = (loop & 255) === pin + 1 && isWatched(board, loop >> 8);
    if (!farMatters && !ownMatters && !loopMatters) {
      store(words, index, value);
      changed();
      return;
    }
    let change = (): void => void store(words, index, value);
    if (ownMatters) {
      const inner = change;
      change = () => observing(board, pin, inner, true);
    }
    if (loopMatters) {
      const inner = change;
      change = () => observing(board, loop >> 8, inner, true);
    }
    if (farMatters) observing(farEnd, link, change, false);
    else change();
    changed();
  }

  function changed(): void {
    add(words, CHANGES, 1);
    if (load(words, LOOKING + HOST_INDEX) !== 0 || load(words, LOOKING + TARGET_INDEX) !== 0)
      notify(words, CHANGES);
  }

  let seenChanges = 0;
  /** Pins that were looked at since then. */
  let looked = 0;
  let spin = LONGEST_SPIN;
  let looks = 0;

  function look(board: BoardIndex, pins: number): void {
    const last = seenChanges;
    const known = looked & pins;
    looked |= pins;
    const turns = !known ? 1 : ++looks % TRY === 0 ? LONGEST_SPIN : spin;
    for (let i = 0; i < turns; i++) {
      const now = load(words, CHANGES);
      if (now === last) continue;
      seenChanges = now;
      looked = pins;
      if (i > SHORTEST_SPIN) spin = LONGEST_SPIN;
      return;
    }
    if (!known) return;
    spin = Math.max(SHORTEST_SPIN, spin >> 1);
    store(words, LOOKING + board, 1);
    wait(words, CHANGES, last, NAP);
    store(words, LOOKING + board, 0);
  }

  function setLink(board: BoardIndex, pin: number, link: number): void {
    const change = (): void => void store(words, at(LINK, board, pin), link);
    if (pin === RESET_INPUT || isWatched(board, pin)) observing(board, pin, change, false);
    else change();
  }

  return {
    drive,
    level,
    look,
    read(board, pin) {
      const index = at(NOISE, board, pin);
      const probability = load(words, index);
      const value = level(board, pin);
      return probability !== 0 && disturbed(index, probability) ? ((1 - value) as 0 | 1) : value;
    },
    floatAll(board) {
      for (let pin = 0; pin < RESET_INPUT; pin++) drive(board, pin, Drive.Float);
    },
    watch(board, pin, on) {
      store(words, at(WATCHED, board, pin), on ? 1 : 0);
    },
    nextEdge(board) {
      for (let from = 0; from < 2; from++) {
        const queue = QUEUE + (board * 2 + from) * QUEUE_WORDS;
        const read = load(words, queue + 1);
        if (read === load(words, queue)) continue;
        const slot = read & (QUEUE_LENGTH - 1);
        const edge = words[queue + 2 + slot] ?? 0;
        const time = times[(board * 2 + from) * QUEUE_LENGTH + slot] ?? 0;
        store(words, queue + 1, (read + 1) | 0);
        return { pin: edge >> 1, state: (edge & 1) === 1, time };
      }
      return undefined;
    },
    forget(board) {
      store(words, LOOKING + board, 0);
      for (let pin = 0; pin < PINS; pin++) store(words, at(WATCHED, board, pin), 0);
      for (let from = 0; from < 2; from++) {
        const queue = QUEUE + (board * 2 + from) * QUEUE_WORDS;
        store(words, queue + 1, load(words, queue));
      }
    },
    connect(hostPin, targetPin) {
      setLink(HOST_INDEX, hostPin, targetPin);
      setLink(TARGET_INDEX, targetPin, hostPin);
    },
    loop(board, pin, from) {
      store(words, LOOPS + board, from === undefined ? 0 : pin * 256 + from + 1);
      changed();
    },
    disconnect(board, pin, stuck) {
      setLink(board, pin, stuck === undefined ? UNCONNECTED : stuck === 0 ? STUCK_LOW : STUCK_HIGH);
    },
    resistor(board, pin, to) {
      store(words, at(RESISTOR, board, pin), to);
    },
    disturb(board, pin, probability, seed) {
      store(words, at(NOISE_STATE, board, pin), seed | 0 || 1);
      store(words, at(NOISE, board, pin), Math.round(probability * 0x7fffffff));
    },
    setAnalog(board, pin, value) {
      voltages[board * PINS + pin] = value;
    },
    analog(board, pin) {
      return voltages[board * PINS + pin] ?? NaN;
    },
    setRun(board, run) {
      store(words, board, run);
      notify(words, board);
      wake(board);
    },
    run(board) {
      return load(words, board) as RunState;
    },
    stopIfStill(board) {
      // A wait rather than a spin: seen from outside it is the same hung board, and it takes no processor time.
      for (let now = load(words, board); now !== RunState.Yes; now = load(words, board))
        wait(words, board, now);
    },
    countMode(board) {
      add(words, MODES + board, 1);
    },
    modeCount(board) {
      return load(words, MODES + board);
    },
    invertReset(on) {
      store(words, INVERTED, on ? 1 : 0);
    },
    setRadio(on) {
      store(words, RADIO, on ? 1 : 0);
    },
    radio() {
      return load(words, RADIO) === 1;
    },
    wake,
    wakeCount(board) {
      return load(words, SIGNAL + board);
    },
    whenWoken(board, seen) {
      const result = waitAsync(words, SIGNAL + board, seen);
      return result.async ? result.value : undefined;
    },
  };
}
