/**
 * Two ends of the link against each other on simulated wires: whatever stalls,
 * noise, wrong wiring or restarts do, no message may be lost, doubled, changed
 * or reordered while both ends stay up, and no turn may hold the event loop.
 *
 * SEED=n starts the random schedules at another seed (each failure names its
 * own), SCHEDULES=n runs more of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireEnd } from '../tools/simulation/end';
import { LineSource } from '../tools/simulation/lines';
import { createWorld } from '../tools/simulation/wires';
import type { WiredEnds } from '../tools/simulation/wires';

const FIRST = Number(process.env.SEED ?? Date.now() % 1000000);
const SCHEDULES = Number(process.env.SCHEDULES ?? 300);

/** Of all other tests, so that a change of theirs is a change of the code's. */
const SEED = Number(process.env.SEED ?? 1);

const YEAR = 31536000;

/** Seconds by which a link may find a dead peer late: one look at the wires. */
const LATE = 0.3;

function ends(world: WiredEnds): WireEnd[] {
  return [world.host, world.target];
}

function areUp(world: WiredEnds): boolean {
  return world.host.link.isUp() && world.target.link.isUp();
}

/** Boots both ends and waits for them. */
function connect(world: WiredEnds): WiredEnds {
  for (const end of ends(world)) end.boot();
  assert.ok(
    world.run(30, () => areUp(world)),
    'up',
  );
  return world;
}

function setNoise(world: WiredEnds, clock: number, data: number): void {
  for (const { settings } of ends(world)) {
    settings.clockNoise = clock;
    settings.dataNoise = data;
  }
}

/** A random number from `a` to `b`, small ones as likely as large ones. */
function spread(world: WiredEnds, a: number, b: number): number {
  return a * Math.pow(b / a, world.random());
}

function randomMessage(world: WiredEnds, longest: number): string {
  const kind = world.random();
  let message = '';
  for (let left = Math.round(spread(world, 1, longest)); left > 0; left--) {
    message += String.fromCharCode(kind < 0.1 ? 0 : kind < 0.2 ? 255 : Math.floor(world.random() * 256));
  }
  return message;
}

/** Has the board's program send, as soon as it runs. */
function send(end: WireEnd, ...messages: string[]): void {
  end.later(0, () => messages.forEach((message) => end.link.send(message)));
}

function randomMessages(world: WiredEnds, count: number, longest: number): string[] {
  return [...Array(count)].map(() => randomMessage(world, longest));
}

/** Sends `count` messages each way, a few queued at a time, and checks that they arrive. */
function talk(world: WiredEnds, count: number, longest: number, seconds: number): void {
  const sent = ends(world).map(() => randomMessages(world, count, longest));
  const before = ends(world).map((end) => end.received.length);
  const told = ends(world).map((end) => end.told.length);
  ends(world).forEach((end, i) => {
    let next = 0;
    const feed = (): void => {
      while (next < count && end.link.queued() < 3) end.link.send(sent[i][next++]);
      if (next < count) end.later(1000, feed);
    };
    end.later(0, feed);
  });
  const done = world.run(seconds, () => {
    const [host, target] = ends(world).map((end, i) => end.received.length - before[i]);
    return host >= count && target >= count && world.host.link.queued() + world.target.link.queued() === 0;
  });
  const counts = JSON.stringify(ends(world).map((end) => end.link.counts));
  assert.ok(done, `all arrives: ${counts}`);
  assert.deepEqual(world.host.received.slice(before[0]), sent[1]);
  assert.deepEqual(world.target.received.slice(before[1]), sent[0]);
  assert.deepEqual(
    ends(world).map((end) => end.told.slice(told[ends(world).indexOf(end)])),
    [[], []],
    'both stay up',
  );
}

/** No turn may last longer than `hold` and one bounded call of the wire. */
function assertBounded(world: WiredEnds): void {
  for (const { settings, worstTurn } of ends(world)) {
    const bound = settings.hold * 1000 + (2 * settings.spins + 300) * settings.pace * 1.25;
    assert.ok(worstTurn <= bound, `a turn of ${worstTurn} µs, bound ${bound}`);
  }
}

