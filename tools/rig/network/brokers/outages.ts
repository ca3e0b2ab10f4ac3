/**
 * Conversations during which the target or the broker goes away: what has
 * QoS 1 must come, at least once and in order. Which broker it is they must
 * never ask.
 */
import { LASTING, numbers, order, retainedOn } from './conversations';
import type { Conversation } from './conversations';
import { PROBE } from './talk';
import type { Talk } from './talk';

/** Messages each way before, during and after. */
const LOT = 5;

function tell(talk: Talk, topic: string, from: number, to: number): Promise<unknown> {
  const all = Array.from({ length: to - from }, (_, i) => String(from + i));
  return Promise.all(all.map((number) => talk.peer.publishAsync(`in/${topic}`, number, { qos: 1 })));
}

/** Does not wait for the broker, which may be away. */
function say(talk: Talk, topic: string, from: number, to: number): void {
  for (let number = from; number < to; number++) void talk.publish(`out/${topic}`, String(number), false, 1);
}

function look(talk: Talk, topic: string): () => Record<string, string> {
  return () => ({ in: order(talk.heard, `in/${topic}`), out: order(talk.got, `out/${topic}`) });
}

const targetRestart: Conversation = {
  name: 'a session that outlives a restart of the target',
  expected: { in: numbers(0, LOT), out: numbers(0, LOT) },
  async hold(talk) {
    await talk.holdTarget();
    await tell(talk, 'reset', 0, LOT);
    say(talk, 'reset', 0, LOT);
    talk.world.pair.holdReset(false);
    return look(talk, 'reset');
  },
};

const targetCrash: Conversation = {
  name: 'a crash of the target with messages under way',
  expected: { in: numbers(0, 3 * LOT), 'in order': 'yes', out: numbers(0, 3 * LOT) },
  async hold(talk) {
    await tell(talk, 'crash', 0, LOT);
    say(talk, 'crash', 0, LOT);
    void tell(talk, 'crash', LOT, 2 * LOT);
    say(talk, 'crash', LOT, 2 * LOT);
    await talk.until('message before the crash', () => order(talk.heard, 'in/crash').split(' ').length > LOT);
    talk.world.pair.crashTarget();
    await tell(talk, 'crash', 2 * LOT, 3 * LOT);
    say(talk, 'crash', 2 * LOT, 3 * LOT);
    return () => {
      const { in: came = '', out = '' } = look(talk, 'crash')();
      const all = came
        .split(' ')
        .sort((a, b) => Number(a) - Number(b))
        .join(' ');
      return { in: all, 'in order': all === came ? 'yes' : 'no', out };
    };
  },
};

function brokerOutage(name: string, topic: string, end: (talk: Talk) => Promise<void>): Conversation {
  return {
    name,
    expected: {
      in: numbers(0, 2 * LOT),
      out: numbers(0, 2 * LOT),
      'retained message': `${LASTING.payload}, retained`,
    },
    async hold(talk) {
      const { broker, world, peer } = talk;
      // These wait in the broker, in a session of which nobody is there.
      await talk.holdTarget();
      await tell(talk, topic, 0, LOT);
      await broker.settled();
      await end(talk);
      say(talk, topic, 0, LOT);
      world.pair.holdReset(false);
      await broker.start();
      const from = talk.heard.length;
      const probing = setInterval(() => peer.publish('in/probe', PROBE, { qos: 0 }), 200);
      await talk
        .until('message after the outage', () =>
          talk.heard.slice(from).some(({ topic: of }) => of === 'in/probe'),
        )
        .finally(() => clearInterval(probing));
      await tell(talk, topic, LOT, 2 * LOT);
      say(talk, topic, LOT, 2 * LOT);
      const kept = await retainedOn(talk, LASTING.topic);
      return () => ({ ...look(talk, topic)(), 'retained message': kept });
    },
  };
}

export const OUTAGES: readonly Conversation[] = [
  targetRestart,
  targetCrash,
  brokerOutage('a restart of the broker', 'restart', ({ broker }) => broker.stop()),
  brokerOutage('a death of the broker', 'death', ({ broker }) => broker.kill()),
];
