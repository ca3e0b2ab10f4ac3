/**
 * Every status, caused for real: emulated boards with the built bundles, a
 * broker that is told how to answer, Wi-Fi and wires that fail. What counts is
 * what the handler on the host hears.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import mqttPacket from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import { Status } from '../../shared/status';
import { readBundle, startWorld } from '../rig/world';
import type { Address, World, WorldOptions } from '../rig/world';

/** Milliseconds for what takes a few seconds on an idle PC. */
const SOON = 60_000;

/** Tells each status that its handler hears; the options are those of the case. */
const HOST = `
  var m = require("mqttlink"), Storage = require("Storage");
  var options = Storage.readJSON("options"), pins = Storage.readJSON("pins.json");
  Object.keys(pins).forEach(function (name) { pins[name] = Pin(pins[name]); });
  if (options.persist) [65536, 8192, 512, 4].forEach(function (size) {
    for (var n = 0; ; n++) try { Storage.write(size + "." + n, new Uint8Array(size).fill(65)); } catch (e) { break; }
  });
  options.userStart = function (link) {
    link.subscribe("s", function () {}, 1);
    link.command("mem");
  };
  m.MQTTLink.will("will", "gone");
  var link = new m.MQTTLink(pins, Storage.readJSON("net.json"), options);
  link.statusHandler(function (link, status, detail) {
    print("STATUS", status, detail);
    return m.defaultStatusHandler(link, status, detail);
  });
  setInterval(function () { if (link.pubqLen() < 5) link.publish("t", "x", false, 1); }, 500);`;

interface Scripted {
  readonly address: Address;
  /** To the client, as soon as it is connected for good. */
  send(packet: Packet): void;
  close(): void;
}

/**
 * A broker that gives the connections, one after the other, these answers: a refusal's code, nonsense, or an end right
 * after CONNACK. Then it behaves, but refuses each subscription.
 */
