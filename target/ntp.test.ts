/** The time client against a real UDP server on loopback, honest and not. */
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { createNtp, readReply, type UdpSocket } from './ntp';

/** 2024-02-29 12:00:00 UTC. */
const UNIX = 1709208000;
const NTP_OFFSET = 2208988800;

interface Reply {
  first?: number;
  stratum?: number;
  origin?: Buffer;
  seconds?: number;
  fraction?: number;
  /** When the question came: seconds before the reply left; a string leaves the timestamp out. */
  busy?: number | string;
  length?: number;
}

function reply(request: Buffer, over: Reply = {}): Buffer {
  const bytes = Buffer.alloc(48);
  bytes[0] = over.first ?? 0x24;
  bytes[1] = over.stratum ?? 2;
  (over.origin ?? request.subarray(40, 48)).copy(bytes, 24);
  const seconds = (over.seconds ?? UNIX + NTP_OFFSET) >>> 0;
  const fraction = over.fraction ?? 0x80000000;
  if (typeof over.busy !== 'string') {
    const arrived = (seconds + fraction / 2 ** 32 - (over.busy ?? 0) + 2 ** 32) % 2 ** 32;
    bytes.writeUInt32BE(Math.floor(arrived), 32);
    bytes.writeUInt32BE(Math.floor((arrived % 1) * 2 ** 32), 36);
  }
  bytes.writeUInt32BE(seconds, 40);
  bytes.writeUInt32BE(fraction, 44);
  if (over.length === undefined) return bytes;
  return Buffer.concat([bytes, Buffer.alloc(100)]).subarray(0, over.length);
}

