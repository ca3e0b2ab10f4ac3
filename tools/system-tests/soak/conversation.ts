/**
 * What the client on the PC and the application `soak` do by agreement: send, stop, tell memory, take a backlog. It judges by
 * what came at either end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import type { BoardPair } from '../../rig/boards';
import type { ResetExcuses } from './excuses';
import type { Feed } from './feed';
import type { HostWords, Memory } from './host-words';
import { createSoakLedger } from './ledger';
import type { Account, SoakLedger } from './ledger';
import { incoming } from './messages';
import { waitUntil } from './pulse';
import type { Pulse } from './pulse';

/** Seconds for what takes a few on an idle PC: wires that are files are slow where two interpreters never run at once. */
const PATIENCE = 300;

/** Messages by which is tried how many a second the way carries. */
export const TRIAL = 20;

/** Milliseconds between looks at the boards' memory. */
const LOOK = 1000;

export interface Backlog {
  readonly account: Account;
  /** From the target's restart until the last came. */
  readonly seconds: number;
  /** Resets of the target during that time. */
  readonly resets: number;
}

/** Both ends and what is known of them. */
export interface Ends {
  readonly pair: BoardPair;
  readonly client: MqttClient;
  readonly host: HostWords;
  readonly feed: Feed;
  readonly ins: SoakLedger;
  readonly outs: SoakLedger;
  readonly pulse: Pulse;
  readonly excuses: ResetExcuses;
  readonly say: (text: string) => void;
}

export class SoakConversation {
  /** What went wrong, in words. */
  readonly failures: string[] = [];

  constructor(private readonly ends: Ends) {}

  /** Waits for the application, and until it hears what it is told. */
  async begin(): Promise<void> {
    const { client, host } = this.ends;
    await waitUntil('the application', PATIENCE, () => host.run !== '');
    // Until SUBSCRIBE has reached the broker, nothing that is sent is kept.
    const asking = setInterval(() => client.publish('soak/do', `mem ${String(LOOK)}`), 2000);
    await waitUntil('the subscription', PATIENCE, () => host.sizes.length > 0).finally(() =>
      clearInterval(asking),
    );
  }

  /** Both ends send from now on. */
  async go(): Promise<void> {
    const { feed, host, outs } = this.ends;
    feed.going = true;
    await this.#order(`go ${host.run} ${String(outs.account().sent + 1)} ${String(feed.interval)}`);
  }

  /** Messages a second that the way to the host carries. */
  async rate(): Promise<number> {
    const { feed, ins, pulse } = this.ends;
    const before = ins.account().received;
    const begin = Date.now();
    feed.burst = TRIAL;
    await pulse.drained(() => ins.account().received >= before + TRIAL);
    return (TRIAL * 1000) / (Date.now() - begin);
  }

  /**
   * Memory after a start of the target, a look and some messages: the same before the faults and after them, since an
   * emulated board warms up from its first look on. Ends with nothing sent.
   */
  async restarted(): Promise<Memory> {
    await this.#order('mem 0');
    await sleep(3000);
    this.ends.excuses.excuse(Date.now());
    this.ends.pair.restart('target');
    await this.#order(`mem ${String(LOOK)}`);
    await this.rate();
    await this.#halt();
    return this.#rest();
  }

  async sendBacklog(messages: number): Promise<Backlog> {
    const { pair, client, host, pulse, excuses, say } = this.ends;
    const ledger = (host.backlog = createSoakLedger());
    say(`${String(messages)} messages of 200 bytes wait in the broker while the target is held in reset`);
    excuses.excuse(Infinity);
    pair.holdReset(true);
    for (let i = 0; i < messages; i++) {
      const { topic, payload } = incoming(ledger.send(), 200);
      await client.publishAsync(`soak/in/${topic}`, payload, { qos: 1 });
    }
    const before = host.runs;
    pair.holdReset(false);
    const begin = Date.now();
    // The host may be about to reset what was silent for so long.
    await waitUntil('the target', PATIENCE, () => host.runs > before);
    const atStart = host.resets;
    excuses.excuse(begin);
    const all = await pulse.drained(() => !ledger.outstanding());
    host.backlog = undefined;
    if (!all) this.failures.push('the backlog did not drain');
    const resets = host.resets - atStart;
    return { account: ledger.account(), seconds: (Date.now() - begin) / 1000, resets };
  }

  #order(text: string): Promise<unknown> {
    return this.ends.client.publishAsync('soak/do', text, { qos: 1 });
  }

  /** Nothing is published any more; waits until all has come. */
  async #halt(): Promise<void> {
    const { feed, host, ins, outs, pulse, say } = this.ends;
    feed.burst = 0;
    feed.going = false;
    host.stopped = -1;
    await this.#order('stop');
    const all = await pulse.drained(
      () => host.stopped >= 0 && !feed.sending && !ins.outstanding() && !outs.outstanding(),
    );
    if (all) return;
    if (host.stopped < 0) this.failures.push('the host was not reached at the end');
    const [lostIn, lostOut] = [ins.missing(10), outs.missing(10)];
    if (lostIn.length) say(`not received by the host: ${lostIn.join(', ')} …`);
    if (lostOut.length) say(`not received from the host: ${lostOut.join(', ')} …`);
  }

  /** Memory at rest: the least of some looks, since what is on its way at a look comes on top. */
  async #rest(): Promise<Memory> {
    const { sizes } = this.ends.host;
    const from = sizes.length;
    await waitUntil('the memory of the boards', PATIENCE, () => sizes.length >= from + 6);
    const looks = sizes.slice(from);
    return {
      host: Math.min(...looks.map(({ host }) => host)),
      target: Math.min(...looks.map(({ target }) => target)),
    };
  }
}
