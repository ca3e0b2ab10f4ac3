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
        'if (room) send(char(type) + body);\n    if (!room && qos)',
        `if (room) send(char(type) + body);
    if (qos) client.send(packet(PacketType.PUBACK, '', body.substr(2 + wordAt(body, 0), 2)));
    if (!room && qos)`,
      ],
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
    changes: [['outbox._sent = 0;\n      for', 'for']],
  },
  {
    name: 'the queue outlives a reset of the target',
    file: 'host/driver',
    changes: [
      [
        '    const lost = passing;',
        '    const lost = passing;\n    while (outbox._queue.length) outbox._remove(0);',
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
    file: 'host/outbox',
    changes: [['queue[i] = withId(queue[i], id, session);', 'queue[i] = withId(queue[i], id, false);']],
  },
  {
    name: 'subscriptions are renewed',
    file: 'host/subscriptions',
    changes: [['_restart: function (session, all) {', '_restart: function (session, all) {\n      return;']],
  },
  {
    name: 'behind a message that found no room none is let through',
    file: 'target/bridge',
    changes: [['let room = !qos || !overrun;', 'let room = true;']],
  },
  {
    name: 'a connection on which nothing comes is given up',
    file: 'target/client',
    changes: [['unanswered++ < PINGS', 'unanswered < PINGS']],
  },
  {
    name: 'what an interval makes up for counts as one tick',
    file: 'host/ticks',
    changes: [['if (Math.abs(now - last) * 2000 < ms) return;', '']],
  },
  {
    name: 'what waits for long is in Storage',
    file: 'host/persist',
    changes: [
      ['if (storage.write(NAME + file, data) && storage.read(NAME + file) === data) return', 'return'],
    ],
  },
];