/** Everything about the ends drawn at random. */
function randomise(world: WiredEnds): void {
  const { random } = world;
  const noise = random() < 0.3 ? 3e-5 : 0;
  let longStalls = 3;
  for (const { settings } of ends(world)) {
    settings.pace = spread(world, 2, 100);
    settings.spins = Math.round(spread(world, 3, 500));
    settings.hold = spread(world, 1, 20);
    settings.watch = random() < 0.5;
    settings.missed = random() < 0.3 ? random() : 0;
    settings.latency = spread(world, 10, 10000);
    settings.clockNoise = settings.dataNoise = noise;
    const every = spread(world, noise ? 2000 : 100, 20000);
    const lazy = random() < 0.4;
    let left = every * random() * 2;
    settings.stall = () => {
      if (--left > 0) return 0;
      left = every * random() * 2;
      const kind = random();
      if (kind < 0.6) return spread(world, 1, 1000);
      // Seconds of stalls are no reason to go down, as long as they are fewer than those of the timeout.
      if (kind < 0.97 || !lazy || !areUp(world) || --longStalls < 0) return spread(world, 1000, 50000);
      return spread(world, 3e5, 2e6);
    };
  }
  if (!noise) {
    // Half of them as good as without heartbeats, which would mend what waits for nothing.
    // Of the others some are so slow that a message may take longer than the usual timeout gives it.
    world.host.settings.timeout = random() < 0.5 ? 4000 : 60;
    return;
  }
  // Every look in vain is one more to misread: what is long or slow would never get through.
  world.target.settings.pace = world.host.settings.pace * spread(world, 0.4, 2.5);
  for (const { settings } of ends(world)) {
    settings.spins = Math.round(spread(world, 30, 100));
    settings.latency = spread(world, 10, 500);
  }
}

function schedule(seed: number): void {
  const world = createWorld(seed);
  const { random, host, target } = world;
  randomise(world);
  const [early, late] = random() < 0.5 ? [host, target] : [target, host];
  world.at(0, early.boot);
  world.at(random() < 0.5 ? 0 : spread(world, 1e3, 5e6), late.boot);
  assert.ok(
    world.run(120, () => areUp(world)),
    'up',
  );
  const told = ends(world).map((end) => end.told.length);
  const longest = !host.settings.dataNoise && random() < 0.4 ? 1024 : 100;
  const sent = ends(world).map((end) => {
    const messages: string[] = [];
    const gap = spread(world, 1e2, 1e6);
    let time = 0;
    for (let left = Math.floor(random() * 9); left > 0; left--) {
      const message = randomMessage(world, longest);
      messages.push(message);
      end.later((time += gap * random() * 2), () => end.link.send(message));
    }
    if (random() < 0.3) {
      for (let left = 3; left > 0; left--) {
        end.later(random() * time, () => end.link.ready(false));
        end.later(time * (1 + random()), () => end.link.ready(true));
      }
    }
    return messages;
  });
  const done = world.run(900, () => {
    if (host.received.length < sent[1].length || target.received.length < sent[0].length) return false;
    return host.link.queued() + target.link.queued() === 0;
  });
  world.run(1);
  assert.ok(
    done,
    `all arrives: ${JSON.stringify(ends(world).map((end) => [end.told, end.link.counts, end.link.queued(), end.settings]))}`,
  );
  assert.deepEqual(host.received, sent[1]);
  assert.deepEqual(target.received, sent[0]);
  ends(world).forEach((end, i) => assert.equal(end.told.length, told[i], `stays up: ${end.told}`));
  assertBounded(world);
}

test(`${SCHEDULES} random schedules from seed ${FIRST}`, () => {
  for (let seed = FIRST; seed < FIRST + SCHEDULES; seed++) {
    try {
      schedule(seed);
    } catch (error) {
      throw new Error(`SEED=${seed} SCHEDULES=1`, { cause: error });
    }
  }
});

test('flipped bits: everything arrives, damaged bodies are sent again', () => {
  for (const [clock, data, longest] of [
    [1e-4, 1e-4, 1024],
    [0, 1 / 500, 60],
    [1 / 500, 0, 30],
    [1 / 500, 1 / 500, 20],
  ]) {
    const world = connect(createWorld(SEED, { pace: 10 }));
    setNoise(world, clock, data);
    talk(world, 40, longest, 600);
    const { _resent: resent, _damaged: damaged } = world.host.link.counts;
    assert.ok(resent > 0 && damaged > 0, `${resent} resent, ${damaged} damaged`);
    assertBounded(world);
  }
});

test('bursts of noise at any moment are over soon', () => {
  const world = connect(createWorld(SEED, { pace: 10 }));
  for (let burst = 0; burst < 60; burst++) {
    const begin = world.now() + world.random() * 400000;
    world.at(begin, () => setNoise(world, world.random() < 0.5 ? 0.5 : 0, 0.5));
    world.at(begin + spread(world, 20, 3000), () => setNoise(world, 0, 0));
    // One body of 1 KiB takes 0.3 s here; the one damaged, its misread rest and the one resent are three.
    talk(world, 2, 1024, 4);
  }
});

