/**
 * Conversations between a pair and a client on the PC, by way of a broker that
 * works: what each end sees, in words that can be compared. Which broker it is
 * they must never ask.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { connectSoon } from './client';
import { PROBE, WILL } from './talk';
import type { BrokerMessage, Qos, Talk } from './talk';

/** What was seen, by what was looked for. */
export type SeenOutcome = Readonly<Record<string, string>>;

export interface Conversation {
  readonly name: string;
  /** What is seen where the broker does all that MQTT asks. */
  readonly expected: SeenOutcome;
  /** Says what is to be said; gives a look at what has come of it so far. */
  hold(talk: Talk): Promise<() => SeenOutcome>;
}

const NOTHING = 'nothing';

/** Milliseconds for what a broker may do of its own accord. */
const SETTLE = 500;

const BOTH: readonly Qos[] = [0, 1];
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

/** Topics of which brokers of another descent make something else. */
const TOPICS = [
  'gr\u00fcn/\u6e29\u5ea6/\u2603/\u{1f600}',
  'a,b,,c',
  '/x//y/',
  '$x/"\'\\',
  'a b',
  'a.b',
  'a>b',
  'a*b',
] as const;

/** Numbers in the order in which they came first: what has QoS 1 may come twice. */
export function order(messages: readonly BrokerMessage[], topic: string): string {
  const numbers = messages.filter((message) => message.topic === topic).map(({ payload }) => String(payload));
  return [...new Set(numbers)].join(' ') || NOTHING;
}

/** Every number, doubled ones too. */
function everyOne(messages: readonly BrokerMessage[], topic: string): string {
  const numbers = messages.filter((message) => message.topic === topic).map(({ payload }) => String(payload));
  return numbers.join(' ') || NOTHING;
}

export function numbers(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => String(from + index)).join(' ');
}

/** Until something is there, or not for a while. */
async function soon(test: () => boolean): Promise<void> {
  for (const until = Date.now() + 3 * SETTLE; !test() && Date.now() < until;) await sleep(20);
}

/** Until a number has not grown for a while, of which nothing tells when it has its last value. */
async function quiet(count: () => number): Promise<void> {
  for (let last = -1; count() > last; await sleep(4 * SETTLE)) last = count();
}

/** What a client sees that has just subscribed, a while later. */
async function newcomer<T>(
  talk: Talk,
  filter: string,
  use: (client: MqttClient, messages: BrokerMessage[]) => Promise<T>,
): Promise<T> {
  const client = await connectSoon(talk.broker.url, { reconnectPeriod: 0 });
  const messages: BrokerMessage[] = [];
  client.on('message', (topic, payload, packet) =>
    messages.push({ topic, payload, retained: packet.retain, qos: packet.qos }),
  );
  try {
    await client.subscribeAsync(filter, { qos: 1 });
    return await use(client, messages);
  } finally {
    await client.endAsync(true);
  }
}

/** The retained message on a topic, as somebody sees it who subscribes now. */
export function retainedOn(talk: Talk, topic: string): Promise<string> {
  return newcomer(talk, topic, async (_client, messages) => {
    for (const until = Date.now() + 2000; messages.length === 0 && Date.now() < until;) await sleep(20);
    const [first] = messages;
    return first ? `${String(first.payload)}${first.retained ? ', retained' : ''}` : NOTHING;
  });
}

function qosOf(messages: readonly BrokerMessage[], topic: string): string {
  const found = messages.find((message) => message.topic === topic);
  return found ? `QoS ${String(found.qos)}` : NOTHING;
}

const eachWay: Conversation = {
  name: 'a message each way at QoS 0 and 1',
  expected: {
    'to the host, QoS 0': 'QoS 0',
    'to the host, QoS 1': 'QoS 1',
    'to the host, QoS 1, subscribed with 0': 'QoS 0',
    'from the host, QoS 0': 'QoS 0',
    'from the host, QoS 1': 'QoS 1',
    'publish tells': 'true true',
  },
  async hold(talk) {
    await talk.subscribed('lower/#', 0, 'lower/probe');
    for (const qos of BOTH) await talk.peer.publishAsync(`in/way${String(qos)}`, 'x', { qos });
    await talk.peer.publishAsync('lower/way', 'x', { qos: 1 });
    const told = await Promise.all(BOTH.map((qos) => talk.publish(`out/way${String(qos)}`, 'x', false, qos)));
    return () => ({
      'to the host, QoS 0': qosOf(talk.heard, 'in/way0'),
      'to the host, QoS 1': qosOf(talk.heard, 'in/way1'),
      'to the host, QoS 1, subscribed with 0': qosOf(talk.heard, 'lower/way'),
      'from the host, QoS 0': qosOf(talk.got, 'out/way0'),
      'from the host, QoS 1': qosOf(talk.got, 'out/way1'),
      'publish tells': told.join(' '),
    });
  },
};