/** A server, and a client whose sockets are counted. */
async function setUp(t: TestContext, answer: (request: Buffer) => Buffer[]) {
  const server = dgram.createSocket('udp4');
  const requests: { bytes: Buffer; port: number }[] = [];
  server.on('message', (bytes, from) => {
    requests.push({ bytes, port: from.port });
    for (const data of answer(bytes)) server.send(data, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: dgram.Socket[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const options = {
    failOpen: false,
    status: 'connected',
    /** The board's clock, seconds. */
    now: 1000,
    resolve: (name: string, done: (address: string | null) => void) => done(name),
  };
  function open(type: string): UdpSocket {
    assert.equal(type, 'udp4');
    if (options.failOpen) throw new Error('Unable to create socket');
    const socket = dgram.createSocket('udp4');
    sockets.push(socket);
    return {
      bind: (port) => {
        assert.ok(port >= 49152 && port <= 65535);
        socket.bind(port, '127.0.0.1');
      },
      send: (data, port, address) => socket.send(Buffer.from(data, 'latin1'), port, address),
      on: (_event, listener) => {
        socket.on('message', (data) => listener(data.toString('latin1')));
      },
      close: () => void socket.close(),
    } satisfies UdpSocket;
  }
  const ntp = createNtp({
    load: (module) => {
      assert.equal(module, 'dgram');
      return { createSocket: open };
    },
    wifi: {
      getHostByName: (name, done) => options.resolve(name, done),
      getDetails: () => ({ status: options.status }),
    },
    time: () => options.now,
    // A second for the five there are.
    later: (run, ms, ...args) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run(...args);
      }, ms / 20);
      timers.add(timer);
      return timer;
    },
    cancel: (timer) => {
      timers.delete(timer as NodeJS.Timeout);
      clearTimeout(timer as NodeJS.Timeout);
    },
  });
  t.after(() => {
    server.close();
    for (const socket of sockets)
      try {
        socket.close();
      } catch {
        // A test closed it.
      }
  });
  const ask = (name = '127.0.0.1') =>
    new Promise<[seconds: number, why: string]>((done) =>
      ntp.query(name, server.address().port, (seconds, why) => done([seconds, why])),
    );
  const query = async (name?: string) => (await ask(name))[0];
  return { ntp, server, ask, query, requests, sockets, timers, options };
}

test('asks as RFC 4330 says, and takes the answer', async (t) => {
  const { query, requests, sockets, timers } = await setUp(t, (request) => [reply(request)]);
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(timers.size, 0);
  assert.equal(sockets.length, 1);
  const [first, second] = requests as [(typeof requests)[0], (typeof requests)[0]];
  assert.equal(first.bytes.length, 48);
  assert.equal(first.bytes[0], 0x23);
  assert.deepEqual(first.bytes.subarray(1, 40), Buffer.alloc(39));
  assert.notDeepEqual(first.bytes.subarray(40), second.bytes.subarray(40));
});

test('replies that must not be believed, by table; the right one after them still counts', async (t) => {
  const bad: [string, (request: Buffer) => Buffer][] = [
    ['empty', () => Buffer.alloc(0)],
    ['short', (request) => reply(request, { length: 47 })],
    ['long', (request) => reply(request, { length: 68 })],
    ['client mode', (request) => reply(request, { first: 0x23 })],
    ['broadcast mode', (request) => reply(request, { first: 0x25 })],
    ['another question', (request) => reply(request, { origin: Buffer.alloc(8) })],
    ['nearly this question', (request) => reply(request, { origin: flip(request.subarray(40)) })],
    [
      'another question of a server without time',
      (request) => reply(request, { stratum: 0, origin: Buffer.alloc(8) }),
    ],
    ['our own request', (request) => request],
  ];
  function flip(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy[7] = (copy[7] as number) ^ 1;
    return copy;
  }
  let make = (_request: Buffer): Buffer[] => [];
  const { ask, query, timers } = await setUp(t, (request) => make(request));
  for (const [what, one] of bad) {
    make = (request) => [one(request), reply(request)];
    assert.equal(await query(), UNIX + 0.5, what);
  }
  make = (request) => bad.map(([, one]) => one(request));
  const start = Date.now();
  assert.deepEqual(await ask(), [0, 'nonsense']);
  assert.ok(Date.now() - start >= 240);
  assert.equal(timers.size, 0);
});

test('a server that has no time says so, and is believed at once', async (t) => {
  const bad: [string, Reply][] = [
    ['clock never set', { first: 0xe4 }],
    ['kiss of death', { first: 0xe4, stratum: 0, seconds: 0, fraction: 0 }],
    ['stratum 0', { stratum: 0 }],
    ['unsynchronised', { stratum: 16 }],
    ['stratum reserved', { stratum: 255 }],
    ['no time', { seconds: 0, fraction: 0 }],
  ];
  let over: Reply = {};
  const { ask, timers } = await setUp(t, (request) => [reply(request, over)]);
  for (const [what, one] of bad) {
    over = one;
    const start = Date.now();
    assert.deepEqual(await ask(), [0, 'it has no time'], what);
    assert.ok(Date.now() - start < 200, what);
  }
  over = {};
  assert.deepEqual(await ask(), [UNIX + 0.5, '']);
  assert.equal(timers.size, 0);
});

test('half of the way there and back is added, and what the server took is no part of it', async (t) => {
  let over: Reply = {};
  let took = 0;
  const { query, options } = await setUp(t, (request) => {
    options.now += took;
    return [reply(request, over)];
  });
  for (const [elapsed, busy, added] of [
    [0, 0, 0],
    [0.25, 0, 0.125],
    [1, 0.5, 0.25],
    [1, 1, 0],
    // A server that claims more than there was, or less than nothing, or nothing at all.
    [1, 1.5, 0.5],
    [1, -0.25, 0.5],
    [1, '', 0.5],
  ] as const) {
    took = elapsed;
    over = { busy };
    assert.equal(
      await query(),
      UNIX + 0.5 + added,
      `${String(elapsed)} s, of them ${String(busy)} the server's`,
    );
  }
});

test('leap second warnings and every stratum with time are fine', () => {
  const nonce = 'abcdefgh';
  const request = Buffer.from('x'.repeat(40) + nonce, 'latin1');
  for (const first of [0x24, 0x64, 0xa4, 0x1c])
    for (let stratum = 1; stratum <= 15; stratum++)
      assert.equal(readReply(reply(request, { first, stratum }).toString('latin1'), nonce, 0), UNIX + 0.5);
});

test('both eras', () => {
  const nonce = '\0\xff\x80abcde';
  const request = Buffer.from('x'.repeat(40) + nonce, 'latin1');
  for (const unix of [
    Date.UTC(1990, 0, 1),
    Date.UTC(2026, 6, 1),
    Date.UTC(2036, 1, 7, 6, 28, 15),
    Date.UTC(2036, 1, 7, 6, 28, 17),
    Date.UTC(2060, 0, 1),
    Date.UTC(2100, 0, 1),
  ].map((ms) => ms / 1000)) {
    const bytes = reply(request, { seconds: (unix + NTP_OFFSET) % 2 ** 32, fraction: 0x40000000 });
    assert.equal(readReply(bytes.toString('latin1'), nonce, 0), unix + 0.25);
  }
  // The very second in which the era changes has seconds 0, and is valid with a fraction.
  const change = reply(request, { seconds: 0, fraction: 0xffff0000 });
  assert.ok(readReply(change.toString('latin1'), nonce, 0) > 2085978496);
});

test('no answer; late answers; one question at a time', async (t) => {
  let silent = true;
  const kept: Buffer[] = [];
  const { ask, query, ntp, server, requests, sockets, timers } = await setUp(t, (request) => {
    if (!silent) return [...kept.splice(0), reply(request)];
    kept.push(reply(request, { seconds: 1234567890 }));
    return [];
  });
  const first = ask();
  let second = false;
  ntp.query('127.0.0.1', server.address().port, () => (second = true));
  assert.deepEqual(await first, [0, 'no answer']);
  assert.equal(second, false);
  assert.equal(requests.length, 1);
  silent = false;
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(sockets.length, 1);
  assert.equal(timers.size, 0);
});

test('a name that cannot be found, one that is found too late, one that never is', async (t) => {
  const { ask, query, options, timers, requests } = await setUp(t, (request) => [reply(request)]);
  const right = options.resolve;
  const unknown = [0, 'no such name'];
  options.resolve = (_name, done) => done(null);
  assert.deepEqual(await ask('no.such'), unknown);
  options.resolve = (_name, done) => void setTimeout(() => done('127.0.0.1'), 400);
  assert.deepEqual(await ask('slow'), unknown);
  options.resolve = () => {};
  assert.deepEqual(await ask('never'), unknown);
  await new Promise((done) => setTimeout(done, 400));
  assert.equal(requests.length, 0);
  assert.equal(timers.size, 0);
  options.resolve = right;
  assert.equal(await query(), UNIX + 0.5);
});

test('without a network nothing is sent, and no socket lost; afterwards all is as before', async (t) => {
  const { ask, query, options, sockets, timers, requests } = await setUp(t, (request) => [reply(request)]);
  // Also when it goes while a name is looked up, and no event has told of it yet.
  const right = options.resolve;
  options.resolve = (name, done) => {
    options.status = 'connecting';
    right(name, done);
  };
  for (let i = 0; i < 12; i++) assert.deepEqual(await ask(), [0, '']);
  assert.equal(sockets.length, 0);
  options.resolve = right;
  options.status = 'connected';
  assert.equal(await query(), UNIX + 0.5);
  // Nor is it the server's fault when the network goes while its answer is waited for.
  options.resolve = () => void setTimeout(() => (options.status = 'connecting'), 20);
  assert.deepEqual(await ask(), [0, '']);
  options.resolve = right;
  options.status = 'no_ap_found';
  for (let i = 0; i < 12; i++) assert.deepEqual(await ask(), [0, '']);
  options.status = 'connected';
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(requests.length, 2);
  assert.equal(sockets.length, 1);
  assert.equal(timers.size, 0);
});

test('a socket that cannot be had, or was closed: the next question gets a new one', async (t) => {
  const { query, options, sockets, timers } = await setUp(t, (request) => [reply(request)]);
  options.failOpen = true;
  assert.equal(await query(), 0);
  options.failOpen = false;
  assert.equal(await query(), UNIX + 0.5);
  sockets[0]?.close();
  assert.equal(await query(), 0);
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(sockets.length, 2);
  assert.equal(timers.size, 0);
});
