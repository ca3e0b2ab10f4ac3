/** The client on a scripted socket with a clock of its own; then against aedes over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client as BrokerClient } from 'aedes';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { Flag, PacketType } from '../shared/mqtt';
import {
  acknowledge,
  connectHead,
  connectTail,
  publish,
  subscribe,
  topicOf,
  unsubscribe,
  withId,
  type Login,
} from '../shared/packets';
import { Status } from '../shared/status';
import { createTimers } from '../tools/test-doubles/testing';
import { createClient, type Client, type ClientEvents, type ClientOptions, type Socket } from './mqtt-client';
import { packet } from './mqtt-packets';

type Message = [topic: string, payload: string, qos: number, retain: boolean, dup: boolean, id: number];

/** A client with a method for each packet that its owner may send. */
function withPackets(client: Client) {
  const send = (passed: string) => client.send(packet(passed.charCodeAt(0), '', passed.slice(1)));
  return Object.assign(client, {
    publish: (...[topic, payload, qos, retain, dup, id]: Message) => {
      const made = publish((qos << 1) | (retain ? 1 : 0), topic, payload);
      send(qos ? withId(made, id, dup) : made);
    },
    subscribe: (id: number, filter: string, qos: number) => send(subscribe(id, filter, qos)),
    unsubscribe: (id: number, filter: string) => send(unsubscribe(id, filter)),
    puback: (id: number) => send(acknowledge(PacketType.PUBACK, id)),
  });
}

/** What came as one line, and a message as its parts too. */
function lineOf(type: number, body: string): [line: string, message?: Message] {
  const id = (body.charCodeAt(0) << 8) | body.charCodeAt(1);
  if (type === PacketType.CONNACK) return [`connack ${body.charCodeAt(0)} ${body.charCodeAt(1)}`];
  if (type === PacketType.PUBACK) return [`puback ${id}`];
  if (type === PacketType.SUBACK) return [`suback ${id} ${body.charCodeAt(2)}`];
  if (type === PacketType.UNSUBACK) return [`unsuback ${id}`];
  if ((type & 0xf0) !== PacketType.PUBLISH) return [`packet ${type} ${JSON.stringify(body)}`];
  const topic = topicOf(String.fromCharCode(type) + body);
  const at = 2 + topic.length;
  const qos = (type & Flag.QOS) >> 1;
  const own = qos ? (body.charCodeAt(at) << 8) | body.charCodeAt(at + 1) : 0;
  const message: Message = [topic, body.slice(qos ? at + 2 : at), qos, !!(type & 1), !!(type & 8), own];
  return [`publish ${JSON.stringify(message)}`, message];
}

/** What is left of a packet that is too long. */
function cutOf(type: number, body: string): string {
  const end = type & Flag.QOS ? body.length - 2 : body.length;
  return `cut ${type} ${body.slice(2, end)}${type & Flag.QOS ? ` ${body.charCodeAt(end) * 256 + body.charCodeAt(end + 1)}` : ''}`;
}

const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** A socket with the manners of Espruino's: `write` says false, events name the socket as `this`. */
class ScriptedSocket implements Socket {
  sent = '';
  ended = 0;
  closed = false;
  /** Lets the client do what it has put off. */
  settle = () => {};
  private readonly listeners: Record<string, ((value: never) => void)[]> = {};
  write(data: string): boolean {
    if (this.closed) throw new Error('This socket is closed');
    this.sent += data;
    return false;
  }
  end(): void {
    this.ended++;
  }
  on(event: string, listener: (value: never) => void): void {
    (this.listeners[event] ??= []).push(listener);
  }
  emit(event: string, value?: unknown): void {
    for (const listener of this.listeners[event] ?? []) listener.call(this, value as never);
    this.settle();
  }
  /** What was sent since last asked, by type. */
  take(): string[] {
    const names: string[] = [];
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet) => names.push(packet.cmd));
    parser.parse(Buffer.from(this.sent, 'latin1'));
    this.sent = '';
    return names;
  }
}

type Settings = Login & Pick<ClientOptions, 'maxBody'> & { willPart?: string };

const settings: Settings = {
  clientId: 'c',
  user: '',
  password: '',
  keepAlive: 40,
  clean: true,
  will: undefined,
  maxBody: 100,
};

