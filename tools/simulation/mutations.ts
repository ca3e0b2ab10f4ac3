/**
 * Guards of the device code, each with the change that takes it out: the
 * simulator must notice every one of them, or it proves nothing. A text that
 * is not in its source any more is an error, so that no guard is lost sight of.
 */
import type { Mutation } from './device-source';

export interface Guard extends Mutation {
  readonly name: string;
  /** The kind of fault that shows that it is missing, where that is rare. */
  readonly favour?: string;
  /** A schedule that showed it, where none of the first ones does. */
  readonly seed?: number;
}

export const GUARDS: readonly Guard[] = [
  {
    name: 'a message is acknowledged to the broker only when the host has taken it',
    file: 'target/gateway',
    changes: [
      [
        'if (free) send(message);\n    else options.later(',
        `if (publish && byteAt(message, 0) & Flag.QOS) {
      const at = 3 + byteAt(message, 1) * 256 + byteAt(message, 2);
      client.send(fixedHeader(PacketType.PUBACK, 2) + message.substr(at, 2));
    }
    if (free) send(message);
    else options.later(`,
      ],
    ],
  },
  {
    name: 'what the broker sends leaves room for what the host publishes',
    seed: 100,
    favour: 'flood of messages while the host stalls',
    file: 'target/gateway',
    changes: [['isFree(spare + SHORT + (size + most) / SIZE)', 'isFree(SHORT + (size + most) / SIZE)']],
  },
  {
    name: 'a connection on which nothing gets out is left',
    seed: 3002627,
    file: 'target/gateway',
    changes: [['if (busy && !jam) jam = options.later(jammed, calls.limit * 1000);', '']],
  },
  {
    name: 'the link offers again what was not taken',
    file: 'shared/exchange',
    changes: [['if (acknowledge === ((sequence + 1) & 3)) {', 'if (acknowledge >= 0) {']],
  },
  {
    name: 'the link takes a body only once',
    file: 'shared/exchange',
    changes: [
      ['both && size && said & 32 && ((said >> 1) & 3) === ((heard >> 3) & 3)', 'both && size && said & 32'],
      ['heard & 32 && ((heard >> 1) & 3) === ((said >> 3) & 3) ? offer', 'heard & 32 ? offer'],
    ],
  },
  {
    name: 'the check of a body',
    file: 'shared/frame',
    changes: [['const intact = isIntact(body);', 'const intact = true;']],
  },
  {
    name: 'unacknowledged publications are sent again on a new connection',
    file: 'host/outbox',
    changes: [['outbox._sent = 0;\n      for', 'for']],
  },
  {
    name: 'the queue outlives a reset of the target',
    seed: 15,
    file: 'host/sender',
    changes: [
      [
        '      const lost = passing;',
        '      const lost = passing;\n      while (outbox._queue.length) outbox._remove(0);',
      ],
    ],
  },
  {
    name: 'a packet identifier in flight is not given again',
    seed: 14,
    file: 'host/outbox',
    // Identifiers come round sooner, so that it can be seen.
    changes: [
      ['if (used === last) {', 'if (!used) {'],
      [
        'last = last < 65535 ? last + 1 : 1;\n    // Identifiers',
        'last = last < 3 ? last + 1 : 1;\n    // Identifiers',
      ],
    ],
  },
  {
    name: 'publish says that it is done only when the broker has acknowledged',
    file: 'host/outbox',
    changes: [
      [
        'outbox._sent++;\n        return queue[sent];',
        'outbox._sent++;\n        const early = calls[sent];\n        if (early) early(true);\n        return queue[sent];',
      ],
    ],
  },
  {
    name: 'a publication stays until it is acknowledged',
    file: 'host/outbox',
    changes: [['outbox._sent++;\n        return queue[sent];', 'return outbox._remove(sent);']],
  },
  {
    name: 'what is sent again in one session is marked',
    seed: 34,
    file: 'host/outbox',
    changes: [['queue[i] = withId(queue[i], id, session);', 'queue[i] = withId(queue[i], id, false);']],
  },
  {
    name: 'subscriptions are renewed',
    file: 'host/subscriptions',
    changes: [['_restart: function (session, all) {', '_restart: function (session, all) {\n      return;']],
  },
  {
    name: 'a connection on which a message found no room is left',
    seed: 14,
    favour: 'flood of messages while the host stalls',
    file: 'host/connection',
    changes: [["leave(Status.BROKER_FAIL, 'no room for a message');", '']],
  },
  {
    name: 'a connection on which nothing comes is given up',
    seed: 1070,
    favour: 'broker answers no ping, and now and then a byte comes',
    file: 'target/mqtt-client',
    changes: [['unanswered++ < PINGS', 'unanswered < PINGS']],
  },
  {
    name: 'what waits for long is in Storage',
    seed: 23,
    file: 'host/outbox-storage',
    changes: [
      ['if (storage.write(NAME + file, data) && storage.read(NAME + file) === data) return', 'return'],
    ],
  },
  {
    name: 'what is waited for has a deadline',
    favour: 'a turn of the target is lost',
    file: 'host/supervisor',
    changes: [
      [
        "if (left && link.counts._sent >= after && !--left) return fail(Status.ESP_FAIL, 'no ' + due, 0);",
        '',
      ],
    ],
  },
  {
    name: 'a broker is blamed only when all that it said before has come',
    seed: 810015,
    favour: 'topic',
    file: 'host/connection',
    changes: [['if (owed && connection._asking === Asking.ANSWERED) leave', 'if (owed) leave']],
  },
  {
    name: 'a connection that is left has time for what came before',
    seed: 201,
    favour: 'flood of messages',
    file: 'host/supervisor',
    changes: [['if (left && state._age >= 0) left = state._setup._timeout + 5;', '']],
  },
  {
    name: 'a broker that owes PUBACK is left',
    favour: 'broker owes PUBACK',
    file: 'host/sender',
    changes: [['if (owing >= limit) return', 'if (owing > 9e9) return']],
  },
  {
    name: 'a broker that owes SUBACK is left',
    seed: 58,
    favour: 'broker owes SUBACK',
    file: 'host/sender',
    changes: [['return owingFilter >= limit ?', 'return owingFilter > 9e9 ?']],
  },
  {
    name: 'the next CONNECT waits for the end of the connection before',
    seed: 57,
    favour: 'broker owes PUBACK',
    file: 'host/connection',
    changes: [
      [
        'state._broker = BrokerState.LEAVING;\n    leaving = status;',
        'state._broker = BrokerState.NONE;\n    leaving = status;',
      ],
      ["options._expect('end of the connection', state._setup._timeout + 5);", 'wait = 1;'],
    ],
  },
  {
    name: 'a connection has one end',
    favour: 'connection is cut',
    file: 'target/mqtt-client',
    changes: [
      [
        'if (!failing) options.later(report, 0);\n    failing = true;',
        'options.later(report, 0);\n    options.later(report, 3000);\n    failing = true;',
      ],
    ],
  },
  {
    name: 'what came with QoS 2 is delivered once',
    seed: 12,
    favour: 'connection is cut',
    file: 'host/receiver',
    changes: [['const again = qos > 1 && !!received && received.indexOf(id) >= 0;', 'const again = false;']],
  },
  {
    name: 'what a broker closes on is put aside',
    favour: 'topic',
    file: 'host/suspects',
    changes: [['if (!inFlight) return false;', 'return false;']],
  },
  {
    name: 'only what was alone in flight is put aside',
    seed: 23,
    favour: 'connection is cut',
    file: 'host/suspects',
    changes: [
      [
        'if (++suspects[Place.CLOSES] >= CLOSES)',
        'if (++suspects[Place.CLOSES] >= CLOSES) return true;\n    if (!CLOSES)',
      ],
    ],
  },
  {
    name: 'a link on which nothing gets through is given up',
    seed: 6,
    favour: 'long messages do not pass the wires',
    file: 'shared/link',
    changes: [['(exchange._stuck > options.timeout &&', '(exchange._stuck < 0 &&']],
  },
  {
    name: 'other bytes are no answer to a ping',
    seed: 1070,
    favour: 'broker answers no ping, and now and then a byte comes',
    file: 'target/mqtt-client',
    changes: [['    parser.unread += chunk;', '    parser.unread += chunk;\n    unanswered = 0;']],
  },
  {
    name: 'a network that went away without a word is looked after',
    favour: 'Wi-Fi goes without a word',
    file: 'target/gateway',
    changes: [['    wifi.check();\n', '']],
  },
  {
    name: 'a handler that never answers is not waited for any longer',
    favour: 'a status handler never answers',
    file: 'host/teller',
    changes: [['if (teller._waiting) teller._waiting--;', '']],
  },
  {
    name: 'a target leaves the broker when its host is silent',
    favour: 'host hangs for longer than the target waits',
    file: 'target/gateway',
    changes: [['options.patience(settings._hostTimeout);', 'options.patience(0);']],
  },
  {
    name: 'another broker of the list is tried',
    seed: 6,
    file: 'host/retry',
    changes: [['retry._at = good && !left ? 0 : (retry._at + 1) % brokers;', 'retry._at = 0;']],
  },
  {
    name: 'subscriptions are renewed where the broker says that it kept the session',
    seed: 8,
    favour: 'broker forgets subscriptions, not the session',
    file: 'host/sender',
    changes: [['!session || (state._setup._wishes & Wish.RESUBSCRIBE) > 0', '!session']],
  },
  {
    name: 'no session is believed that was not asked for',
    seed: 58,
    favour: 'broker says that it kept a session',
    file: 'host/connection',
    changes: [['byteAt(packet, 1) > 0 && (state._setup._wishes & Wish.KEEP) > 0;', 'byteAt(packet, 1) > 0;']],
  },
  {
    name: 'what nobody expects ends this start of the target',
    seed: 227,
    favour: 'the program of the target throws',
    file: 'target/gateway',
    changes: [
      ['  function message(text: string): void {', '  function passed(text: string): void {'],
      [
        'return { message: message,',
        `function message(text: string): void {
    try {
      passed(text);
    } catch (e) {
      // Nothing.
    }
  }
  return { message: message,`,
      ],
    ],
  },
  {
    name: 'a host whose turn was cut off begins anew',
    seed: 7,
    favour: 'a turn of the host is cut off',
    file: 'host/supervisor',
    changes: [["fail(Status.ESP_FAIL, 'memory ran out here', 0);", '']],
  },
];
