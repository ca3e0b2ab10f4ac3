/** The client with aedes, over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client as BrokerClient } from 'aedes';
import { type Packet } from 'mqtt-packet';
import { Status } from '../shared/status';
import { createClient, type ClientOptions, type Socket } from './mqtt-client';
import {
  clientOptions,
  clientSettings,
  cutOf,
  eventOf,
  withPackets,
} from '../tools/test-doubles/client-bench';
import type { ClientMessage, ClientSettings } from '../tools/test-doubles/client-bench';
import { binaryOf } from '../tools/test-doubles/scripted-socket';

/** Node's socket in Espruino's clothes: strings are binary. */
function open(port: number) {
  return (onOpen: () => void): Socket => {
    const socket = net.connect(port, '127.0.0.1', onOpen);
    socket.setEncoding('latin1');
    const write = socket.write.bind(socket) as (data: string, encoding: string) => boolean;
    return Object.assign(socket, { write: (data: string) => write(data, 'latin1') }) as unknown as Socket;
  };
}

/** A broker on a free port, and a client whose events can be awaited. */
async function withBroker(t: TestContext, over: Partial<ClientSettings> = {}) {
  const broker = await Aedes.createBroker({ concurrency: 10 });
  const server = net.createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as net.AddressInfo).port;
  const log: string[] = [];
  const messages: ClientMessage[] = [];
  let wake = () => {};
  const note = (line: string) => {
    log.push(line);
    wake();
  };
  const options: ClientOptions = {
    open: open(port),
    ...clientOptions({ ...clientSettings, maxBody: 2000, ...over }),
    later: setTimeout,
    cancel: (timer) => clearTimeout(timer as NodeJS.Timeout),
    failed: (status, detail) => note(`failed ${status} ${detail}`),
    received: (packet) => {
      const [line, message] = eventOf(packet);
      if (message) messages.push(message);
      note(line);
    },
    cut: (packet) => note(cutOf(packet)),
    room: () => true,
    drained: () => {},
  };
  const { hello } = options;
  const made = withPackets(createClient(options));
  const client = Object.assign(made, {
    connect: ((connect) => () => {
      options.hello = hello;
      connect();
    })(made.connect),
  });
  t.after(async () => {
    client.disconnect();
    await new Promise<void>((done) => broker.close(() => done()));
    server.close();
  });
  /** Waits for an event that begins like this and forgets those before it. */
  async function event(start: string): Promise<string> {
    const limit = AbortSignal.timeout(5000);
    for (;;) {
      for (let line = log.shift(); line !== undefined; line = log.shift())
        if (line.startsWith(start)) return line;
      await new Promise<void>((done, fail) => {
        wake = done;
        limit.addEventListener('abort', () => fail(new Error(`no event ${start}`)), { once: true });
      });
    }
  }
  return { broker, server, client, event, messages, log };
}

const all = binaryOf(Uint8Array.from({ length: 256 }, (_, i) => i));

test('aedes: publishes and subscribes, QoS 0 and 1, all byte values', async (t) => {
  const { broker, client, event, messages } = await withBroker(t);
  client.connect();
  assert.equal(await event('connack'), 'connack 0 0');
  client.subscribe(1, 'in/+', 1);
  assert.equal(await event('suback'), 'suback 1 1');
  const published: Packet[] = [];
  broker.on('publish', (packet, from) => {
    if (from) published.push(packet as unknown as Packet);
  });
  client.publish('in/a,b', all, 0, false, false, 0);
  await event('publish');
  assert.deepEqual(messages.pop(), ['in/a,b', all, 0, false, false, 0]);
  client.publish('in/b', all + all + all, 1, true, false, 500);
  await event('puback 500');
  if (!messages.length) await event('publish');
  const [topic, payload, qos, , dup, id] = messages.pop() as ClientMessage;
  assert.deepEqual([topic, payload, qos, dup], ['in/b', all + all + all, 1, false]);
  assert.ok(id > 0);
  client.puback(id);
  assert.deepEqual(
    published.map((packet) => packet.cmd === 'publish' && binaryOf(packet.payload as Buffer)),
    [all, all + all + all],
  );
  client.unsubscribe(2, 'in/+');
  assert.equal(await event('unsuback'), 'unsuback 2');
  // Retained, so it comes again with a new subscription.
  client.subscribe(3, 'in/b', 0);
  await event('publish');
  assert.deepEqual(messages.pop(), ['in/b', all + all + all, 0, true, false, 0]);
});

