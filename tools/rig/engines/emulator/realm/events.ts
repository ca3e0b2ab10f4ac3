/**
 * Event listeners, which in Espruino every object has: `on`, `emit` and their
 * kin on `Object.prototype`. Listeners run from the event loop, never inside `emit`.
 */
import type { Loop } from './loop';

type Listener = (...args: never[]) => unknown;
type Listeners = Record<string, Listener[] | undefined>;

/** Non-enumerable, so that programs do not see it, as they do not see Espruino's. */
const KEY = '#listeners';

function listeners(object: object): Listeners {
  const holder = object as { [KEY]?: Listeners };
  if (!Object.prototype.hasOwnProperty.call(object, KEY)) {
    Object.defineProperty(object, KEY, { value: {}, configurable: true });
  }
  return holder[KEY] ?? {};
}

function peek(object: object): Listeners {
  return (object as { [KEY]?: Listeners })[KEY] ?? {};
}

/** The listeners of one event. */
export function listenersOf(object: object, event: string): readonly Listener[] {
  return peek(object)[event]?.slice() ?? [];
}

/** Queues an event for the listeners an object has now. */
export function emit(loop: Loop, object: object, event: string, args: readonly unknown[]): void {
  const found = listenersOf(object, event);
  if (found.length > 0) loop.queue(found, object, args);
}

/** @param onData told when a listener for `data` is added: streams hand over what they kept. */
export function addEvents(loop: Loop, onData: (object: object) => void): void {
  function add(object: object, event: string, listener: Listener, first: boolean): void {
    if (typeof event !== 'string') throw new TypeError('First argument must be String');
    const all = listeners(object);
    const list = all[event] ?? [];
    all[event] = first ? [listener].concat(list) : list.concat([listener]);
    if (event === 'data') onData(object);
  }

  const methods: Record<string, Listener> = {
    on(this: object, event: string, listener: Listener) {
      add(this, event, listener, false);
    },
    addListener(this: object, event: string, listener: Listener) {
      add(this, event, listener, false);
    },
    prependListener(this: object, event: string, listener: Listener) {
      add(this, event, listener, true);
    },
    emit(this: object, event: string, ...args: unknown[]) {
      emit(loop, this, event, args);
    },
    removeListener(this: object, event: string, listener: Listener) {
      const all = listeners(this);
      all[event] = all[event]?.filter((one) => one !== listener);
    },
    removeAllListeners(this: object, event?: string) {
      const all = listeners(this);
      for (const one of event === undefined ? Object.keys(all) : [event]) delete all[one];
    },
    clone(this: object) {
      return Array.isArray(this) ? (this as unknown[]).slice() : Object.assign({}, this);
    },
  };
  for (const method of Object.keys(methods)) {
    Object.defineProperty(Object.prototype, method, {
      value: methods[method],
      enumerable: false,
      configurable: true,
      writable: true,
    });
  }
}
