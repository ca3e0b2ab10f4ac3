/**
 * Guards of the device code, each with the change that takes it out: the
 * simulator must notice every one of them, or it proves nothing. A text that
 * is not in its source any more is an error, so that no guard is lost sight of.
 */
import type { Mutation } from '../device-source';

export interface Guard extends Mutation {
  readonly name: string;
}

export const GUARDS: readonly Guard[] = [
  {
    name: 'a message is acknowledged to the broker only when the host has taken it',
    file: 'target/bridge',
    changes: [
      [
        'message = toMessage(type, body);',
        `message = toMessage(type, body);
      if (qos) (client as Client).send(packet(PacketType.PUBACK, body.substr(2 + wordAt(body, 0), 2), ''));`,
      ],
      ['QOS, connectPacket }', 'QOS, connectPacket, packet }'],
    ],
  },
  {
    name: 'the link offers again what was not taken',
    file: 'shared/link',
    changes: [['if (((heard >> 1) & 3) === ((sequence + 1) & 3)) {', 'if (ahead) {']],
  },
  {
    name: 'the link takes a body only once',
    file: 'shared/link',
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
    changes: [['      sent = 0;\n      for', '      for']],
  },
  {
    name: 'the queue outlives a reset of the target',
    file: 'host/driver',
    changes: [
      [
        '    const lost = passing;',
        '    const lost = passing;\n    while (outbox._queue.length) (outbox._queue as string[]).pop();',
      ],
    ],
  },
  {
    name: 'a packet identifier in flight is not given again',
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
        'return queue[sent++];',
        'sent++;\n      const early = calls[sent - 1];\n      if (early) early(true);\n      return queue[sent - 1];',
      ],
    ],
  },
  {
    name: 'a publication stays until it is acknowledged',
    file: 'host/outbox',
    changes: [['return queue[sent++];', 'return queue.shift();']],
  },
  {
    name: 'what is sent again in one session is marked',
    file: 'host/outbox',
    changes: [['session ? flags | Flag.DUP : flags & ~Flag.DUP', 'flags']],
  },
  {
    name: 'subscriptions are renewed',
    file: 'host/subscriptions',
    changes: [['_restart: function (session) {', '_restart: function (session) {\n      return;']],
  },
  {
    name: 'what was said for an earlier connection does not go out on a new one',
    file: 'target/bridge',
    changes: [['if (asked && !stale)', 'if (asked)']],
  },
  {
    name: 'what was said for a connection that was short does not go out on the next',
    file: 'target/bridge',
    changes: [['if (stale) stale--;', 'stale = 0;']],
  },
  {
    name: 'behind a message that found no room none is let through',
    file: 'target/bridge',
    changes: [['let room = qos ? !overrun :', 'let room = qos ? true :']],
  },
  {
    name: 'a connection on which nothing comes is given up',
    file: 'target/client',
    changes: [['unheard++ < PINGS', 'unheard < PINGS']],
  },
  {
    name: 'what waits for long is in Storage',
    file: 'host/persist',
    changes: [
      ['if (storage.write(NAME + file, data) && storage.read(NAME + file) === data) return', 'return'],
    ],
  },
];