/** The client's options that come of its settings. */
function asOptions(given: Settings) {
  const { keepAlive, maxBody } = given;
  const head = connectHead(given) + (given.willPart ?? '');
  return { hello: packet(PacketType.CONNECT, head, connectTail(given)), limit: 10, keepAlive, maxBody };
}

const CONNACK = '\x20\x02\x00\x00';

/** A client with what happened to it as lines. */
function setUp(over: Partial<Settings> = {}) {
  const clock = createTimers();
  const log: string[] = [];
  const sockets: ScriptedSocket[] = [];
  const opens: (() => void)[] = [];
  const hooks: { open: (() => void) | undefined; event: ((line: string) => void) | undefined } = {
    open: undefined,
    event: undefined,
  };
  const note = (line: string) => {
    log.push(line);
    hooks.event?.(line);
  };
  let up = false;
  const events: ClientEvents = {
    received: (type, body) => {
      if (type === PacketType.CONNACK) up = !body.charCodeAt(1);
      note(lineOf(type, body)[0]);
    },
    cut: (type, body) => note(cutOf(type, body)),
    failed: (status, detail) => {
      up = false;
      note(`failed ${status} ${detail}`);
    },
    drained: () => note('drained'),
  };
  const options: ClientOptions = {
    open: (onOpen) => {
      hooks.open?.();
      const socket = new ScriptedSocket();
      socket.settle = () => clock.pass(0);
      sockets.push(socket);
      opens.push(() => onOpen.call(socket as unknown as Socket));
      return socket;
    },
    ...asOptions({ ...settings, ...over }),
    later: clock.later,
    cancel: clock.cancel,
    ...events,
  };
  const { hello } = options;
  const made = withPackets(createClient(options));
  const client = Object.assign(made, {
    connected: () => up,
    /** As its owner does: the packet is forgotten with each connection. */
    connect: ((connect) => () => {
      options.hello = hello;
      connect();
    })(made.connect),
  });
  const last = () => sockets[sockets.length - 1] as ScriptedSocket;
  return {
    clock,
    client,
    hooks,
    sockets,
    last,
    open: () => opens[opens.length - 1]?.(),
    /** What happened since last asked. */
    happened: () => {
      clock.pass(0);
      return log.splice(0);
    },
    /** Up to CONNACK. */
    up: () => {
      client.connect();
      opens[opens.length - 1]?.();
      last().emit('data', CONNACK);
      assert.deepEqual(log.splice(0), ['connack 0 0']);
      assert.deepEqual(last().take(), ['connect']);
    },
    idle: () => {
      clock.pass(0);
      assert.equal(client.connected(), false);
      assert.equal(client.busy(), false);
      assert.equal(clock.due().length, 0, 'a timer is left');
    },
  };
}

test('connects: nothing before the socket stands, then CONNECT, then CONNACK', () => {
  const t = setUp();
  t.idle();
  t.client.connect();
  t.client.connect();
  assert.equal(t.sockets.length, 1);
  assert.equal(t.last().sent, '');
  t.open();
  assert.equal(t.client.connected(), false);
  assert.deepEqual(t.last().take(), ['connect']);
  t.client.publish('t', 'too early', 0, false, false, 0);
  assert.equal(t.last().sent, '');
  t.last().emit('data', CONNACK.slice(0, 1));
  t.last().emit('data', CONNACK.slice(1));
  assert.deepEqual(t.happened(), ['connack 0 0']);
  assert.equal(t.client.connected(), true);
  t.client.connect();
  assert.equal(t.sockets.length, 1);
});

test('tells whether the broker kept the session', () => {
  const t = setUp({ clean: false });
  t.client.connect();
  t.open();
  t.last().emit('data', '\x20\x02\x01\x00');
  assert.deepEqual(t.happened(), ['connack 1 0']);
});

