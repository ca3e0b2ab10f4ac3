/**
 * A board whose settings list the nodes of a cluster: the node that serves it
 * dies, then the next. What has QoS 1 must come through, both ways.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld } from '../rig/world';
import { createNatsCluster, findNats } from '../rig/network/brokers/nats';
import { startTalk } from '../rig/network/brokers/talk';
import type { BrokerMessage } from '../rig/network/brokers/talk';

/** Milliseconds between two messages each way, and before and after each death. */
const PACE = 200;
const SPELL = 3000;

/** Milliseconds after which the peer connects anew when a node owes it PUBACK. */
const ACKNOWLEDGED = 10_000;

/** Until all has come. */
const END = 90_000;

function received(messages: readonly BrokerMessage[], topic: string): number[] {
  const numbers = messages.filter((message) => message.topic === topic).map(({ payload }) => Number(payload));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

const skip = findNats() ? false : 'nats-server is not installed (Debian: apt install nats-server)';

test(
  'the nodes of a cluster die one after the other, and nothing with QoS 1 is lost',
  { skip, timeout: 240_000 },
  async (t) => {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const cluster = await createNatsCluster();
      ends.push(() => cluster.close());
      await cluster.start();
      const [first, second, third] = cluster.nodes;
      assert.ok(first && second && third);
      // The peer is at a node that lives throughout.
      const talk = await startTalk(third, (options) =>
        startWorld({
          ...options,
          engine: 'emulator',
          broker: { host: '127.0.0.1', port: third.port },
          // Straight to the nodes, the last of which is there for when both others are not.
          net: { ...options.net, broker: [...cluster.addresses], connectTimeout: 3 },
        }),
      );
      ends.push(() => talk.stop());
      await talk.subscribed('in/#', 1, 'in/probe');

      let sent = 0;
      let ended = false;
      ends.push(() => Promise.resolve((ended = true)));
      const fed = (async () => {
        for (; !ended; await sleep(PACE)) {
          void talk.publish('out/count', String(sent), false, 1);
          // A node may owe PUBACK for ever when it lost the leader of a stream with the message under way.
          const owed = setTimeout(() => talk.peer.stream.destroy(), ACKNOWLEDGED);
          await talk.peer
            .publishAsync('in/count', String(sent), { qos: 1 })
            .catch((error: unknown) => {
              if (!ended) throw error;
            })
            .finally(() => clearTimeout(owed));
          sent++;
        }
      })();
      // `first` is the one that a board tries first.
      for (const node of [first, second]) {
        await sleep(SPELL);
        const from = talk.lines.length;
        await node.kill();
        const begun = Date.now();
        const before = talk.got.length;
        await talk.until('message after the death of a node', () => talk.got.length > before + 5);
        t.diagnostic(`${node.name} dead: a message again after ${String(Date.now() - begun)} ms`);
        await sleep(SPELL);
        await node.start();
        await cluster.caughtUp();
        const moved = talk.lines.slice(from).filter((line) => /connected to the broker/.test(line)).length;
        t.diagnostic(`connections made meanwhile: ${String(moved)}`);
      }
      await sleep(SPELL);
      ended = true;
      await fed;
      const all = Array.from({ length: sent }, (_, number) => number);
      for (const until = Date.now() + END; Date.now() < until; await sleep(50))
        if (
          received(talk.heard, 'in/count').length === sent &&
          received(talk.got, 'out/count').length === sent
        )
          break;
      t.diagnostic(`${String(sent)} messages each way`);
      assert.deepEqual(received(talk.heard, 'in/count'), all, 'to the host');
      assert.deepEqual(received(talk.got, 'out/count'), all, 'from the host');
      assert.ok(
        talk.lines.filter((line) => /connected to the broker/.test(line)).length >= 2,
        'it never moved',
      );
    } finally {
      for (let end = ends.pop(); end; end = ends.pop()) await end();
    }
  },
);
