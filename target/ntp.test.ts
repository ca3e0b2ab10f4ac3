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
  length?: number;
}

function reply(request: Buffer, over: Reply = {}): Buffer {
  const bytes = Buffer.alloc(48);
  bytes[0] = over.first ?? 0x24;
  bytes[1] = over.stratum ?? 2;
  (over.origin ?? request.subarray(40, 48)).copy(bytes, 24);
  bytes.writeUInt32BE((over.seconds ?? UNIX + NTP_OFFSET) >>> 0, 40);
  bytes.writeUInt32BE(over.fraction ?? 0x80000000, 44);
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
    // A second for the five there are.
    later: (run, ms) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
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
  const query = (name = '127.0.0.1') =>
    new Promise<number>((done) => ntp.query(name, server.address().port, done));
  return { ntp, server, query, requests, sockets, timers, options };
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
    ['clock never set', (request) => reply(request, { first: 0xe4 })],
    ['kiss of death', (request) => reply(request, { stratum: 0 })],
    ['unsynchronised', (request) => reply(request, { stratum: 16 })],
    ['stratum reserved', (request) => reply(request, { stratum: 255 })],
    ['another question', (request) => reply(request, { origin: Buffer.alloc(8) })],
    ['nearly this question', (request) => reply(request, { origin: flip(request.subarray(40)) })],
    ['no time', (request) => reply(request, { seconds: 0, fraction: 0 })],
    ['our own request', (request) => request],
  ];
  function flip(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy[7] = (copy[7] as number) ^ 1;
    return copy;
  }
  let make = (_request: Buffer): Buffer[] => [];
  const { query, timers } = await setUp(t, (request) => make(request));
  for (const [what, one] of bad) {
    make = (request) => [one(request), reply(request)];
    assert.equal(await query(), UNIX + 0.5, what);
  }
  make = (request) => bad.map(([, one]) => one(request));
  const start = Date.now();
  assert.equal(await query(), 0);
  assert.ok(Date.now() - start >= 240);
  assert.equal(timers.size, 0);
});

test('leap second warnings and every stratum with time are fine', () => {
  const nonce = 'abcdefgh';
  const request = Buffer.from('x'.repeat(40) + nonce, 'latin1');
  for (const first of [0x24, 0x64, 0xa4, 0x1c])
    for (let stratum = 1; stratum <= 15; stratum++)
      assert.equal(readReply(reply(request, { first, stratum }).toString('latin1'), nonce), UNIX + 0.5);
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
    assert.equal(readReply(bytes.toString('latin1'), nonce), unix + 0.25);
  }
  // The very second in which the era changes has seconds 0, and is valid with a fraction.
  const change = reply(request, { seconds: 0, fraction: 0xffff0000 });
  assert.ok(readReply(change.toString('latin1'), nonce) > 2085978496);
});

test('no answer; late answers; one question at a time', async (t) => {
  let silent = true;
  const kept: Buffer[] = [];
  const { query, ntp, server, requests, sockets, timers } = await setUp(t, (request) => {
    if (!silent) return [...kept.splice(0), reply(request)];
    kept.push(reply(request, { seconds: 1234567890 }));
    return [];
  });
  const first = query();
  let second = false;
  ntp.query('127.0.0.1', server.address().port, () => (second = true));
  assert.equal(await first, 0);
  assert.equal(second, false);
  assert.equal(requests.length, 1);
  silent = false;
  assert.equal(await query(), UNIX + 0.5);
  assert.equal(sockets.length, 1);
  assert.equal(timers.size, 0);
});

test('a name that cannot be found, one that is found too late, one that never is', async (t) => {
  const { query, options, timers, requests } = await setUp(t, (request) => [reply(request)]);
  const right = options.resolve;
  options.resolve = (_name, done) => done(null);
  assert.equal(await query('no.such'), 0);
  options.resolve = (_name, done) => void setTimeout(() => done('127.0.0.1'), 400);
  assert.equal(await query('slow'), 0);
  options.resolve = () => {};
  assert.equal(await query('never'), 0);
  await new Promise((done) => setTimeout(done, 400));
  assert.equal(requests.length, 0);
  assert.equal(timers.size, 0);
  options.resolve = right;
  assert.equal(await query(), UNIX + 0.5);
});

test('without a network nothing is sent, and no socket lost; afterwards all is as before', async (t) => {
  const { query, options, sockets, timers, requests } = await setUp(t, (request) => [reply(request)]);
  // Also when it goes while a name is looked up, and no event has told of it yet.
  const right = options.resolve;
  options.resolve = (name, done) => {
    options.status = 'connecting';
    right(name, done);
  };
  for (let i = 0; i < 12; i++) assert.equal(await query(), 0);
  assert.equal(sockets.length, 0);
  options.resolve = right;
  options.status = 'connected';
  assert.equal(await query(), UNIX + 0.5);
  options.status = 'no_ap_found';
  for (let i = 0; i < 12; i++) assert.equal(await query(), 0);
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