const everyByte: Conversation = {
  name: 'every byte value in a payload',
  expected: {
    'to the host, QoS 0': 'same',
    'to the host, QoS 1': 'same',
    'from the host, QoS 0': 'same',
    'from the host, QoS 1': 'same',
  },
  async hold(talk) {
    for (const qos of BOTH) {
      await talk.peer.publishAsync(`in/bytes${String(qos)}`, EVERY_BYTE, { qos });
      await talk.publish(`out/bytes${String(qos)}`, EVERY_BYTE, false, qos);
    }
    const look = (messages: readonly BrokerMessage[], topic: string): string => {
      const found = messages.find((message) => message.topic === topic);
      return found ? (found.payload.equals(EVERY_BYTE) ? 'same' : found.payload.toString('hex')) : NOTHING;
    };
    return () =>
      Object.fromEntries(
        BOTH.flatMap((qos) => [
          [`to the host, QoS ${String(qos)}`, look(talk.heard, `in/bytes${String(qos)}`)],
          [`from the host, QoS ${String(qos)}`, look(talk.got, `out/bytes${String(qos)}`)],
        ]),
      );
  },
};

const topics: Conversation = {
  name: 'topics with UTF-8, empty levels and what means something elsewhere',
  expected: Object.fromEntries(
    TOPICS.flatMap((topic) => [
      [`in/${topic}`, 'same'],
      [`out/${topic}`, 'same'],
    ]),
  ),
  async hold(talk) {
    for (const [index, topic] of TOPICS.entries()) {
      const mark = `topic ${String(index)}`;
      // What has QoS 1 shows that the host has a connection, before and after: what has QoS 0 comes to nobody else.
      await talk.publish('out/before', mark, false, 1);
      // A broker may end the connection on which such a topic comes: a client that is over then, not one that repeats it.
      const client = await connectSoon(talk.broker.url, { reconnectPeriod: 0 });
      client.publish(`in/${topic}`, mark, { qos: 0 });
      await client.endAsync();
      await soon(() => talk.heard.some(({ payload }) => String(payload) === mark));
      await talk.publish('out/before', mark, false, 1);
      void talk.publish(`out/${topic}`, mark, false, 0);
      await talk.publish('out/after', mark, false, 1);
    }
    const look = (messages: readonly BrokerMessage[], topic: string, index: number): string => {
      const way = topic.slice(0, topic.indexOf('/'));
      const found = messages.find(
        (message) =>
          String(message.payload) === `topic ${String(index)}` &&
          message.topic.startsWith(`${way}/`) &&
          !/^out.(before|after)$/.test(message.topic),
      );
      return found ? (found.topic === topic ? 'same' : found.topic) : NOTHING;
    };
    return () =>
      Object.fromEntries(
        TOPICS.flatMap((topic, index) => [
          [`in/${topic}`, look(talk.heard, `in/${topic}`, index)],
          [`out/${topic}`, look(talk.got, `out/${topic}`, index)],
        ]),
      );
  },
};

