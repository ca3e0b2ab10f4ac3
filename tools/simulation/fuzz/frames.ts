/**
 * The other end of the link says what it should not, byte by byte behind a
 * wire that is none: nothing may escape, no message may be taken that no
 * intact body held, no turn may go on for long, and an honest peer is heard
 * again.
 */
import '../device-globals';
import { createLink } from '../../../shared/link';
import type { Link } from '../../../shared/link';
import { createChance } from '../context';
import type { Chance } from '../context';
import { createTimers } from '../../test-doubles/testing';
import { randomBytes } from './mutate';
import { MAX, Peer } from './peer';

/** Frames between two looks whether an honest peer is heard. */
const EACH = 200;

/** Looks, a hundredth of a second each, within which it has to be. */
const LOOKS = 3000;

/** One link, and what it has told. */
class Subject {
  readonly link: Link;
  private readonly chance: Chance;
  private readonly peer: Peer;
  private readonly clock = createTimers();
  /** Messages so far, and the last of them. */
  private came = 0;
  private taken: string | undefined;
  private isUp = false;

  constructor(chance: Chance) {
    const role = chance.below(2);
    const peer = new Peer(chance, role);
    this.chance = chance;
    this.peer = peer;
    const link = createLink({
      wire: peer.wire(),
      initiator: role === 0,
      time: () => (peer.now += 0.0001),
      later: (run, ms) =>
        this.clock.later(() => {
          peer.beginTurn();
          run();
        }, ms),
      cancel: this.clock.cancel,
      unwatch: () => {},
      timeout: role ? 0 : 2,
      hold: 10,
      max: MAX,
      up: () => (this.isUp = true),
      message: (message) => this.take(message),
      down: () => {
        this.isUp = false;
        if (chance.is(0.1)) link.start();
      },
    });
    this.link = link;
  }

  /** So many frames of a peer that is not honest, and now and then of one that is. */
  run(cases: number): void {
    this.link.start();
    let next = EACH;
    while (this.peer.frames < cases) {
      this.pass();
      if (this.link.queued() < 5 && this.isUp)
        this.link.send(randomBytes(this.chance, 1 + this.chance.below(50)));
      if (this.link.queued() > 5) throw new Error(`${this.link.queued()} messages wait`);
      if (this.peer.frames < next) continue;
      next += EACH;
      this.peer.honest = true;
      this.hearHonest();
      this.peer.honest = false;
    }
  }

  private pass(): void {
    this.peer.now += 0.01;
    this.clock.pass(0.01);
  }

  private take(message: string): void {
    this.came++;
    this.taken = message;
    if (message !== this.peer.intact) throw new Error('a message that no intact body held');
    if (!message.length || message.length > MAX) throw new Error(`a message of ${message.length} bytes`);
    if (this.chance.is(0.01)) this.link.start();
  }

  private hearHonest(): void {
    const { link } = this;
    const { came } = this;
    let { _sent: sent } = link.counts;
    this.taken = undefined;
    for (let left = LOOKS; left > 0; left--) {
      if (this.came > came && link.counts._sent > sent && link.queued() >= 0) return;
      this.pass();
      if (link.queued() === 0) link.send('hello');
      if (link.counts._sent < sent) sent = 0;
    }
    throw new Error(
      `an honest peer is not heard: ${JSON.stringify(link.counts)} ${link.queued()} ${String(this.taken)} ${this.peer.announced}`,
    );
  }
}

export function fuzzFrames(seed: number, cases: number): void {
  new Subject(createChance(seed)).run(cases);
}