test('what it sends', () => {
  const t = setUp();
  t.up();
  t.client.publish('t', 'x', 1, true, true, 7);
  t.client.subscribe(8, 'a/#', 1);
  t.client.unsubscribe(9, 'a/#');
  t.client.puback(10);
  assert.equal(
    t.last().sent,
    '\x3b\x06\x00\x01t\x00\x07x' +
      '\x82\x08\x00\x08\x00\x03a/#\x01' +
      '\xa2\x07\x00\x09\x00\x03a/#' +
      '\x40\x02\x00\x0a',
  );
  t.last().sent = '';
  t.client.disconnect();
  assert.equal(t.last().sent, '\xe0\x00');
  t.idle();
  assert.equal(t.last().ended, 1);
  t.last().emit('close', false);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no room`]);
});

test('what it receives', () => {
  const t = setUp();
  t.up();
  t.last().emit(
    'data',
    '\x30\x04\x00\x01tx' +
      '\x3b\x06\x00\x01t\x00\x07x' +
      '\x40\x02\x00\x07' +
      '\x90\x03\x00\x08\x01' +
      '\x90\x03\x00\x09\x80' +
      '\xb0\x02\x00\x0a' +
      '\xd0\x00',
  );
  assert.deepEqual(t.happened(), [
    'publish ["t","x",0,false,false,0]',
    'publish ["t","x",1,true,true,7]',
    'puback 7',
    'suback 8 1',
    'suback 9 128',
    'unsuback 10',
  ]);
  // A message is acknowledged when its owner says so, not before.
  assert.equal(t.last().sent, '');
});

test('a message too long is cut, and nothing answers it here', () => {
  const t = setUp();
  t.up();
  const long = (qos: number) =>
    binary(
      mqttPacket.generate({
        cmd: 'publish',
        topic: 'some/topic',
        payload: 'x'.repeat(500),
        qos: qos as 0 | 1 | 2,
        retain: false,
        dup: false,
        messageId: 0x1234,
      }),
    );
  for (const qos of [0, 1, 2]) t.last().emit('data', long(qos));
  assert.deepEqual(t.happened(), ['cut 48 some/topic', 'cut 50 some/topic 4660', 'cut 52 some/topic 4660']);
  assert.equal(t.last().sent, '');
});

test('a refusal is passed on, and the connection ended', () => {
  for (let code = 1; code < 7; code++) {
    const t = setUp();
    t.client.connect();
    t.open();
    t.last().emit('data', '\x20\x02\x00' + String.fromCharCode(code) + '\xd0\0');
    t.last().emit('close', false);
    assert.deepEqual(t.happened(), [`connack 0 ${code}`, `failed ${Status.BROKER_FAIL} refused`]);
    assert.equal(t.last().ended, 1);
    t.client.publish('t', 'x', 0, false, false, 0);
    t.idle();
  }
});

test('a socket that cannot be had, in every way it may tell', () => {
  for (const [thrown, words] of [
    [new Error('Unable to create socket'), 'Unable to create socket'],
    ['no', 'no'],
  ] as const) {
    const t = setUp();
    t.hooks.open = () => {
      throw thrown;
    };
    t.client.connect();
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.idle();
    t.hooks.open = undefined;
    t.up();
  }
  for (const [events, words] of [
    [['error', 'end', 'close'], 'connection reset'],
    [['error'], 'connection reset'],
    [['close'], 'connection closed'],
    [['end', 'close'], 'connection closed'],
    [[], 'no connection'],
  ] as const) {
    const t = setUp();
    t.client.connect();
    for (const event of events)
      t.last().emit(event, event === 'error' ? { code: -9, message: words } : false);
    t.clock.pass(10);
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.idle();
    // The same client again, and nothing of the old socket matters any more.
    const old = t.last();
    t.up();
    for (const event of ['error', 'close', 'drain']) old.emit(event, { message: 'late' });
    old.emit('data', '\xff\xff\xff\xff\xff');
    assert.deepEqual(t.happened(), []);
    assert.equal(t.client.connected(), true);
  }
});

test('an open that comes after all is over is left alone', () => {
  const t = setUp();
  t.client.connect();
  const late = t.open;
  t.client.disconnect();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no room`]);
  late();
  assert.equal(t.last().sent, '');
  t.idle();
});