test('a 4-byte message and a header that only one end reads', () => {
  const world = connect(createWorld(SEED, { pace: 10 }));
  // The responder answers with ones while it looks for alignment: no message may be made of them.
  for (let at = 0; at < 400; at++) {
    send(world.target, 'abcd');
    const begin = world.now() + at * 20;
    world.at(begin, () => (world.target.settings.dataNoise = 1));
    world.at(begin + 25, () => (world.target.settings.dataNoise = 0));
    assert.ok(world.run(4, () => world.host.received.length > at && world.now() > begin + 25));
    world.run(0.01 + world.random() * 0.01);
  }
  assert.deepEqual(new Set(world.host.received), new Set(['abcd']));
  assert.equal(world.host.received.length, 400);
});

test('a misread level on a resting line does not make an end wait for the rest of a byte', () => {
  const world = connect(createWorld(SEED, { timeout: 4000 }));
  for (let i = 0; i < 20; i++) {
    world.target.settings.clockNoise = 1e-3;
    world.run(5);
    world.target.settings.clockNoise = 0;
    send(world.target, 'x');
    assert.ok(world.run(0.5, () => world.host.received.length > i));
  }
});

test('a long body broken off by wrong wiring is over soon after', () => {
  const world = connect(createWorld(SEED));
  const right = { ...world.wiring };
  for (const end of ends(world)) send(end, randomMessage(world, 1).repeat(1024));
  world.run(0.2);
  // Each end sees its own clock: the host rushes on, the target stands still.
  Object.assign(world.wiring, { mckin: LineSource.MCKOUT, sckin: LineSource.SCKOUT });
  world.run(14);
  Object.assign(world.wiring, right);
  const begin = world.now();
  assert.ok(world.run(30, () => world.target.told.length === 3 && areUp(world)));
  assert.ok(world.now() - begin < 11e6, `${world.now() - begin} µs`);
});

test('quiet at rest: heartbeats only', () => {
  for (const watch of [false, true]) {
    const world = connect(createWorld(SEED, { watch }));
    world.run(1);
    const edges = world.edges();
    const reads = ends(world).map((end) => end.reads);
    const { _exchanges: exchanges } = world.host.link.counts;
    world.run(60);
    const beats = world.host.link.counts._exchanges - exchanges;
    assert.ok(beats >= 21 && beats <= 24, `${beats} heartbeats`);
    assert.equal(world.edges() - edges, beats * 80);
    ends(world).forEach((end, i) => {
      // A heartbeat takes some hundred reads, most of them in vain.
      const rate = (end.reads - reads[i] - beats * 400) / 60;
      assert.ok(rate < (watch ? 15 : 100), `${rate} reads a second, watched: ${watch}`);
    });
  }
});

test('without a timeout the initiator still only beats', () => {
  const world = connect(createWorld(SEED, { timeout: 0 }));
  world.run(1);
  const { _exchanges: exchanges } = world.host.link.counts;
  world.run(60);
  const beats = world.host.link.counts._exchanges - exchanges;
  assert.ok(beats >= 10 && beats <= 30, `${beats} heartbeats`);
});

test('a message at rest leaves at once, watched or polled', () => {
  for (const watch of [false, true]) {
    const world = connect(createWorld(SEED, { watch }));
    let worst = 0;
    for (let i = 0; i < 200; i++) {
      const end = ends(world)[i & 1];
      const other = ends(world)[1 - (i & 1)];
      world.run(world.random() * 0.4);
      send(end, 'x');
      const begin = world.now();
      const count = other.received.length;
      assert.ok(world.run(2, () => other.received.length > count));
      worst = Math.max(worst, world.now() - begin);
    }
    assert.ok(worst < (watch ? 20e3 : 30e3), `${worst} µs, watched: ${watch}`);
  }
});

test('an answer that comes while the other end goes to rest is not overlooked', () => {
  const world = connect(createWorld(SEED, { watch: true }));
  // The target must get to the answer between the host's last look and its watch.
  world.host.settings.pace = 5;
  world.target.settings.hold = 1;
  let worst = 0;
  for (let i = 0; i < 400; i++) {
    const count = world.host.received.length;
    world.target.onMessage = () => world.target.later(i * 10, () => world.target.link.send('answer'));
    send(world.host, 'question');
    const begin = world.now();
    assert.ok(world.run(2, () => world.host.received.length > count));
    worst = Math.max(worst, world.now() - begin);
    world.run(0.1);
  }
  assert.ok(worst < 60e3, `${worst} µs`);
});