test('aedes: an unacknowledged message comes again after reconnecting; an acknowledged one does not', async (t) => {
  const { client, event, messages, broker } = await withBroker(t, { _clean: false });
  client.connect();
  await event('connack');
  client.subscribe(1, 'q', 1);
  await event('suback');
  broker.publish(
    { cmd: 'publish', topic: 'q', payload: Buffer.from('1'), qos: 1, retain: false, dup: false },
    () => {},
  );
  await event('publish');
  client.disconnect();
  await event('failed');
  client.connect();
  assert.equal(await event('connack'), 'connack 1 0');
  await event('publish');
  assert.equal(messages.length, 2);
  assert.deepEqual(messages[1]?.slice(0, 3), ['q', '1', 1]);
  client.puback((messages[1] as ClientMessage)[5]);
  await sleep(50);
  client.disconnect();
  await event('failed');
  client.connect();
  await event('connack');
  client.subscribe(2, 'q', 1);
  await event('suback');
  await sleep(50);
  assert.equal(messages.length, 2);
});

test('aedes: will, user and password, refusals', async (t) => {
  const { client, event, broker } = await withBroker(t, {
    _user: 'me',
    _password: 'secret',
    _will: 2,
    willPart: '\0\x04last\0\x04gone',
  });
  const logins: string[] = [];
  let code = 4;
  broker.authenticate = (_client: BrokerClient, user, password, done) => {
    logins.push(`${user} ${password}`);
    if (!code) done(null, true);
    else done(Object.assign(new Error('refused'), { returnCode: code }) as never, false);
  };
  client.connect();
  assert.equal(await event('connack'), 'connack 0 4');
  await event('failed');
  code = 5;
  client.connect();
  assert.equal(await event('connack'), 'connack 0 5');
  await event('failed');
  code = 0;
  client.connect();
  await event('connack');
  assert.deepEqual(logins, ['me secret', 'me secret', 'me secret']);
  const wills: string[] = [];
  broker.on('publish', (packet) => {
    if (packet.topic === 'last') wills.push(packet.payload.toString());
  });
  client.disconnect();
  await sleep(50);
  assert.deepEqual(wills, []);
  client.connect();
  await event('connack');
  // The broker breaks the connection off: as good as a crash of ours.
  for (const connection of Object.values(
    (broker as unknown as { clients: Record<string, BrokerClient> }).clients,
  ))
    connection.conn.destroy();
  assert.match(await event('failed'), new RegExp(`failed ${Status.BROKER_FAIL} `));
  await sleep(50);
  assert.deepEqual(wills, ['gone']);
});

test('aedes: long messages are reported, and the connection lives on', async (t) => {
  const { client, event, messages, broker } = await withBroker(t, { maxBody: 300 });
  client.connect();
  await event('connack');
  client.subscribe(1, '#', 1);
  await event('suback');
  for (const [topic, length] of [
    ['big', 100000],
    ['y'.repeat(500), 5],
    ['small', 5],
  ] as const)
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.alloc(length, 'x'), qos: 1, retain: false, dup: false },
      () => {},
    );
  assert.match(await event('cut'), /^cut 50 big \d+$/);
  assert.match(await event('cut'), /^cut 50 y{98} \d+$/);
  await event('publish');
  assert.equal(messages[0]?.[0], 'small');
});

test('nobody listens; a server that is no broker; a broker that comes and goes', async (t) => {
  const { client, event, server, broker, log } = await withBroker(t, { _keepAlive: 1 });
  client.connect();
  await event('connack');
  await once(broker, 'ping');
  const port = (server.address() as net.AddressInfo).port;
  server.close();
  await new Promise<void>((done) => broker.close(() => done()));
  await event('failed');
  client.connect();
  assert.match(await event('failed'), /ECONNREFUSED/);
  const other = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  });
  other.listen(port, '127.0.0.1');
  await once(other, 'listening');
  client.connect();
  assert.equal(await event('failed'), `failed ${Status.BAD_BROKER} no valid CONNACK`);
  await sleep(50);
  assert.deepEqual(log, []);
  other.close();
});
