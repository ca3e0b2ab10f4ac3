/** The two boards of the test, from the first word to the last: their ports, what they say of themselves, the pins between them. */
import { checkPins, checkRole } from '../../flash/role';
import type { Options, PinsFor } from '..';
import type { BoardName } from '../../rig/boards';
import type { HostPins } from '../lines';
import { leaveAll, openBench } from '../suite';
import type { BoardBench } from '../suite';
import type { Tap } from '../tap';
import { boardFactsOf } from './facts';
import type { BoardFacts } from './report';

/** For a word from a board that may have gone, ms. */
const ALIVE = 5000;

/** The reset line is low for so long, ms. */
const RESET = 100;

export const ROLES: readonly BoardName[] = ['host', 'target'];

export class BothBoards {
  readonly facts: Partial<Record<BoardName, BoardFacts>> = {};
  readonly #benches: Partial<Record<BoardName, BoardBench>> = {};
  #pins: HostPins | undefined;

  constructor(
    private readonly ports: Readonly<Record<BoardName, string>>,
    private readonly pinsFor: PinsFor,
    private readonly options: Options,
    private readonly tap: Tap,
  ) {}

  /** As the following ones only once both have answered. */
  get host(): BoardBench {
    return this.#benches.host as BoardBench;
  }

  get target(): BoardBench {
    return this.#benches.target as BoardBench;
  }

  get pins(): HostPins {
    return this.#pins as HostPins;
  }

  /** The first board that is silent, in words. */
  async silent(): Promise<string | undefined> {
    for (const role of ROLES) {
      const answer = await this.#benches[role]?.evaluate('1', ALIVE).catch(() => undefined);
      if (this.#benches[role] && answer !== 1) return `the ${role} does not answer any more`;
    }
    return undefined;
  }

  /** Finds out whether both are there, and fit. @returns why nothing more can be tested, if so */
  async connect(): Promise<string | undefined> {
    const { tap } = this;
    for (const role of ROLES) {
      try {
        this.#benches[role] = await openBench(this.ports[role], this.options.baud, this.options.stop);
        // Its program may reset the target so often that nothing is to be heard of it.
        if (role === 'host') await this.host.reset();
        tap.result(`${role}: answers`);
      } catch (error) {
        tap.result(`${role}: answers`, (error as Error).message);
        return `the ${role} does not answer`;
      }
    }
    const unfit = await this.#findUnfit();
    if (unfit !== undefined) return unfit;
    // The host first, which would reset a silent target.
    for (const role of ROLES) {
      const bench = this.#benches[role] as BoardBench;
      await bench.reset();
      const found = await boardFactsOf(bench);
      this.facts[role] = found;
      tap.comment(
        `${role}: ${found.board}, Espruino ${found.firmware}, ${String(found.free)} of ${String(found.total)} variables free`,
      );
    }
    this.#pins = this.pinsFor(this.host.info.name);
    await checkPins(this.host, this.#pins);
    tap.result('host: has the pins of the settings');
    return undefined;
  }

  /** Resets the target by its wire. */
  async revive(): Promise<void> {
    const pin = this.#pins?.reset ?? '';
    const held = this.#pins?.resetInverted === true ? 1 : 0;
    await this.#benches.host?.board.evaluate(
      `(pinMode(${pin},"${held ? 'output' : 'opendrain'}"),digitalWrite(${pin},${String(held)}),` +
        `setTimeout(function(){digitalWrite(${pin},${String(1 - held)})},${String(RESET)}),1)`,
    );
  }

  /** Lets them run what is saved on them. @param wired the wires are right, so that the target can be reset by one */
  async leave(wired: boolean): Promise<void> {
    await leaveAll(
      this.#benches,
      (role, failure) =>
        failure === undefined
          ? this.tap.comment(`${role}: runs what is saved on it`)
          : this.tap.result(`${role}: runs what is saved on it`, failure),
      wired ? () => this.revive() : undefined,
    );
    for (const role of ROLES) this.#benches[role]?.close();
  }

  /** The last board that cannot be what it is to be, in words. */
  async #findUnfit(): Promise<string | undefined> {
    let unfit: string | undefined;
    for (const role of ROLES) {
      const bench = this.#benches[role] as BoardBench;
      const wrong = await checkRole(bench, role).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      );
      bench.goOn();
      this.tap.result(`${role}: can be one`, wrong);
      if (wrong !== undefined) unfit = `there is no ${role}`;
    }
    return unfit;
  }
}