test('a watch that misses every edge costs a quarter of a second', () => {
  const world = connect(createWorld(SEED, { watch: true, missed: 1 }));
  for (const [end, other] of [ends(world), ends(world).reverse()]) {
    world.run(1);
    send(end, 'x');
    assert.ok(world.run(0.3, () => other.received.length > 0));
  }
});

test('a watch that misses every edge is given up for polling, one that misses some is not', () => {
  for (const missed of [1, 0.05]) {
    const world = connect(createWorld(SEED, { watch: true, missed }));
    let late = 0;
    for (let i = 0; i < 100; i++) {
      const end = ends(world)[i & 1];
      const other = ends(world)[1 - (i & 1)];
      world.run(0.5 + world.random() * 0.2);
      send(end, 'x');
      const begin = world.now();
      const count = other.received.length;
      assert.ok(world.run(2, () => other.received.length > count));
      if (world.now() - begin > 50e3) late++;
    }
    // Four at each end to find out.
    if (missed === 1) assert.ok(late <= 8, `${late} came late`);
    const { reads } = world.host;
    const { _exchanges: exchanges } = world.host.link.counts;
    world.run(30);
    // A heartbeat takes some hundred reads, polling a hundred a second.
    const rate = (world.host.reads - reads - (world.host.link.counts._exchanges - exchanges) * 400) / 30;
    assert.ok(missed === 1 ? rate > 40 : rate < 15, `${rate} reads a second, missed ${missed}`);
  }
});

test('nobody at the other end: no rush, and a word each timeout', () => {
  for (const watch of [false, true]) {
    const world = createWorld(SEED, { watch });
    for (const end of ends(world)) {
      end.crash();
      for (const other of ends(world)) other.crash();
      end.boot();
      world.run(1);
      const reads = end.reads;
      world.run(59);
      assert.ok((end.reads - reads) / 59 < 40, `${(end.reads - reads) / 59} reads a second`);
      assert.deepEqual(end.told, end === world.host ? Array(5).fill('silent') : []);
    }
  }
});

test('a target that has much to say to a host that is gone does not rush', () => {
  for (const watch of [false, true]) {
    const world = connect(createWorld(SEED, { watch }));
    world.run(1);
    world.host.crash();
    send(world.target, 'x');
    const reads = world.target.reads;
    world.run(60);
    assert.ok((world.target.reads - reads) / 60 < 110, `${(world.target.reads - reads) / 60} reads a second`);
  }
});

test('a dead peer is noticed within the timeout, not before', () => {
  for (const timeout of [0.5, 2, 10]) {
    for (let trial = 0; trial < 12; trial++) {
      const world = connect(createWorld(SEED + trial, { timeout, watch: trial % 2 > 0 }));
      const [mourner, dead] = trial % 3 ? [world.host, world.target] : [world.target, world.host];
      const talking = trial < 8;
      if (talking) for (const end of ends(world)) send(end, ...randomMessages(world, 9, 1024));
      world.run(world.random() * (talking ? 0.5 : 5 * timeout));
      const heard = world.now();
      dead.crash();
      world.run(2 * timeout + LATE, () => mourner.told.length > 1);
      const passed = (world.now() - heard) / 1e6;
      assert.deepEqual(mourner.told, ['up', 'silent']);
      assert.ok(passed <= timeout + LATE, `${passed} s of ${timeout}`);
      // Where the peer was heard just before it died, that is also the soonest.
      if (talking) assert.ok(passed >= timeout - LATE, `${passed} s of ${timeout}`);
      assert.equal(mourner.link.isUp(), false);
      assert.equal(mourner.link.queued(), -1);
      dead.boot();
      assert.ok(
        world.run(10, () => areUp(world)),
        'up again',
      );
      talk(world, 3, 50, 60);
    }
  }
});

test('a slow long body is not silence', () => {
  const world = connect(createWorld(SEED, { pace: 600, spins: 20 }));
  const message = randomMessage(world, 1).repeat(1024);
  for (const end of ends(world)) send(end, message);
  const begin = world.now();
  assert.ok(world.run(200, () => world.host.received.length + world.target.received.length === 2));
  assert.ok(world.now() - begin > 11e6, 'longer than the timeout');
  assert.deepEqual(world.host.told, ['up']);
});

