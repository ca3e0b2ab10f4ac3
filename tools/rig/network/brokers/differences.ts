/**
 * What a broker does otherwise than MQTT asks, or than others do. Data, each
 * entry with its reason: the suite expects exactly this, so that a broker that
 * has learned better is noticed too.
 */
import type { SeenOutcome } from './conversations';
import type { BrokerName } from './';

export interface Difference {
  /** Of the conversation. */
  readonly conversation: string;
  readonly instead: SeenOutcome;
  readonly reason: string;
}

/** What comes out one way or the other, as chance has it. */
const EITHER = 'either';

/** Names of the conversations that have differences. */
const TOPICS = 'topics with UTF-8, empty levels and what means something elsewhere';
const WILDCARDS = 'wildcards';
const RETAINED = 'retained messages';
const CRASH = 'a crash of the target with messages under way';
const RESTART = 'a restart of the broker';
const DEATH = 'a death of the broker';

const IN_MEMORY = {
  instead: { in: '5 6 7 8 9', 'retained message': 'nothing' },
  reason: 'Sessions and retained messages are in its memory only, and end with its process.',
};

export const DIFFERENCES: Readonly<Record<BrokerName, readonly Difference[]>> = {
  mosquitto: [],
  // 1.2.0
  aedes: [
    {
      conversation: WILDCARDS,
      instead: { 'wild/+/x, an empty level': 'nothing' },
      reason:
        'To a session that is kept, a message with QoS 1 whose empty level + matches is not stored; it then does not find it ("no such packet") and ends the connection of the subscriber.',
    },
    { conversation: RESTART, ...IN_MEMORY },
    { conversation: DEATH, ...IN_MEMORY },
  ],
  // 2.9.10
  nats: [
    {
      conversation: TOPICS,
      instead: { 'in/a b': 'nothing', 'out/a b': 'nothing', 'in/a.b': 'nothing', 'out/a.b': 'nothing' },
      reason:
        'Topics become subjects, whose levels are parted by dots and which have no spaces: it ends the connection on which such a topic comes.',
    },
    {
      conversation: WILDCARDS,
      instead: { 'every/# and every/+': '4 callbacks' },
      reason:
        'It sends a copy for each subscription that matches, which MQTT allows, and each copy is for both callbacks.',
    },
    {
      conversation: WILDCARDS,
      instead: { 'topics with $ behind #': 'some' },
      reason: 'Its own subjects ($MQTT, $JS) are behind # as all others are, against MQTT 3.1.1 §4.7.2.',
    },
    {
      conversation: CRASH,
      instead: { 'in order': EITHER },
      reason:
        'What was sent to a connection that is gone comes again when ack_wait is over, behind what was published meanwhile.',
    },
  ],
  // 3.10.8
  rabbitmq: [
    {
      conversation: TOPICS,
      instead: { 'in/a.b': 'in/a/b', 'out/a.b': 'out/a/b', 'in/a*b': 'in/a+b', 'out/a*b': 'out/a+b' },
      reason:
        'Topics become routing keys of AMQP and these topics again, which makes a dot a slash and * a +. In a topic of a message MQTT allows no +; the host hands it over as it comes, since a broker that is left for it sends it again for ever.',
    },
    {
      conversation: RETAINED,
      instead: { 'to the host, behind a wildcard': 'nothing' },
      reason: 'The plug-in looks retained messages up by their topic alone, not behind a wildcard.',
    },
  ],
};

/** What is expected of a conversation with a broker. */
export function expectedOf(broker: BrokerName, conversation: string, expected: SeenOutcome): SeenOutcome {
  const own = DIFFERENCES[broker].filter((difference) => difference.conversation === conversation);
  return Object.assign({}, expected, ...own.map(({ instead }) => instead)) as SeenOutcome;
}

/** What was seen, with what may be either way as expected. */
export function leniently(seen: SeenOutcome, expected: SeenOutcome): SeenOutcome {
  const free = Object.entries(expected).filter(([what, value]) => value === EITHER && what in seen);
  return { ...seen, ...Object.fromEntries(free) };
}
