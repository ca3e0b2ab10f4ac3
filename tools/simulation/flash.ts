/**
 * The host's Storage, whose calls fail and whose bits change when a fault says
 * so. It keeps what was written beside what is there, to know which
 * publications a start cannot read any more: no others may be missing.
 */
import type { Storage } from '../../host/outbox-storage';
import type { Context } from './context';

/** Bytes of a record before its flags, and of flags and a topic's length. */
const FIELDS = 6;
const HEAD = 3;

export interface SimulatedFlash extends Storage {
  /** The next call throws, and does nothing. */
  throwOnce(): void;
  /** The next write does nothing, and says so. */
  refuseOnce(): void;
  /** Changes a bit of a file, if there is one. */
  flip(): void;
  /** Payloads in records of which a bit has changed. */
  spoilt(): string[];
}

function wordAt(data: string, at: number): number {
  return data.charCodeAt(at) * 256 + data.charCodeAt(at + 1);
}

export function createFlash({ chance, note }: Pick<Context, 'chance' | 'note'>): SimulatedFlash {
  const written = new Map<string, string>();
  const files = new Map<string, string>();
  let throws = false;
  let refuses = false;

  function call(what: string): void {
    if (!throws) return;
    throws = false;
    note?.(`host's Storage throws: ${what}`);
    throw new Error(`${what} failed on purpose`);
  }

  return {
    throwOnce: () => (throws = true),
    refuseOnce: () => (refuses = true),
    write(name, data) {
      call('write');
      if (refuses) {
        refuses = false;
        note?.(`host's Storage refuses ${name}`);
        return false;
      }
      note?.(`host writes ${name}, ${data.length} bytes`);
      written.set(name, data);
      files.set(name, data);
      return true;
    },
    read(name) {
      call('read');
      return files.get(name);
    },
    erase(name) {
      call('erase');
      written.delete(name);
      files.delete(name);
    },
    list(filter) {
      call('list');
      return [...files.keys()].filter((name) => filter.test(name));
    },
    flip() {
      if (!files.size) return;
      const [name, data] = chance.pick([...files]);
      const at = chance.below(data.length);
      const bit = chance.below(8);
      note?.(`bit ${bit} of byte ${at} in ${name} changes`);
      files.set(
        name,
        data.slice(0, at) + String.fromCharCode(data.charCodeAt(at) ^ (1 << bit)) + data.slice(at + 1),
      );
    },
    spoilt() {
      const payloads: string[] = [];
      for (const [name, data] of written) {
        const now = files.get(name);
        for (let at = 0, end = 0; at < data.length; at = end) {
          end = at + FIELDS + wordAt(data, at);
          if (now?.slice(at, end) === data.slice(at, end)) continue;
          payloads.push(data.slice(at + FIELDS + HEAD + wordAt(data, at + FIELDS + 1), end));
        }
      }
      return payloads;
    },
  };
}