test('short messages pass and long ones never: the first that waits has its time, then it is said', () => {
  for (const initiator of [true, false]) {
    const world = connect(createWorld(SEED, { pace: 10, timeout: 10 }));
    const [sender, receiver] = initiator ? [world.host, world.target] : [world.target, world.host];
    // Of 7,200 bits some 7 are misread, of a header's 40 hardly one.
    receiver.settings.dataNoise = 1e-3;
    receiver.settings.timeout = 0;
    talk(world, 6, 20, 60);
    send(sender, randomMessage(world, 1).repeat(900), 'short');
    const begin = world.now();
    assert.ok(world.run(60, () => sender.told.length > 1));
    const passed = (world.now() - begin) / 1e6;
    assert.deepEqual(sender.told, ['up', 'stuck']);
    // Ten seconds, and 10 ms for each byte.
    assert.ok(passed > 10 && passed < 21, `${passed} s`);
    assert.ok(sender.link.counts._resent > 3);
    receiver.settings.dataNoise = 0;
    assert.ok(world.run(30, () => areUp(world)));
    talk(world, 3, 900, 60);
  }
});

test('a peer that asks for no message may do so for long, and for ever where nobody can do anything about it', () => {
  const world = connect(createWorld(SEED, { timeout: 5 }));
  const ready = (end: WireEnd, on: boolean): void => void end.later(0, () => end.link.ready(on));
  ready(world.host, false);
  world.run(1);
  send(world.target, 'waits');
  world.run(300);
  assert.deepEqual(world.target.told, ['up']);
  ready(world.host, true);
  assert.ok(world.run(5, () => world.host.received.length === 1));
  ready(world.target, false);
  world.run(1);
  send(world.host, 'waits');
  world.run(28);
  assert.deepEqual(world.host.told, ['up']);
  assert.ok(world.run(10, () => world.host.told.length > 1));
  assert.deepEqual(world.host.told, ['up', 'stuck']);
});

test('an application that holds the event loop does not make its peer look dead', () => {
  for (const busy of [0, 1]) {
    const world = connect(createWorld(SEED));
    const { settings } = ends(world)[busy];
    let stall = 0;
    settings.stall = () => {
      const now = stall;
      stall = 0;
      return now;
    };
    for (let i = 0; i < 5; i++) {
      // The host may be away for long, the target for less than the host's timeout.
      stall = busy ? 6e6 : 60e6;
      world.run(80);
      talk(world, 2, 100, 60);
    }
    for (const { told } of ends(world)) assert.deepEqual(told, ['up']);
  }
});

test('a jump of the wall clock changes nothing', () => {
  for (const years of [1, -1]) {
    for (const end of [0, 1]) {
      const world = connect(createWorld(SEED, { watch: end > 0 }));
      for (let i = 0; i < 10; i++) {
        world.at(world.now() + world.random() * 1e6, () => ends(world)[end].setClock(years * YEAR));
        talk(world, 4, 200, 60);
        world.run(world.random() * 8);
      }
      for (const { told } of ends(world)) assert.deepEqual(told, ['up']);
      assertBounded(world);
    }
  }
});

test('a restart of either end, in the middle of anything, begins anew at both', () => {
  for (let trial = 0; trial < 80; trial++) {
    const world = connect(createWorld(SEED + trial, { pace: spread(createWorld(SEED + trial), 5, 50) }));
    const [fresh, other] = trial % 2 ? ends(world) : ends(world).reverse();
    for (const end of ends(world)) send(end, ...randomMessages(world, trial % 9, 1024));
    world.run(world.random() * (trial % 3 ? 0.02 : 1));
    fresh.boot();
    if (trial % 4 === 0) {
      // Long enough for the host to give up first.
      fresh.crash();
      world.run(world.random() * 14);
      fresh.boot();
    }
    assert.ok(
      world.run(12, () => areUp(world) && other.told.length > 2),
      `up again: ${other.told}`,
    );
    assert.equal(other.told[0], 'up');
    assert.match(other.told[1], /restarted|silent/);
    assert.equal(other.told[other.told.length - 1], 'up');
    assert.equal(other.link.queued(), 0);
    for (const end of ends(world)) end.received.length = 0;
    talk(world, 6, 60, 60);
    assert.equal(fresh.received.length, 6);
    assert.equal(other.received.length, 6);
  }
});

test('start again on either end: counters from zero, both up', () => {
  const world = connect(createWorld(SEED));
  talk(world, 3, 50, 60);
  for (const end of ends(world)) {
    let started = false;
    end.later(0, () => {
      end.link.send('forgotten');
      end.link.start();
      assert.deepEqual(end.link.counts, { _exchanges: 0, _sent: 0, _received: 0, _resent: 0, _damaged: 0 });
      assert.equal(end.link.queued(), -1);
      assert.equal(end.link.isUp(), false);
      started = true;
    });
    assert.ok(world.run(5, () => started && areUp(world)));
    talk(world, 5, 50, 60);
    assert.equal(end.link.counts._sent, 5);
    assert.equal(end.link.counts._received, 5);
  }
});

