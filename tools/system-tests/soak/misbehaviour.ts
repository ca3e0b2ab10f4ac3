/** Faults, one after the other, for as long as is asked for; those that last do not overlap. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardPair } from '../../rig/boards';
import type { AccessPoint } from '../../rig/network/access-point';
import type { SoakBroker } from './broker';
import type { ResetExcuses } from './excuses';
import { SOAK_KINDS, plan } from './faults';
import type { Below, SoakFault, SoakKind, SoakScene, Victim } from './faults';
import type { Feed } from './feed';
import { RECOVERY, waitUntil } from './pulse';
import type { Pulse } from './pulse';
import type { Relay } from './relay';

/** Seconds without any message after which no fault comes until there is one again. */
const QUIET = 20;

/** A fault comes at least this often, seconds. */
const PACE = 9;

export interface Misbehaving {
  readonly pair: BoardPair;
  readonly accessPoint: AccessPoint;
  readonly broker: SoakBroker;
  readonly relay: Relay;
  readonly feed: Feed;
  readonly pulse: Pulse;
  readonly excuses: ResetExcuses;
  readonly chance: Below;
  readonly say: (text: string) => void;
}

export class Misbehaviour {
  /** How many there were of each kind. */
  readonly counts: Partial<Record<SoakKind, number>> = {};
  readonly #scene: SoakScene;

  /** @param most as many messages as the system carries in some 10 s */
  constructor(
    private readonly around: Misbehaving,
    most: number,
  ) {
    const { pair, accessPoint, broker, relay, feed } = around;
    this.#scene = {
      pair,
      accessPoint,
      most,
      flood: (messages) => void (feed.burst += messages),
      withhold: relay.withhold,
      // Aedes 1.2 takes a session's subscriptions up before it has sent what waits in it (its lib/handlers/connect.js), so
      // that what is published in the meantime comes first.
      double: broker.mosquitto && relay.double,
      broker: this.#victim(broker),
    };
  }

  async run(seconds: number, kinds: readonly SoakKind[] = SOAK_KINDS): Promise<void> {
    const { pulse, chance, excuses, say } = this.around;
    const faults = plan(this.#scene, chance, kinds);
    const begin = Date.now();
    const end = begin + seconds * 1000;
    let count = 0;
    let over = Promise.resolve();
    while (Date.now() < end) {
      const fault = faults.next().value;
      // What happens at once may come during one that lasts.
      if (fault.ms) await over;
      await this.#inject(fault);
      count++;
      if (fault.ms) {
        excuses.last(fault);
        over = sleep(fault.ms).then(async () => {
          await fault.end();
          excuses.end(fault);
        });
        if (chance(3)) await over;
      }
      const late = Date.now() - begin > count * PACE * 1000;
      await sleep(late ? 2000 + chance(2000) : 4000 + chance(7000));
      if (pulse.quiet > QUIET * 1000) {
        await over;
        await waitUntil('recovery', RECOVERY, () => pulse.quiet < 1000).catch(() => say('no recovery yet'));
      }
    }
    await over;
  }

  async #inject(fault: SoakFault): Promise<void> {
    const { say, excuses } = this.around;
    this.counts[fault.kind] = (this.counts[fault.kind] ?? 0) + 1;
    say(fault.ms ? `${fault.text} for ${(fault.ms / 1000).toFixed(1)} s` : fault.text);
    excuses.begin(fault);
    await fault.begin();
  }

  #victim({ mosquitto, start, stop }: SoakBroker): Victim {
    const { feed } = this.around;
    return {
      start,
      stop,
      // It acknowledges before it writes. What is lost between is the broker's fault, so nothing may be between.
      kill:
        mosquitto &&
        (async () => {
          feed.going = false;
          await waitUntil('quiet before the broker is killed', 10, () => !feed.sending);
          const last = feed.acknowledged;
          await waitUntil('sessions written', 10, () => mosquitto.written() > last);
          await mosquitto.kill();
          feed.going = true;
        }),
    };
  }
}
