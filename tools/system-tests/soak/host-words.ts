/** What the application `soak` prints on the host: messages out and in, its memory, and what becomes of the target. */
import { crc32 } from '../../simulation/crc32';
import type { ResetExcuses } from './excuses';
import type { SoakLedger } from './ledger';
import { incoming } from './messages';
import type { Pulse } from './pulse';

/** Variables in use; 0 where it was not told. */
export interface Memory {
  readonly host: number;
  readonly target: number;
}

/** How much memory may grow. */
const GROWTH = 0.02;

/** Boards that use more memory than growth of the interpreter's own excuses. */
export function grown(start: Memory, end: Memory): readonly (keyof Memory)[] {
  return (['host', 'target'] as const).filter((board) => end[board] > start[board] * (1 + GROWTH));
}

export class HostWords {
  /** The application's name for this run of it; empty: it has not started. */
  run = '';
  /** The last number that it sent before it stopped; negative: it has not. */
  stopped = -1;
  /** Times that the target came up. */
  runs = 0;
  /** Resets of the target by the host. */
  resets = 0;
  /** Of these, those without a fault of boards or wires shortly before. */
  needless = 0;
  readonly sizes: Memory[] = [];
  /** While a backlog is sent, its messages are accounted for apart. */
  backlog: SoakLedger | undefined;

  constructor(
    private readonly ledgers: { readonly ins: SoakLedger; readonly outs: SoakLedger },
    private readonly pulse: Pulse,
    private readonly excuses: ResetExcuses,
    private readonly say: (text: string) => void,
  ) {}

  hear(text: string): void {
    const words = text.split(' ');
    if (words[0] === 'out' && words.length === 2) this.ledgers.outs.sentUpTo(Number(words[1]));
    else if (words[0] === 'in' && words.length === 4) this.#arrived(words);
    else if (words[0] === 'ready') this.run = words[1] ?? '';
    else if (words[0] === 'stopped') this.stopped = Number(words[1]);
    else if (words[0] === 'memory') {
      this.sizes.push({ host: Number(words[1]), target: Number(words[2]) });
    } else if (/ running$/.test(text)) this.runs++;
    else if (/the target does not answer/.test(text)) {
      this.resets++;
      if (this.excuses.isExcused()) return;
      this.needless++;
      this.say('a needless reset of the target');
    }
  }

  /** The most that each board had in use. */
  worst(): Memory {
    return {
      host: Math.max(...this.sizes.map(({ host }) => host)),
      target: Math.max(...this.sizes.map(({ target }) => target)),
    };
  }

  #arrived(words: readonly string[]): void {
    const number = Number(words[2]);
    const ledger = this.backlog ?? this.ledgers.ins;
    const { topic, payload } = this.backlog ? incoming(number, 200) : incoming(number);
    ledger.receive(topic, number, words[1] === topic && Number(words[3]) >>> 0 === crc32(payload));
    this.pulse.beat();
  }
}