test('stop leaves the wires alone, and nothing behind', () => {
  for (let trial = 0; trial < 20; trial++) {
    const world = connect(createWorld(SEED + trial, { watch: true }));
    if (trial % 2) for (const end of ends(world)) send(end, randomMessage(world, 1024));
    world.run(world.random() * 0.05);
    for (const end of ends(world)) {
      end.later(0, () => {
        end.link.stop();
        end.link.stop();
        assert.equal(end.waiting(), 0);
      });
    }
    world.run(0.1);
    const before = [world.edges(), world.host.reads, world.target.reads];
    world.run(20);
    assert.deepEqual([world.edges(), world.host.reads, world.target.reads], before);
    assert.equal(world.host.waiting() + world.target.waiting(), 0);
    for (const end of ends(world)) end.link.start();
    assert.ok(world.run(5, () => areUp(world)));
    talk(world, 2, 50, 60);
  }
});

test('messages that cannot be sent are refused, naming sizes', () => {
  const world = createWorld(SEED, { max: 100 });
  connect(world);
  world.run(1);
  assert.ok(!world.host.busy());
  const { link } = world.host;
  assert.throws(() => link.send(''), /0 bytes.* 1 to 100/);
  assert.throws(() => link.send('x'.repeat(101)), /101 bytes.* 1 to 100/);
  assert.equal(link.queued(), 0);
  link.send('x'.repeat(100));
  assert.equal(link.queued(), 1);
  assert.ok(world.run(5, () => world.target.received.length === 1));
  world.target.crash();
  assert.ok(world.run(12, () => !link.isUp()));
  world.run(1, () => !world.host.busy());
  link.send('to nobody');
  assert.equal(link.queued(), -1);
  assert.throws(() => link.send(''), /0 bytes/, 'also while the link is down');
});

test('an end that is not ready gets nothing, and costs nothing', () => {
  for (const [sender, receiver] of [
    [0, 1],
    [1, 0],
  ]) {
    const world = connect(createWorld(SEED));
    const from = ends(world)[sender];
    const to = ends(world)[receiver];
    to.later(0, () => to.link.ready(false));
    world.run(4);
    send(from, '0', '1', '2', '3', '4');
    world.run(1);
    const edges = world.edges();
    const reads = world.host.reads + world.target.reads;
    world.run(20);
    assert.deepEqual(to.received, []);
    assert.equal(from.link.queued(), 5);
    assert.ok(world.edges() - edges <= 9 * 80, `${world.edges() - edges} edges`);
    assert.ok(world.host.reads + world.target.reads - reads < 20 * 220 + 9 * 1000);
    // The other direction is open.
    send(to, 'back');
    assert.ok(world.run(1, () => from.received.length === 1));
    to.later(0, () => to.link.ready(true));
    assert.ok(world.run(1, () => to.received.length === 5));
    assert.deepEqual(to.received, ['0', '1', '2', '3', '4']);
    // That a short message was taken is said two seconds later, where nothing else is.
    assert.ok(
      world.run(2.5, () => from.link.queued() === 0),
      `${from.link.queued()} queued`,
    );
    // Asked for in the callback, it holds from the next message on.
    let open = true;
    to.onMessage = () => {
      assert.ok(open);
      to.link.ready((open = false));
      to.later(30000, () => to.link.ready((open = true)));
    };
    send(from, ...[...Array(10).keys()].map((i) => `${i + 5}`));
    assert.ok(world.run(5, () => to.received.length === 15));
    assert.deepEqual(to.received, [...Array(15).keys()].map(String));
  }
});

test('an urgent message overtakes what waits, but nothing that may be on its way', () => {
  const numbers = [...Array(6).keys()].map(String);
  for (let moment = 0; moment < 40; moment++) {
    const world = connect(createWorld(SEED));
    const { host, target } = world;
    host.later(0, () => host.link.ready(false));
    world.run(4);
    send(target, ...numbers);
    world.run(1);
    assert.equal(host.received.length, 0);
    host.later(0, () => host.link.ready(true));
    target.later(moment * 100, () => target.link.send('!', true));
    assert.ok(world.run(5, () => host.received.length === 7));
    assert.deepEqual(
      host.received.filter((one) => one !== '!'),
      numbers,
    );
    // Two may be under way: one that flows or has flowed, and the next one, which is offered on trust.
    assert.ok(moment > 0 || host.received.indexOf('!') <= 2, host.received.join());
  }
});

