/**
 * The other end of the link behind a wire that is none: headers and bodies byte by byte, honest ones or not. It must
 * know nothing of what the link makes of them.
 */
import { deviceE as E } from '../device-globals';
import { HEADER, LinkState, control, encodeBody, encodeHeader } from '../../../shared/frame';
import { Pattern, type Wire } from '../../../shared/wire';
import type { Chance } from '../context';
import { mutate, randomBytes } from './mutate';

/** Longest message. */
export const MAX = 1024;

/** Calls of the wire in one turn of 10 ms, each of which takes 0.1 ms here. */
const CALLS = 300;

export class Peer {
  /** Whether it says what it should. */
  honest = false;
  /** Seconds. */
  now = 0;
  /** Frames so far. */
  frames = 0;
  /** Length of the body that its last header announced. */
  announced = 0;
  /** The message of the body that is on its way, if it is intact. */
  intact: string | undefined;
  private readonly chance: Chance;
  /** Of the link: 0 when it is the initiator. */
  private readonly role: number;
  private readonly pattern: Uint8Array;
  private calls = 0;
  private supplied: Uint8Array = new Uint8Array(0);
  /** The link's own header, always the same array. */
  private mine: Uint8Array | null = null;

  constructor(chance: Chance, role: number) {
    this.chance = chance;
    this.role = role;
    this.pattern = new Uint8Array(role === 0 ? 4 : 2);
  }

  /** The link begins a turn. */
  beginTurn(): void {
    this.calls = 0;
  }

  wire(): Wire {
    const { chance, role } = this;
    return {
      run: (send, receive, from, to) => this.run(send, receive, from, to),
      search: () => {
        this.spend();
        return role === 0 || this.honest || chance.is(0.5);
      },
      pattern: () => this.pattern,
      rest: (want) => want || (chance.is(0.5) && (role === 1 || this.honest)),
      line: () => 0 as never,
      moved: () => chance.is(0.9),
      reset: () => {},
    };
  }

  private spend(): void {
    this.now += 0.0001;
    if (++this.calls > CALLS) throw new Error('a turn goes on and on');
  }

  private run(...[send, receive, from, to]: Parameters<Wire['run']>): number {
    const { chance } = this;
    this.spend();
    if (chance.is(0.02)) return from;
    const end = chance.is(0.1) ? from + chance.below(to - from + 1) : to;
    if (!receive) return end;
    if (send === this.pattern) {
      const good = this.honest || chance.is(0.5);
      receive.set(good ? [Pattern.ALIGNED >> 8, Pattern.ALIGNED & 255] : [0, 0], 2);
      return end;
    }
    if (from === 0) {
      this.frames++;
      this.mine ??= send;
      this.supplied = send && send === this.mine ? this.header(send[0]) : this.body(receive.length);
    }
    for (let i = from; i < end; i++) receive[i] = this.supplied[i];
    return end;
  }

  /** A header that fits what the link says, as an honest peer's would. */
  private header(said: number): Uint8Array {
    const state: LinkState = said >> 6;
    const answer = state === LinkState.DOWN ? LinkState.INIT : LinkState.UP;
    const own = new Uint8Array(HEADER);
    this.announced = this.chance.is(0.5)
      ? 0
      : Math.round(this.chance.spread(1, this.honest ? 100 : MAX + 50));
    encodeHeader(
      own,
      control(answer, this.chance.is(0.9), (said >> 1) & 3, (said >> 3) & 3) | (1 - this.role),
      this.announced,
    );
    if (this.honest || this.chance.is(0.6)) return own;
    if (this.chance.is(0.3)) {
      // Intact, and not what it should say.
      encodeHeader(own, this.chance.below(256), this.chance.below(this.chance.pick([2, 300, 65536])));
      return own;
    }
    const bytes = mutate(this.chance, [E.toString(own)]) + randomBytes(this.chance, HEADER);
    return E.toUint8Array(bytes).slice(0, HEADER);
  }

  private body(length: number): Uint8Array {
    const message = randomBytes(this.chance, length - 4);
    const own = encodeBody(message) as Uint8Array;
    let given: Uint8Array = own;
    if (!this.honest && this.chance.is(0.5)) {
      const bytes = mutate(this.chance, [E.toString(own)]) + randomBytes(this.chance, length);
      given = E.toUint8Array(bytes).slice(0, length);
    }
    // The very last bit is ignored.
    this.intact = given.every((byte, i) => (byte ^ (own[i] ?? 0)) >> (i === length - 1 ? 1 : 0) === 0)
      ? message
      : undefined;
    return given;
  }
}