test('a broker that answers nothing, or not enough', () => {
  for (const data of ['', '\x20', '\x20\x02\x00']) {
    const t = setUp();
    t.client.connect();
    t.clock.pass(6);
    t.open();
    if (data) t.last().emit('data', data);
    t.clock.pass(9.9);
    assert.deepEqual(t.happened(), []);
    t.clock.pass(0.2);
    assert.deepEqual(t.happened(), [
      `failed ${Status.BROKER_FAIL} no ${data ? 'rest of CONNACK' : 'CONNACK'}`,
    ]);
    assert.equal(t.last().ended, 1);
    t.idle();
  }
  const t = setUp();
  t.client.connect();
  t.clock.pass(10);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no connection`]);
});

test('keep alive: four pings a period, and silence of a whole period ends it', () => {
  const t = setUp();
  t.up();
  for (let i = 0; i < 20; i++) {
    t.clock.pass(10);
    assert.deepEqual(t.last().take(), ['pingreq']);
    t.last().emit('data', '\xd0\x00');
  }
  t.happened();
  // Silence.
  t.clock.pass(40);
  assert.deepEqual(t.last().take(), ['pingreq', 'pingreq', 'pingreq', 'pingreq']);
  assert.equal(t.client.connected(), true);
  t.clock.pass(10);
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no PINGRESP`]);
  assert.equal(t.last().ended, 1);
  t.idle();
  t.clock.pass(100);
  assert.deepEqual(t.happened(), []);
  // What is owed is an answer to a ping, whatever else may come.
  t.up();
  for (let i = 0; i < 5; i++) {
    assert.equal(t.client.connected(), true);
    t.clock.pass(10);
    t.last().emit('data', '\x40\x02\x00\x01');
  }
  assert.equal(t.happened().pop(), `failed ${Status.BROKER_FAIL} no PINGRESP`);
  t.idle();
});

test('keep alive 0: no pings, no end', () => {
  const t = setUp({ keepAlive: 0 });
  t.up();
  t.clock.pass(100000);
  assert.equal(t.last().sent, '');
  assert.equal(t.clock.due().length, 0);
  assert.equal(t.client.connected(), true);
});

test('what is not MQTT 3.1.1 ends the connection, in words', () => {
  const before: [string, string][] = [
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'no valid CONNACK'],
    ['\xd0\x00', 'no valid CONNACK'],
    ['\x20\x03\x00\x00\x00', 'no valid CONNACK'],
    ['\x20\x00', 'no valid CONNACK'],
    ['\x21\x02\x00\x00', 'no valid CONNACK'],
    ['\x10\x00', 'no valid CONNACK'],
    ['\x20\xff\xff\xff\xff\xff', 'remaining length'],
  ];
  const after: [string, string][] = [
    // They would be messages of the target's own.
    ['\x00\x00', 'packet type 0 or 1'],
    ['\x0a\x02\x0b\x00', 'packet type 0 or 1'],
    ['\x10\x00', 'packet type 0 or 1'],
    ['\x1f\x00', 'packet type 0 or 1'],
    ['\xd0\x80\x80\x80\x80\x00', 'remaining length'],
  ];
  for (const [list, connected] of [
    [before, false],
    [after, true],
  ] as const)
    for (const [data, words] of list) {
      const t = setUp();
      if (connected) t.up();
      else {
        t.client.connect();
        t.open();
      }
      // What follows must not be looked at.
      t.last().emit('data', data + '\xd0\x00' + CONNACK);
      assert.deepEqual(t.happened(), [`failed ${Status.BAD_BROKER} ${words}`], JSON.stringify(data));
      assert.equal(t.last().ended, 1);
      t.last().emit('data', '\xd0\x00');
      t.last().emit('close', false);
      assert.deepEqual(t.happened(), []);
      t.idle();
      t.up();
    }
});

test('lost while up: by close, by error, by a write that throws', () => {
  for (const [lose, words] of [
    [(s: ScriptedSocket) => s.emit('close', true), 'connection closed'],
    [(s: ScriptedSocket) => s.emit('error', { code: -9, message: 'connection reset' }), 'connection reset'],
    [(s: ScriptedSocket) => (s.closed = true), 'This socket is closed'],
  ] as const) {
    const t = setUp();
    t.up();
    lose(t.last());
    t.client.publish('t', 'x', 0, false, false, 0);
    assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} ${words}`]);
    t.last().emit('close', true);
    assert.deepEqual(t.happened(), []);
    t.idle();
  }
});

test('an owner that ends what is lost already hears so once, and nothing when idle', () => {
  const t = setUp();
  t.up();
  t.last().closed = true;
  t.client.disconnect();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} This socket is closed`]);
  t.client.disconnect();
  assert.deepEqual(t.happened(), []);
  t.idle();
});