test('ready is announced at once, whatever is under way', () => {
  for (const [sender, receiver] of [
    [0, 1],
    [1, 0],
  ]) {
    const world = connect(createWorld(SEED, { pace: 10, hold: 1, spins: 20 }));
    const from = ends(world)[sender];
    const to = ends(world)[receiver];
    for (let i = 0; i < 100; i++) {
      to.later(0, () => to.link.ready(false));
      world.run(0.1);
      send(from, `${i}`);
      if (i % 2) send(to, 'back');
      to.later(world.random() * 20000, () => to.link.ready(true));
      assert.ok(world.run(0.2, () => to.received.length > i));
    }
  }
});

/** Wirings of which nothing good can come: one input stuck or open, or inputs on wrong lines. */
function wrongWirings(): WiredEnds['wiring'][] {
  const right = {
    mckin: LineSource.SCKOUT,
    mrx: LineSource.STX,
    sckin: LineSource.MCKOUT,
    srx: LineSource.MTX,
  };
  const wrong: WiredEnds['wiring'][] = [];
  const inputs = ['mckin', 'mrx', 'sckin', 'srx'] as const;
  for (const input of inputs) {
    // With noise for its clock an initiator goes on at any moment. One that is slower than the responder needs no other.
    const sources = [LineSource.LOW, LineSource.HIGH, ...(input === 'sckin' ? [] : [LineSource.NOISE])];
    for (const source of sources) wrong.push({ ...right, [input]: source });
    for (const other of inputs) {
      if (other > input) wrong.push({ ...right, [input]: right[other], [other]: right[input] });
    }
  }
  const { SCKOUT, STX, MCKOUT, MTX } = LineSource;
  wrong.push({ mckin: STX, mrx: SCKOUT, sckin: MTX, srx: MCKOUT });
  // Each end wired to itself.
  wrong.push({ mckin: MCKOUT, mrx: MTX, sckin: SCKOUT, srx: STX });
  wrong.push({
    mckin: LineSource.NOISE,
    mrx: LineSource.NOISE,
    sckin: LineSource.NOISE,
    srx: LineSource.NOISE,
  });
  return wrong;
}

test('wrong wiring: never up, never in a rush, up when it is right', () => {
  for (const wiring of wrongWirings()) {
    for (const watch of [false, true]) {
      const name = `${JSON.stringify(wiring)} watched: ${watch}`;
      const world = createWorld(SEED, { watch });
      const right = { ...world.wiring };
      // Wrong from the start, and from the middle of a message on.
      for (const before of [false, true]) {
        if (before) {
          for (const end of ends(world)) send(end, ...randomMessages(world, 4, 1024));
          world.run(world.random() * 0.5);
          Object.assign(world.wiring, wiring);
          world.host.told.length = 0;
          // Of what one end hears and the other does not, only that it leads nowhere can be said.
          assert.ok(
            world.run(24, () => world.host.told.length > 0),
            name,
          );
          assert.match(world.host.told[0], /silent|stuck/, name);
        } else {
          Object.assign(world.wiring, wiring);
          for (const end of ends(world)) end.boot();
          world.run(13);
          assert.ok(!ends(world).some((end) => end.told.includes('up')), name);
        }
        world.host.told.length = world.target.told.length = 0;
        const reads = ends(world).map((end) => end.reads);
        world.run(10);
        assert.ok(!ends(world).some((end) => end.told.includes('up')), name);
        ends(world).forEach((end, i) => {
          // At 20 µs a read, a board that did nothing else would make 40,000 and more. A bit takes two.
          assert.ok(
            (end.reads - reads[i]) / 10 < 12000,
            `${name}: ${(end.reads - reads[i]) / 10} reads a second`,
          );
        });
        Object.assign(world.wiring, right);
        // Where one end still waits for a body, the other clocks fast enough only for a while in each timeout.
        assert.ok(
          world.run(13, () => areUp(world)),
          `${name}: up`,
        );
        for (const end of ends(world)) end.received.length = 0;
        world.run(0.5);
        talk(world, 2, 50, 20);
      }
      assertBounded(world);
    }
  }
});

test('an end that never waits, as the other is faster, still ends its turns', () => {
  for (const input of ['mrx', 'srx'] as const) {
    for (const fast of [0, 1]) {
      const world = createWorld(SEED);
      ends(world)[fast].settings.pace = 1;
      world.wiring[input] = LineSource.LOW;
      for (const end of ends(world)) end.boot();
      world.run(5);
      assertBounded(world);
    }
  }
});

