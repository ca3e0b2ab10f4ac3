/** The gateway with aedes, over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client as BrokerClient } from 'aedes';
import { Flag, PacketType } from '../shared/mqtt';
import { acknowledge, subscribe, unsubscribe, type Login } from '../shared/packets';
import { connectMessage, publication, setUpGateway } from '../tools/test-doubles/gateway-bench';
import { binaryOf } from '../tools/test-doubles/scripted-socket';

/** A broker on a free port, and a bridge that is connected to it. */
async function withBroker(t: TestContext, login: Partial<Login> = {}) {
  const broker = await Aedes.createBroker({ concurrency: 10 });
  const server = net.createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as net.AddressInfo).port;
  const open = new Set<net.Socket>();
  const s = setUpGateway(t, {
    connect: (where, opened) => {
      const socket = net.connect(where.port as number, where.host as string, opened);
      open.add(socket);
      socket.setEncoding('latin1');
      const write = socket.write.bind(socket) as (data: string, encoding: string) => boolean;
      return Object.assign(socket, { write: (data: string) => write(data, 'latin1') });
    },
  });
  t.after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((done) => broker.close(() => done()));
    server.close();
  });
  /** Lets time pass until the host hears a line that begins like this; forgets those before it. */
  async function until(start: string): Promise<string> {
    const limit = Date.now() + 10000;
    while (Date.now() < limit) {
      for (let line = s.lines.shift(); line !== undefined; line = s.lines.shift())
        if (line.startsWith(start)) return line;
      s.clock.pass(0.01);
      await sleep(2);
    }
    throw new Error(`no line ${start}`);
  }
  const connect = () => s.say(connectMessage({ _address: '127.0.0.1', _port: port }, login));
  s.join();
  connect();
  function emit(topic: string, payload: string, qos: 0 | 1): void {
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload, 'latin1'), qos, retain: false, dup: false },
      () => {},
    );
  }
  return { ...s, state: s, broker, until, emit, connect };
}

test('aedes: publications and subscriptions both ways, a refused one too', async (t) => {
  const { say, until, broker, emit, all } = await withBroker(t);
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription);
  await until('CONNACK 0 0');
  const bytes = binaryOf(Uint8Array.from({ length: 256 }, (_, i) => i));
  const published: string[] = [];
  broker.on('publish', (packet, from) => {
    if (from) published.push(`${packet.topic} ${binaryOf(packet.payload as Buffer)}`);
  });
  say(subscribe(1, 'in/+', 1));
  assert.equal(await until('SUBACK'), 'SUBACK 1 1');
  say(subscribe(2, 'secret', 0));
  assert.equal(await until('SUBACK'), 'SUBACK 2 128');
  say(publication('in/a,b', bytes));
  assert.equal(await until('PUBLISH'), `PUBLISH 0 0 in/a,b ${bytes}`);
  say(publication('out', bytes, Flag.QOS1, 300));
  assert.equal(await until('PUBACK'), 'PUBACK 300');
  assert.deepEqual(published, [`in/a,b ${bytes}`, `out ${bytes}`]);
  emit('in/x', '1', 1);
  const [, flags, id] = (await until('PUBLISH')).split(' ');
  assert.equal(flags, '2');
  const taken = once(broker, 'ack');
  let early = true;
  void taken.then(() => assert.ok(!early, 'acknowledged before the host had it'));
  await sleep(50);
  early = false;
  say(acknowledge(PacketType.PUBACK, Number(id)));
  await taken;
  say(unsubscribe(3, 'in/+'));
  assert.equal(await until('UNSUBACK'), 'UNSUBACK 3');
  emit('in/x', '2', 0);
  emit('in/x', '3', 0);
  await sleep(50);
  assert.ok(!all.some((line) => /in\/x [23]/.test(line)));
});

test('aedes: refusals, then a login, then a loss with the session kept', async (t) => {
  const s = await withBroker(t, { _clean: false, _user: 'me', _password: 'secret' });
  const { until, broker, say, connect } = s;
  let code = 4;
  broker.authenticate = (_client, user, password, done) => {
    if (!code) done(null, user === 'me' && String(password) === 'secret');
    else done(Object.assign(new Error('refused'), { returnCode: code }) as never, false);
  };
  for (code of [4, 5]) {
    await until(`CONNACK 0 ${code}`);
    await until('BROKER_FAIL');
    code = code === 4 ? 5 : 0;
    connect();
    if (!code) break;
  }
  await until('CONNACK 0 0');
  say(subscribe(1, 'q', 1));
  await until('SUBACK');
  s.emit('q', 'untaken', 1);
  await until('PUBLISH');
  const connections = (broker as unknown as { clients: Record<string, BrokerClient> }).clients;
  connections['me']?.conn.destroy();
  await until('BROKER_FAIL');
  connect();
  assert.equal(await until('CONNACK'), 'CONNACK 1 0');
  // The host had not said that it has it.
  assert.match(await until('PUBLISH'), / q untaken$/);
});