async function scriptedBroker(answers: readonly (number | 'nonsense' | 'end')[]): Promise<Scripted> {
  const left = answers.slice();
  const sockets = new Set<Socket>();
  const waiting: Packet[] = [];
  let current: Socket | undefined;
  const server = createServer((socket) => {
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    const say = (packet: Packet): boolean => socket.write(mqttPacket.generate(packet));
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => parser.parse(data));
    parser.on('error', () => socket.destroy());
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connect') {
        const answer = left.shift();
        if (answer === 'nonsense') socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
        else say({ cmd: 'connack', returnCode: Number(answer) || 0, sessionPresent: false });
        if (answer !== undefined) return void setTimeout(() => socket.end(), 300);
        current = socket;
        waiting.splice(0).forEach(say);
      } else if (packet.cmd === 'subscribe')
        say({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [0x80] });
      else if (packet.cmd === 'publish' && packet.qos)
        say({ cmd: 'puback', messageId: packet.messageId ?? 0 });
      else if (packet.cmd === 'pingreq') say({ cmd: 'pingresp' });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    send: (packet) => (current ? current.write(mqttPacket.generate(packet)) : waiting.push(packet)),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The target with a constant of its messages changed, as of another version of this project. */
async function strangeTarget(from: string, to: string): Promise<string> {
  const result = await build({
    entryPoints: ['target/main.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    external: ['ESP8266', 'Wifi', 'TelnetServer'],
    target: 'es2015',
    charset: 'ascii',
    plugins: [
      {
        name: 'strange',
        setup(it) {
          it.onLoad({ filter: /shared\/messages\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, 'utf8');
            assert.equal(source.split(from).length, 2, `${from} is there once`);
            return { contents: source.replace(from, to), loader: 'ts' };
          });
        },
      },
    ],
  });
  return result.outputFiles[0]?.text ?? '';
}

function packetOf(size: number): Packet {
  return { cmd: 'publish', topic: 's', payload: Buffer.alloc(size, 'x'), qos: 0, dup: false, retain: false };
}

interface Case {
  readonly name: string;
  /** In the order in which each is waited for. */
  readonly causes: readonly (readonly [Status, ((world: World, broker: Scripted) => void)?])[];
  readonly answers?: readonly (number | 'nonsense' | 'end')[];
  readonly options?: object;
  readonly net?: object;
  readonly target?: () => Promise<string>;
}

const CASES: readonly Case[] = [
  {
    name: 'a broker that refuses, talks nonsense, floods; Wi-Fi and target that fail; a full Storage',
    // The pauses between them grow.
    answers: ['end', 'nonsense', 4, 5],
    options: { timeout: 3, netTimeout: 4, persist: true },
    causes: [
      [Status.WILLOK],
      [Status.SPECNET],
      [Status.BROKER_CHECK],
      [Status.BROKER_OK],
      [Status.RUNNING],
      [Status.BROKER_FAIL],
      [Status.BAD_BROKER],
      [Status.REFUSED_LOGIN],
      [Status.REFUSED_AUTH],
      [Status.SUB_FAIL],
      [Status.PUBOK],
      [Status.TOO_LONG, (_world, broker) => broker.send(packetOf(5000))],
      [Status.WIFI_DOWN, ({ pair }) => pair.setAccessPoint(false)],
      [Status.NO_NET],
      [Status.NOT_SAVED],
      [Status.WIFI_UP, ({ pair }) => pair.setAccessPoint(true)],
      [Status.ESP_FAIL, ({ pair }) => pair.hangTarget()],
      // The network was saved when it was joined.
      [Status.DEFNET],
    ],
  },
  {
    name: 'a broker that refuses for other reasons',
    answers: [1, 2, 3],
    causes: [[Status.REFUSED_PROTOCOL], [Status.REFUSED_ID], [Status.REFUSED_SERVER]],
  },
  {
    name: 'no time server',
    // Nobody is there.
    net: { ntpPort: 9 },
    causes: [[Status.NO_TIME]],
  },
  { name: 'a wrong Wi-Fi password', net: { password: 'wrong' }, causes: [[Status.WIFI_FAIL]] },
  { name: 'TLS without the firmware for it', net: { tls: true }, causes: [[Status.NO_TLS]] },
  {
    name: 'a target of another version',
    target: () => strangeTarget('VERSION = 6', 'VERSION = 99'),
    causes: [[Status.BAD_VERSION]],
  },
  {
    name: 'a target that does not know a message',
    target: () => strangeTarget('MEM = 7', 'MEM = 0'),
    causes: [[Status.UNKNOWN]],
  },
];

async function run(one: Case): Promise<void> {
  const broker = await scriptedBroker(one.answers ?? []);
  const heard: Status[] = [];
  const lines: string[] = [];
  const options: WorldOptions = {
    engine: 'emulator',
    app: 'simple',
    hostBundle: HOST,
    hostFiles: {
      mqttlink: readBundle('mqttlink'),
      options: JSON.stringify({ verbose: false, timeout: 5, ...one.options }),
    },
    ...(one.target && { targetBundle: await one.target() }),
    broker: broker.address,
    net: { ...one.net },
    onLine: (board, text) => {
      lines.push(`${board}: ${text}`);
      const status = /^STATUS (\d+)/.exec(text);
      if (board === 'host' && status) heard.push(Number(status[1]));
    },
  };
  const world = await startWorld(options);
  try {
    for (const [status, cause] of one.causes) {
      const from = cause ? heard.length : 0;
      cause?.(world, broker);
      for (const until = Date.now() + SOON; !heard.includes(status, from); await sleep(20)) {
        if (Date.now() > until)
          throw new Error(`no status ${String(status)}; the last lines:\n${lines.slice(-15).join('\n')}`);
      }
    }
  } finally {
    await world.stop();
    broker.close();
  }
}

test('the cases below cause every status there is', () => {
  const source = readFileSync('shared/status.ts', 'utf8');
  const all = [...source.matchAll(/^ {2}[A-Z_]+ = (\d+),$/gm)].map((match) => Number(match[1]));
  // These take a hostile broker, a target that crashes, or one whose memory is full, which the emulator's never is: they are
  // caused in liveness.test.ts, liveness-boards.test.ts, host/closing.test.ts, host/delivery.test.ts and bridge.test.ts.
  const elsewhere = [Status.DROPPED, Status.CRASHED, Status.SUB_LESS, Status.PUB_FAIL];
  const caused = CASES.flatMap(({ causes }) => causes.map(([status]) => status)).concat(elsewhere);
  assert.deepEqual(
    caused.sort((a, b) => a - b),
    all,
  );
  assert.ok(all.length >= 25);
});

describe('statuses', { concurrency: true }, () => {
  for (const one of CASES) test(one.name, () => run(one));
});
