/**
 * The application's status handler: how long it takes to answer, and what must
 * be true of each status that it is told.
 */
import type { MQTTLink } from '../../host/mqttlink';
import type { Context } from './context';
import type { Fussy } from './traffic';
import { HANDLER } from './vigil';
import type { Vigil } from './vigil';

/** Numbers of statuses, as in `shared/status.ts`. */
const BROKER_FAIL = 8;
const ESP_FAIL = 11;
const SUB_FAIL = 22;
const PUB_FAIL = 29;

export interface StatusHandlerOptions {
  readonly context: Context;
  readonly vigil: () => Vigil;
  readonly fussy: Fussy;
  /** Counts statuses. */
  readonly statuses: Record<number, number>;
  /** The library waits for its Promise, for so many seconds at the most. */
  readonly waits: (seconds: number) => void;
  /** The host has decided to reset the target, which it may do later. */
  readonly decided: () => void;
  /** The host has left the broker, and the target has had none of its publications for as long as it gives the broker. */
  readonly isBlamed: () => boolean;
}

export class SimulatedHandler {
  /** Publications that were put aside, with their names. */
  named = 0;
  private readonly options: StatusHandlerOptions;
  /** The next call that is waited for is never answered. */
  private pends = false;
  /** When the last one that was not is given up, seconds. */
  private pendsUntil = 0;

  constructor(options: StatusHandlerOptions) {
    this.options = options;
  }

  /** The next call whose word is waited for is never answered; or, off, it is. */
  pend(on: boolean): void {
    this.pends = on && this.seconds() > this.pendsUntil;
  }

  /** What the broker closes on among filters was named. */
  get hasNamedFilter(): boolean {
    return !!this.options.statuses[SUB_FAIL];
  }

  /** The handler of a host that has just started. */
  create(
    preset: (link: MQTTLink, status: number, detail: string) => unknown,
  ): (link: MQTTLink, status: number, detail: string) => unknown {
    const { chance } = this.options.context;
    const slow = chance.is(0.2);
    return (link, status, detail) => {
      this.judge(status, detail);
      if (this.pends) return { then: () => this.neverAnswer() };
      const result = preset(link, status, detail);
      if (!slow || !chance.is(0.3)) return result;
      const ms = chance.spread(1, 3000);
      const answer = link.exitGate.sleep(ms).then(() => result);
      return {
        then: (...react: Parameters<typeof answer.then>) => {
          this.options.waits(ms / 1000);
          return answer.then(...react);
        },
      };
    };
  }

  private seconds(): number {
    return this.options.context.world.now() / 1e6;
  }

  // The library asks only for what it waits for: most statuses are told and no more.
  private neverAnswer(): void {
    this.pends = false;
    this.pendsUntil = this.seconds() + HANDLER + 1;
    this.options.waits(HANDLER + 1);
    this.options.context.note?.('this handler never answers');
  }

  private judge(status: number, detail: string): void {
    const { context, fussy, isBlamed, statuses } = this.options;
    const { fail, note } = context;
    note?.(`status ${status} ${detail}`);
    statuses[status] = (statuses[status] ?? 0) + 1;
    this.options.vigil().told(status);
    if (status === ESP_FAIL) this.options.decided();
    if (status === BROKER_FAIL && isBlamed() && detail.startsWith('no PUBACK'))
      fail('the broker is blamed for what it has not got');
    if (status === PUB_FAIL) {
      this.named++;
      if (fussy === 'topic' ? detail !== 'out/bad' : fussy !== 'size') fail(`put aside: ${detail}`);
    }
    if (status === SUB_FAIL && (fussy !== 'filter' || detail !== 'in/bad')) fail(`put aside: ${detail}`);
  }
}