test('an owner that ends, or ends and connects again, from within an event', () => {
  const t = setUp();
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('publish')) t.client.disconnect();
  };
  t.last().emit('data', '\x30\x04\x00\x01tx\x30\x04\x00\x01ty');
  assert.deepEqual(t.happened(), [
    'publish ["t","x",0,false,false,0]',
    `failed ${Status.BROKER_FAIL} no room`,
  ]);
  t.idle();
  t.hooks.event = undefined;
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('failed')) t.client.connect();
  };
  t.last().emit('data', '\x00\x00' + CONNACK);
  assert.deepEqual(t.happened(), [`failed ${Status.BAD_BROKER} packet type 0 or 1`]);
  t.hooks.event = undefined;
  t.open();
  t.last().emit('data', CONNACK);
  assert.deepEqual(t.happened(), ['connack 0 0']);
});

test('an exception of its owner is not caught: it ends this start of the target', () => {
  const t = setUp();
  t.up();
  t.hooks.event = (line) => {
    if (line.startsWith('publish')) throw new Error('no memory');
  };
  assert.throws(() => t.last().emit('data', '\x30\x04\x00\x01tx'), /no memory/);
});

test('a connection that is abandoned ends without a goodbye', () => {
  const t = setUp();
  t.client.abandon();
  t.idle();
  t.up();
  t.client.abandon();
  t.client.abandon();
  assert.deepEqual(t.happened(), [`failed ${Status.BROKER_FAIL} no room`]);
  assert.equal(t.last().sent, '');
  assert.equal(t.last().ended, 1);
  t.idle();
});

test('says when too much waits to be sent, and when it has gone', () => {
  const t = setUp();
  t.up();
  t.last().emit('drain');
  assert.deepEqual(t.happened(), ['drained']);
  assert.equal(t.client.busy(), false);
  t.client.publish('t', 'x'.repeat(600), 0, false, false, 0);
  assert.equal(t.client.busy(), true);
  t.last().emit('drain');
  assert.equal(t.client.busy(), false);
  t.client.publish('t', 'x'.repeat(600), 0, false, false, 0);
  // A new connection starts with nothing waiting.
  t.last().emit('close');
  assert.equal(t.client.busy(), false);
  t.happened();
  t.up();
  assert.equal(t.client.busy(), false);
});

// ---------------------------------------------------------------------------------------------------------------

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
async function withBroker(t: TestContext, over: Partial<Settings> = {}) {
  const broker = await Aedes.createBroker({ concurrency: 10 });
  const server = net.createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as net.AddressInfo).port;
  const log: string[] = [];
  const messages: Message[] = [];
  let wake = () => {};
  const note = (line: string) => {
    log.push(line);
    wake();
  };
  const options: ClientOptions = {
    open: open(port),
    ...asOptions({ ...settings, maxBody: 2000, ...over }),
    later: setTimeout,
    cancel: (timer) => clearTimeout(timer as NodeJS.Timeout),
    failed: (status, detail) => note(`failed ${status} ${detail}`),
    received: (type, body) => {
      const [line, message] = lineOf(type, body);
      if (message) messages.push(message);
      note(line);
    },
    cut: (type, body) => note(cutOf(type, body)),
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

const all = binary(Uint8Array.from({ length: 256 }, (_, i) => i));

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
  const [topic, payload, qos, , dup, id] = messages.pop() as Message;
  assert.deepEqual([topic, payload, qos, dup], ['in/b', all + all + all, 1, false]);
  assert.ok(id > 0);
  client.puback(id);
  assert.deepEqual(
    published.map((packet) => packet.cmd === 'publish' && binary(packet.payload as Buffer)),
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
  const { client, event, messages, broker } = await withBroker(t, { clean: false });
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
  client.puback((messages[1] as Message)[5]);
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
    user: 'me',
    password: 'secret',
    will: 2,
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
  assert.match(await event('cut'), /^cut 50 y{295} \d+$/);
  await event('publish');
  assert.equal(messages[0]?.[0], 'small');
});

test('nobody listens; a server that is no broker; a broker that comes and goes', async (t) => {
  const { client, event, server, broker, log } = await withBroker(t, { keepAlive: 1 });
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
