/**
 * The other end of the link says what it should not, byte by byte behind a
 * wire that is none: nothing may escape, no message may be taken that no
 * intact body held, no turn may go on for long, and an honest peer is heard
 * again.
 */
import { deviceE as E } from '../device-globals';
import { HEADER, LinkState, control, encodeBody, encodeHeader } from '../../../shared/frame';
import { createLink } from '../../../shared/link';
import { Pattern, type Wire } from '../../../shared/wire';
import { createChance } from '../context';
import { createClock } from '../../test-doubles/testing';
import { mutate, randomBytes } from './mutate';

const MAX = 1024;

/** Calls of the wire in one turn of 10 ms, each of which takes 0.1 ms here. */
const CALLS = 300;

export function fuzzFrames(seed: number, cases: number): void {
  const chance = createChance(seed);
  const clock = createClock();
  const role = chance.below(2);
  let now = 0;
  let calls = 0;
  let frames = 0;
  let honest = false;
  let supplied: Uint8Array = new Uint8Array(0);
  // The link's own header, always the same array.
  let mine: Uint8Array | null = null;
  let announced = 0;
  let came = 0;
  let intact: string | undefined;
  let taken: string | undefined;
  let isUp = false;

  /** A header that fits what the link says, as an honest peer's would. */
  function header(said: number): Uint8Array {
    const state: LinkState = said >> 6;
    const answer = state === LinkState.DOWN ? LinkState.INIT : LinkState.UP;
    const own = new Uint8Array(HEADER);
    announced = chance.is(0.5) ? 0 : Math.round(chance.spread(1, honest ? 100 : MAX + 50));
    encodeHeader(
      own,
      control(answer, chance.is(0.9), (said >> 1) & 3, (said >> 3) & 3) | (1 - role),
      announced,
    );
    if (honest || chance.is(0.6)) return own;
    if (chance.is(0.3)) {
      // Intact, and not what it should say.
      encodeHeader(own, chance.below(256), chance.below(chance.pick([2, 300, 65536])));
      return own;
    }
    const bytes = mutate(chance, [E.toString(own)]) + randomBytes(chance, HEADER);
    return E.toUint8Array(bytes).slice(0, HEADER);
  }

  function body(length: number): Uint8Array {
    const message = randomBytes(chance, length - 4);
    const own = encodeBody(message) as Uint8Array;
    let given: Uint8Array = own;
    if (!honest && chance.is(0.5)) {
      const bytes = mutate(chance, [E.toString(own)]) + randomBytes(chance, length);
      given = E.toUint8Array(bytes).slice(0, length);
    }
    // The very last bit is ignored.
    intact = given.every((byte, i) => (byte ^ (own[i] ?? 0)) >> (i === length - 1 ? 1 : 0) === 0)
      ? message
      : undefined;
    return given;
  }

  const call = new Uint8Array(role === 0 ? 4 : 2);
  const wire: Wire = {
    run(send, receive, from, to) {
      now += 0.0001;
      if (++calls > CALLS) throw new Error('a turn goes on and on');
      if (chance.is(0.02)) return from;
      const end = chance.is(0.1) ? from + chance.below(to - from + 1) : to;
      if (!receive) return end;
      if (send === call) {
        const good = honest || chance.is(0.5);
        receive.set(good ? [Pattern.ALIGNED >> 8, Pattern.ALIGNED & 255] : [0, 0], 2);
        return end;
      }
      if (from === 0) {
        frames++;
        mine ??= send;
        supplied = send && send === mine ? header(send[0]) : body(receive.length);
      }
      for (let i = from; i < end; i++) receive[i] = supplied[i];
      return end;
    },
    search() {
      now += 0.0001;
      if (++calls > CALLS) throw new Error('a turn goes on and on');
      return role === 0 || honest || chance.is(0.5);
    },
    pattern: () => call,
    rest: (want) => want || (chance.is(0.5) && (role === 1 || honest)),
    line: () => 0 as never,
    moved: () => chance.is(0.9),
    reset: () => {},
  };

  const link = createLink({
    wire,
    initiator: role === 0,
    time: () => (now += 0.0001),
    later: (run, ms) =>
      clock.later(() => {
        calls = 0;
        run();
      }, ms),
    cancel: clock.cancel,
    unwatch: () => {},
    timeout: role ? 0 : 2,
    hold: 10,
    max: MAX,
    up: () => (isUp = true),
    message(message) {
      came++;
      taken = message;
      if (message !== intact) throw new Error('a message that no intact body held');
      if (!message.length || message.length > MAX) throw new Error(`a message of ${message.length} bytes`);
      if (chance.is(0.01)) link.start();
    },
    down: () => {
      isUp = false;
      if (chance.is(0.1)) link.start();
    },
  });

  link.start();
  let next = 200;
  while (frames < cases) {
    now += 0.01;
    clock.pass(0.01);
    if (link.queued() < 5 && isUp) link.send(randomBytes(chance, 1 + chance.below(50)));
    if (link.queued() > 5) throw new Error(`${link.queued()} messages wait`);
    if (frames < next) continue;
    next += 200;
    honest = true;
    taken = undefined;
    const before = { came, sent: link.counts.sent };
    let left = 3000;
    while (!(came > before.came && link.counts.sent > before.sent && link.queued() >= 0) && left-- > 0) {
      now += 0.01;
      clock.pass(0.01);
      if (link.queued() === 0) link.send('hello');
      if (link.counts.sent < before.sent) before.sent = 0;
    }
    if (left <= 0)
      throw new Error(
        `an honest peer is not heard: ${JSON.stringify(link.counts)} ${link.queued()} ${String(taken)} ${announced}`,
      );
    honest = false;
  }
}
