/**
 * The same conversations with brokers that others wrote. What a broker does
 * otherwise is in `tools/rig/network/brokers/differences.ts`, and expected.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { BROKER_NAMES, BROKER_KINDS } from '../rig/network/brokers';
import { CONVERSATIONS } from '../rig/network/brokers/conversations';
import type { SeenOutcome } from '../rig/network/brokers/conversations';
import { DIFFERENCES, expectedOf, leniently } from '../rig/network/brokers/differences';
import { OUTAGES } from '../rig/network/brokers/outages';
import { SOON, startTalk } from '../rig/network/brokers/talk';
import type { Talk } from '../rig/network/brokers/talk';
import { startWorld } from '../rig/world';

/** Milliseconds in which what is not expected may still come. */
const GRACE = 400;

/** Seconds for which a board waits for an answer of a broker that shares the PC's processors with all the others. */
const PATIENCE = 40;

/** Fails when a conversation does not come to its end, with what the host printed last. */
function within<T>(held: Promise<T>, { lines }: Talk): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no end; the host printed last:\n${lines.slice(-16).join('\n')}`)),
      2 * SOON,
    );
    held.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const ALL = [...CONVERSATIONS, ...OUTAGES];

test('every difference is one of a conversation that there is, and has a reason', () => {
  for (const { conversation, instead, reason } of Object.values(DIFFERENCES).flat()) {
    const { expected } = ALL.find(({ name }) => name === conversation) ?? {};
    assert.ok(expected, conversation);
    assert.ok(reason.length > 20, conversation);
    for (const [what, value] of Object.entries(instead)) {
      assert.ok(what in expected, `${conversation}: ${what}`);
      assert.notEqual(value, expected[what], `${conversation}: ${what}`);
    }
  }
});

describe('brokers', { concurrency: BROKER_NAMES.length }, () => {
  for (const name of BROKER_NAMES) {
    const missing = BROKER_KINDS[name].missing();
    const skip = missing ? `${name} is not installed (Debian: apt install ${missing})` : false;

    test(name, { skip, timeout: 300_000 }, async (t) => {
      const ends: (() => Promise<unknown>)[] = [];
      try {
        const broker = await BROKER_KINDS[name].create();
        ends.push(() => broker.close());
        await broker.start();
        const talk = await startTalk(
          broker,
          (options) =>
            startWorld({ ...options, engine: 'emulator', broker: { host: '127.0.0.1', port: broker.port } }),
          { responseTime: PATIENCE },
        );
        ends.push(() => talk.stop());
        await talk.subscribed('in/#', 1, 'in/probe');
        for (const conversation of ALL)
          await t.test(`${name}: ${conversation.name}`, async () => {
            const expected = expectedOf(name, conversation.name, conversation.expected);
            const seen = await within(conversation.hold(talk), talk);
            const look = (): SeenOutcome => leniently(seen(), expected);
            for (const until = Date.now() + SOON; !isDeepStrictEqual(look(), expected) && Date.now() < until;)
              await sleep(20);
            await sleep(GRACE);
            assert.deepEqual(look(), expected, `the host printed last:\n${talk.lines.slice(-8).join('\n')}`);
          });
      } finally {
        for (let end = ends.pop(); end; end = ends.pop()) await end();
      }
    });
  }
});