const wildcards: Conversation = {
  name: 'wildcards',
  expected: {
    'wild/+/x': 'wild/a/x wild/b/x',
    'wild/+/x, an empty level': 'wild//x',
    'deep/#': 'deep deep/a deep/a/b',
    'every/# and every/+': '2 callbacks',
    'topics with $ behind #': 'none',
  },
  async hold(talk) {
    await talk.subscribed('wild/+/x', 1, 'wild/probe/x');
    await talk.subscribed('deep/#', 1, 'deep/probe');
    await talk.subscribed('every/+', 1, 'every/probe');
    await talk.subscribed('every/#', 1, 'every/probe/probe');
    const from = talk.heard.length;
    const publish = (topic: string): Promise<unknown> => talk.peer.publishAsync(topic, 'wild', { qos: 1 });
    for (const topic of [
      'wild/a/x',
      'wild/a/y',
      'wild/a/b/x',
      'wild/b/x',
      'deeper',
      'deep',
      'deep/a',
      'deep/a/b',
    ])
      await publish(topic);
    await publish('every/one');
    const inner = await newcomer(talk, '#', async (client, messages) => {
      await client.publishAsync('one/of/its/own', 'x', { qos: 1 });
      await talk.until('message behind #', () => messages.some(({ topic }) => topic === 'one/of/its/own'));
      return messages.some(({ topic }) => topic.startsWith('$')) ? 'some' : 'none';
    });
    const look = (pattern: RegExp): string[] =>
      talk.heard
        .slice(from)
        .filter(({ topic, payload }) => pattern.test(topic) && String(payload) === 'wild')
        .map(({ topic }) => topic);
    const copies = (): string => `${String(look(/^every/).length)} callbacks`;
    await talk.until('message to two subscriptions', () => look(/^every/).length > 1);
    await quiet(() => look(/^every/).length);
    const counted = copies();
    // Last, since a broker may end the connection on it; what comes after shows that there is one again.
    await publish('wild//x');
    await sleep(SETTLE);
    await talk.publish('out/after', 'x', false, 1);
    const words = (pattern: RegExp): string => [...new Set(look(pattern))].join(' ') || NOTHING;
    return () => ({
      'wild/+/x': words(/^wild\/[^/]/),
      'wild/+/x, an empty level': words(/^wild\/\//),
      'deep/#': words(/^deep/),
      'every/# and every/+': counted,
      'topics with $ behind #': inner,
    });
  },
};

/** Messages in a row; of those to the host with QoS 0 only as many as it takes without dropping any. */
const ROW = 20;
const SHORT_ROW = 6;

const inOrder: Conversation = {
  name: 'order at QoS 0 and 1',
  expected: {
    'to the host, QoS 0': numbers(0, SHORT_ROW),
    'to the host, QoS 1': numbers(0, ROW),
    'from the host, QoS 0': numbers(0, ROW),
    'from the host, QoS 1': numbers(0, ROW),
  },
  async hold(talk) {
    const { peer } = talk;
    for (let i = 0; i < SHORT_ROW; i++) peer.publish('in/row0', String(i), { qos: 0 });
    await talk.until('last of a row', () => order(talk.heard, 'in/row0').endsWith(String(SHORT_ROW - 1)));
    await Promise.all(
      Array.from({ length: ROW }, (_, i) => peer.publishAsync('in/row1', String(i), { qos: 1 })),
    );
    for (const qos of BOTH)
      for (let i = 0; i < ROW; i++) void talk.publish(`out/row${String(qos)}`, String(i), false, qos);
    return () => ({
      'to the host, QoS 0': everyOne(talk.heard, 'in/row0'),
      'to the host, QoS 1': order(talk.heard, 'in/row1'),
      'from the host, QoS 0': everyOne(talk.got, 'out/row0'),
      'from the host, QoS 1': order(talk.got, 'out/row1'),
    });
  },
};

/** A retained message that stays for the conversations about restarts. */
export const LASTING = { topic: 'kept/deep/b', payload: 'B' } as const;

const retained: Conversation = {
  name: 'retained messages',
  expected: {
    'to the host, by its topic': 'A, retained',
    'to the host, behind a wildcard': 'B, retained',
    'to the host, subscribed before': 'A2',
    'of the host': 'C, retained',
    'removed by the host': NOTHING,
    'removed by the peer': NOTHING,
  },
  async hold(talk) {
    const { peer, heard } = talk;
    await peer.publishAsync('kept/a', 'A', { qos: 1, retain: true });
    await peer.publishAsync(LASTING.topic, LASTING.payload, { qos: 1, retain: true });
    await talk.publish('out/kept', 'C', true, 1);
    await talk.publish('out/gone', 'D', true, 1);
    const atFirst = await retainedOn(talk, 'out/gone');
    await talk.publish('out/gone', '', true, 1);
    // What is removed has been there.
    const byHost = atFirst === 'D, retained' ? await retainedOn(talk, 'out/gone') : `at first ${atFirst}`;
    const seen = (topic: string, count: number): string => {
      const found = heard.filter(
        (message) => message.topic === topic && !String(message.payload).startsWith(PROBE),
      )[count];
      return found ? `${String(found.payload)}${found.retained ? ', retained' : ''}` : NOTHING;
    };
    await talk.subscribed('kept/deep/+', 1, 'kept/deep/probe');
    await talk.subscribed('kept/a', 1, 'kept/a');
    await peer.publishAsync('kept/a', 'A2', { qos: 1, retain: true });
    await talk.until('retained message', () => seen('kept/a', 1) !== NOTHING);
    await peer.publishAsync('kept/a', '', { qos: 1, retain: true });
    const ofHost = await retainedOn(talk, 'out/kept');
    const byPeer = await retainedOn(talk, 'kept/a');
    return () => ({
      'to the host, by its topic': seen('kept/a', 0),
      'to the host, behind a wildcard': seen(LASTING.topic, 0),
      'to the host, subscribed before': seen('kept/a', 1),
      'of the host': ofHost,
      'removed by the host': byHost,
      'removed by the peer': byPeer,
    });
  },
};

const will: Conversation = {
  name: 'the will, when the connection breaks',
  // The host is back then, and says so.
  expected: { state: `${WILL} here`, 'the host goes on': 'true' },
  async hold(talk) {
    const from = talk.got.length;
    talk.world.accessPoint.cut();
    const goesOn = await talk.publish('out/alive', 'x', false, 1);
    return () => ({
      state: everyOne(talk.got.slice(from), 'state'),
      'the host goes on': String(goesOn),
    });
  },
};

export const CONVERSATIONS: readonly Conversation[] = [
  eachWay,
  everyByte,
  topics,
  wildcards,
  inOrder,
  retained,
  will,
];
