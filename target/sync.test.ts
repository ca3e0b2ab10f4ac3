/** When the time server is asked, what the host is told, and that the time it gets is that of the message's way out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type, decodeTime, encodeStatus, encodeTime } from '../shared/messages';
import { Status } from '../shared/status';
import { createTimers } from '../tools/test-doubles/testing';
import { createSync } from './sync';

const UNIX = 1_790_000_000;
const TO_UNIX = 2_208_988_800;

type Answer = 'right' | 'silent' | 'timeless' | 'nonsense' | 'unknown';

/** A target with a time server that answers at once. */
function setUp() {
  const clock = createTimers();
  const bench = {
    answer: 'right' as Answer,
    status: 'connected',
    /** Seconds; of the board's clock, which began at 0. */
    now: 100,
    asked: 0,
    closed: 0,
    told: [] as string[],
    sent: [] as string[],
    pass(seconds: number) {
      // A timer that is due sees the time at which it is due only to the second.
      for (let i = 0; i < seconds; i++) {
        bench.now += 1;
        clock.pass(1);
      }
    },
    /** The link gets to the messages that wait. */
    goOut: () => bench.sent.splice(0).map((message) => sync.stamp(message)),
    clock,
  };
  let listener: (reply: string) => void = () => assert.fail();

  function send(request: string): void {
    bench.asked++;
    if (bench.answer === 'silent') return;
    const reply = Buffer.alloc(48);
    reply[0] = 0x24;
    reply[1] = bench.answer === 'timeless' ? 0 : 2;
    reply.write(request.slice(40), 24, 'latin1');
    for (const at of [32, 40]) reply.writeUInt32BE(UNIX + TO_UNIX + bench.now - 100, at);
    if (bench.answer === 'nonsense') reply.writeUInt8(0, 0);
    listener(reply.toString('latin1'));
  }

  const sync = createSync({
    load: () => ({
      createSocket: () => ({
        bind: () => {},
        send,
        on: (_event: string, call: typeof listener) => (listener = call),
        close: () => bench.closed++,
      }),
    }),
    wifi: {
      getHostByName: (_name, done) => done(bench.answer === 'unknown' ? null : '10.0.0.1'),
      getDetails: () => ({ status: bench.status }),
    },
    time: () => bench.now,
    later: clock.later,
    cancel: clock.cancel,
    send: (message) => bench.sent.push(message),
    status: (code, detail) => bench.told.push(encodeStatus(code, detail)),
  });
  return { bench, sync };
}

function noTime(why: string): string[] {
  return [encodeStatus(Status.NO_TIME, `time.example: ${why}`)];
}

test('once: asks when Wi-Fi is joined, tells the host, and gives the socket back', () => {
  const { bench, sync } = setUp();
  sync.settings('time.example', 123, -1);
  bench.pass(10);
  assert.equal(bench.asked, 0);
  sync.joined();
  bench.pass(10);
  assert.equal(bench.asked, 1);
  assert.deepEqual(bench.goOut().map(decodeTime), [UNIX + 20]);
  assert.equal(bench.closed, 1);
  sync.joined();
  bench.pass(10_000);
  assert.deepEqual([bench.asked, bench.sent, bench.told, bench.clock.due()], [1, [], [], []]);
});

test('never, where the host does not want it', () => {
  const { bench, sync } = setUp();
  sync.settings('time.example', 123, 0);
  sync.joined();
  bench.pass(100);
  assert.equal(bench.asked, 0);
});

test('again and again', () => {
  const { bench, sync } = setUp();
  sync.settings('time.example', 123, 50);
  sync.joined();
  bench.pass(1);
  for (let i = 1; i < 10; i++) {
    assert.equal(bench.asked, i);
    assert.deepEqual(bench.goOut().map(decodeTime), [UNIX + bench.now - 100]);
    bench.pass(48);
    assert.equal(bench.asked, i);
    bench.pass(2);
  }
});

test('the time is that of the moment in which the message goes out, and never waits twice', () => {
  const { bench, sync } = setUp();
  sync.settings('time.example', 123, 50);
  sync.joined();
  bench.pass(1);
  assert.equal(bench.sent[0]?.length, encodeTime(UNIX + 1).length);
  bench.now += 3.25;
  // A message that was damaged goes out once more.
  const other = encodeStatus(Status.WIFI_UP, 'x');
  for (const message of [encodeTime(UNIX + 1), other, encodeTime(UNIX + 1)]) {
    const out = sync.stamp(message);
    assert.equal(out, message === other ? other : encodeTime(UNIX + 4.25));
    assert.equal(out.length, message.length);
    assert.equal(out.charCodeAt(0) === Type.TIME, message !== other);
  }
  bench.sent = [];
  bench.pass(200);
  assert.equal(bench.asked, 5);
  assert.equal(bench.sent.length, 1);
  bench.goOut();
  bench.pass(50);
  assert.equal(bench.sent.length, 1);
});

test('no time: told once until it comes, asked after growing pauses', () => {
  for (const [answer, why] of [
    ['silent', 'no answer'],
    ['timeless', 'it has no time'],
    ['nonsense', 'nonsense'],
    ['unknown', 'no such name'],
  ] as const) {
    const { bench, sync } = setUp();
    bench.answer = answer;
    sync.settings('time.example', 123, 100_000);
    sync.joined();
    bench.pass(20);
    assert.deepEqual(bench.told, noTime(why), answer);
    const asked = bench.asked;
    const begin = bench.now;
    const pauses: number[] = [];
    let last = begin - 20;
    if (answer !== 'unknown')
      for (let n = asked; pauses.length < 9 && bench.now - begin < 30_000; bench.pass(1)) {
        if (bench.asked === n) continue;
        n = bench.asked;
        pauses.push(bench.now - last);
        last = bench.now;
      }
    if (answer !== 'unknown')
      for (const [index, wanted] of [60, 120, 240, 480, 960, 1920, 3600, 3600].entries())
        assert.ok(Math.abs((pauses[index] ?? 0) - wanted) < 30, `${answer}: ${pauses.join(' ')}`);
    assert.equal(bench.told.length, 1);
    bench.answer = 'right';
    bench.pass(4000);
    assert.equal(bench.sent.length, 1);
    bench.goOut();
    // Then it counts anew.
    bench.answer = answer;
    bench.told = [];
    bench.pass(100_050);
    assert.deepEqual(bench.told, noTime(why));
  }
});

test('a network joined anew is worth a question at once, and its absence is not the server’s fault', () => {
  const { bench, sync } = setUp();
  sync.settings('time.example', 123, -1);
  bench.status = 'connecting';
  sync.joined();
  bench.pass(500);
  assert.deepEqual([bench.asked, bench.told], [0, []]);
  bench.status = 'connected';
  bench.answer = 'silent';
  sync.joined();
  bench.pass(3);
  sync.joined();
  bench.pass(3);
  assert.equal(bench.asked, 1);
  assert.deepEqual(bench.told, noTime('no answer'));
  bench.pass(10_000);
  const { asked } = bench;
  bench.answer = 'right';
  sync.joined();
  bench.pass(2);
  assert.equal(bench.asked, asked + 1);
  assert.equal(bench.sent.length, 1);
  assert.deepEqual(bench.clock.due(), []);
});