test('callbacks may do anything with the link', () => {
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ]) {
    const world = createWorld(SEED);
    const one = ends(world)[first];
    const two = ends(world)[second];
    // Send in up and in message: a game of echoes.
    one.onUp = () => one.link.send('0');
    for (const end of ends(world)) {
      end.onMessage = (message) => Number(message) < 50 && end.link.send(`${Number(message) + 1}`);
    }
    connect(world);
    assert.ok(world.run(5, () => ends(world).some((end) => end.received.includes('50'))));
    assert.deepEqual(
      two.received
        .concat(one.received)
        .map(Number)
        .sort((a, b) => a - b),
      [...Array(51).keys()],
    );

    // Start in a message, in down and in up; stop in each of them.
    one.onUp = one.onMessage = two.onMessage = () => {};
    const inCallback = (name: 'onMessage' | 'onDown' | 'onUp', call: () => void): void => {
      let called = false;
      one[name] = () => {
        if (!called) call();
        called = true;
      };
      if (name === 'onMessage') send(two, 'now');
      else if (name === 'onDown') two.boot();
      else one.later(0, one.link.start);
      assert.ok(world.run(5, () => called));
      one[name] = () => {};
    };
    for (const name of ['onMessage', 'onDown', 'onUp'] as const) {
      inCallback(name, one.link.start);
      assert.ok(
        world.run(5, () => areUp(world)),
        name,
      );
      talk(world, 2, 50, 20);
      let reads = 0;
      inCallback(name, () => {
        one.link.stop();
        reads = one.reads;
      });
      world.run(1);
      assert.equal(one.waiting(), 0);
      assert.equal(one.reads, reads, name);
      one.later(0, one.link.start);
      assert.ok(
        world.run(5, () => one.told[one.told.length - 1] === 'up' && areUp(world)),
        name,
      );
      world.run(0.1);
      talk(world, 2, 50, 20);
    }
  }
});

test('a callback that throws ends neither the link nor the message after', () => {
  const world = createWorld(SEED);
  const fail = (): void => {
    throw new Error('the owner’s');
  };
  const errors = (seconds: number, done: () => boolean): number => {
    for (let count = 0; ; count++) {
      try {
        assert.ok(world.run(seconds, done));
        return count;
      } catch (error) {
        if ((error as Error).message !== 'the owner’s') throw error;
      }
    }
  };
  for (const end of ends(world)) {
    end.onUp = end.onDown = end.onMessage = fail;
    end.boot();
  }
  assert.equal(
    errors(5, () => areUp(world)),
    2,
  );
  for (const end of ends(world)) send(end, '0', '1', '2', '3');
  assert.equal(
    errors(5, () => world.host.received.length + world.target.received.length === 8),
    8,
  );
  for (const end of ends(world)) assert.deepEqual(end.received, ['0', '1', '2', '3']);
  world.target.crash();
  assert.equal(
    errors(12, () => !world.host.link.isUp()),
    1,
  );
  world.target.boot();
  assert.equal(
    errors(5, () => areUp(world)),
    2,
  );
});

test('the same seed gives the same run', () => {
  const tell = (): unknown[] => {
    const world = createWorld(7);
    randomise(world);
    connect(world);
    talk(world, 3, 60, 60);
    return [world.now(), world.edges(), world.host.reads, world.target.reads];
  };
  assert.deepEqual(tell(), tell());
});

test('a message tells the time of the moment at which its exchange began, on slow, busy and noisy lines too', () => {
  // Of the second end some 150, 300 and 5000 bytes a second.
  for (const pace of [180, 90, 5])
    for (const [busy, noise, watch] of [
      [false, 0, true],
      [false, 0, false],
      [true, 0, true],
      [true, 0.0003, true],
    ] as const) {
      const world = connect(createWorld(SEED, { pace, watch, spins: 4000 / pace }));
      const what = `pace ${String(pace)}, busy ${String(busy)}, noise ${String(noise)}, watch ${String(watch)}`;
      const { host, target } = world;
      const errors: number[] = [];
      setNoise(world, 0, noise);
      target.stamp = (message) =>
        message.startsWith('time') ? `time ${target.time().toFixed(6).padStart(16)}` : message;
      host.onMessage = (message) => {
        if (message.startsWith('time')) errors.push(host.link.began() - Number(message.slice(5)));
      };
      for (let i = 0; i < 10; i++) {
        if (busy) {
          send(host, ...randomMessages(world, 2, 300));
          send(target, ...randomMessages(world, 2, 300));
        }
        world.run(spread(world, 0.1, 2));
        send(target, `time ${''.padStart(16)}`);
        world.run(60, () => errors.length > i && target.link.queued() === 0 && host.link.queued() === 0);
        assert.equal(errors.length, i + 1, what);
      }
      const worst = Math.max(...errors.map(Math.abs));
      if (noise) assert.ok(host.link.counts._damaged + target.link.counts._damaged > 5, what);
      assert.ok(worst < 0.03, `${what}: ${String(worst)} s`);
    }
});
