/**
 * Programs that were written for a board with Wi-Fi, unchanged: on two boards and the link, and on an interpreter with
 * Wi-Fi and Espruino's own modules. What the broker hears of them has to be the same.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import type { Packet } from 'mqtt-packet';
import { compileApplication } from '../../compiler';
import { createEspruinoPair, findEspruino, haveNativeWires } from '../../rig/engines/espruino';
import { createAccessPoint } from '../../rig/network/access-point';
import { createBroker } from '../../rig/network/broker';
import { ENGINES, startWorld } from '../../rig/world';
import type { Engine } from '../../rig/world';
import { listenTo } from './broker-ear';
import type { Ear } from './broker-ear';

/** For what takes some seconds on an idle PC, ms. */
const SOON = 60_000;

/** A folder with Espruino's own `MQTT.js` and `tinyMQTT.js`, which are not ours to pass on. */
const OWN = process.env['ESPRUINO_MODULES'] ?? '';

/** What runs a program. */
type Where = Engine | 'wifi';

const AUTH = { user: 'gardener', password: 'mow' };

interface Running {
  readonly lines: string[];
  stop(): Promise<unknown>;
}

const open: { stop(): Promise<unknown> }[] = [];
after(async () => {
  for (let last = open.pop(); last; last = open.pop()) await last.stop();
});

function pathOf(program: string): string {
  return fileURLToPath(new URL(`../../../host/compat/programs/${program}.js`, import.meta.url));
}

/** On two boards, as the command puts it there. */
async function onLink(engine: Engine, program: string, ear: Ear, guarded: boolean): Promise<Running> {
  const lines: string[] = [];
  const { code, files, warnings } = await compileApplication({ entry: pathOf(program), overLink: true });
  // What the language's helpers take may be told, and nothing else.
  assert.deepEqual(
    warnings.filter(({ text }) => !text.startsWith('what Espruino lacks takes about')),
    [],
  );
  const world = await startWorld({
    engine,
    app: 'simple',
    nativeWires: engine === 'espruino' && haveNativeWires(),
    hostBundle: code,
    hostFiles: files,
    broker: { host: '127.0.0.1', port: ear.port },
    net: {
      compatibility: 'wifi-here',
      ...(guarded && { mqttUser: AUTH.user, mqttPassword: AUTH.password }),
    },
    onLine: (board, line) => {
      if (board === 'host') lines.push(line);
    },
  });
  return { lines, stop: () => world.stop() };
}

/**
 * On an interpreter that has Wi-Fi as an ESP8266 has, by the stand-in for the target, and the modules that Espruino
 * provides. Whatever address the program names leads to the broker.
 */
async function onWifi(program: string, ear: Ear): Promise<Running> {
  const lines: string[] = [];
  const code = readFileSync(pathOf(program), 'latin1');
  const module = (name: string): string => readFileSync(join(OWN, `${name}.js`), 'latin1');
  const accessPoint = createAccessPoint();
  const [, ssid = ''] = /SSID = '(.*)'|connect\('(.*?)'/.exec(code)?.filter(Boolean) ?? [];
  const pair = createEspruinoPair({
    storage: {
      host: { '.bootcde': ' ' },
      target: {
        '.boot1':
          `global.$net=require("net");Modules.addCached("net",function(){exports.connect=function(to,run){` +
          `return $net.connect({host:"127.0.0.1",port:${String(ear.port)}},run)}})`,
        '.bootcde': code,
        MQTT: module('MQTT'),
        tinyMQTT: module('tinyMQTT'),
      },
    },
    // Each of the programs has this password.
    wifi: { ssid, password: 'nobody-knows' },
    accessPoint,
    onLine: (board, line) => {
      if (board === 'target') lines.push(line);
    },
  });
  await pair.start();
  return {
    lines,
    async stop() {
      await pair.stop();
      await accessPoint.close();
    },
  };
}

/** A packet in words; `own` leaves out what a board is free to choose. */
function words(packet: Packet): string | undefined {
  switch (packet.cmd) {
    case 'connect':
      return `CONNECT keepalive ${String(packet.keepalive)} clean ${String(packet.clean)} user ${packet.username ?? ''}`;
    case 'publish':
      return `PUBLISH ${packet.topic} ${packet.payload.toString()} ${String(packet.qos)}${packet.retain ? ' retained' : ''}`;
    case 'subscribe':
      return packet.subscriptions.map(({ topic, qos }) => `SUBSCRIBE ${topic} ${String(qos)}`).join(' ');
    default:
      return undefined;
  }
}

interface Bench extends Running {
  readonly ear: Ear;
  readonly client: MqttClient;
  /** What the broker has heard, in words. */
  heard(): string[];
  /** Until it has heard that so many times, or the program has printed it. */
  hears(text: string, times?: number): Promise<void>;
  prints(text: string, times?: number): Promise<void>;
}

async function bench(where: Where, program: string, guarded = true): Promise<Bench> {
  const broker = createBroker(guarded ? { auth: AUTH } : {});
  await broker.start();
  open.push({ stop: () => broker.stop() });
  const ear = await listenTo(broker.port);
  open.push({ stop: () => ear.close() });
  const client = await connectAsync(broker.url, { username: AUTH.user, password: AUTH.password });
  open.push({ stop: () => client.endAsync(true) });
  const running = await (where === 'wifi' ? onWifi(program, ear) : onLink(where, program, ear, guarded));
  open.push(running);
  const heard = (): string[] => ear.packets.flatMap((packet) => words(packet) ?? []);
  async function until(what: string, done: () => boolean): Promise<void> {
    for (const end = Date.now() + SOON; !done(); await new Promise((resolve) => setTimeout(resolve, 20)))
      assert.ok(
        Date.now() < end,
        `${what}. The broker heard:\n${heard().join('\n')}\nThe program printed:\n${running.lines.join('\n')}`,
      );
  }
  const count = (all: readonly string[], text: string): number => all.filter((one) => one === text).length;
  return {
    ...running,
    ear,
    client,
    heard,
    hears: (text, times = 1) => until(`not heard: ${text}`, () => count(heard(), text) >= times),
    prints: (text, times = 1) => until(`not printed: ${text}`, () => count(running.lines, text) >= times),
    async stop() {
      for (let last = open.pop(); last; last = open.pop()) await last.stop();
    },
  };
}

/** Espruino's own tinyMQTT loses a message that comes in one piece with an acknowledgement. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

/** What the program prints, without the statuses that the library adds. */
function printed({ lines }: Running): string[] {
  return lines.filter((line) => !/^\d\d:\d\d:\d\d /.test(line));
}

const WHERE: readonly Where[] = [...ENGINES, 'wifi'];

for (const where of WHERE) {
  const skip =
    where !== 'emulator' && !findEspruino()
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : where === 'espruino' && !haveNativeWires()
        ? 'no Espruino interpreters with wires of their own, without which this takes minutes'
        : where === 'wifi' && !existsSync(join(OWN, 'MQTT.js'))
          ? 'no folder with Espruino’s own MQTT.js and tinyMQTT.js: name one in ESPRUINO_MODULES'
          : false;

  describe(`on ${where === 'wifi' ? 'a board with Wi-Fi' : `the link, engine ${where}`}`, { skip }, () => {
    test('a sensor that connects in the callback of Wi-Fi', async () => {
      // It names no user, so the broker asks for none.
      const { heard, hears, stop, ear, ...running } = await bench(where, 'sensor', false);
      await hears('PUBLISH garden/count 5 0 retained');
      const expected = ['CONNECT keepalive 120 clean true user '];
      for (let n = 1; n <= 5; n++)
        expected.push(
          `PUBLISH garden/temperature 20.${String(n)} 0`,
          `PUBLISH garden/count ${String(n)} 0 retained`,
        );
      assert.deepEqual(heard().slice(0, expected.length), expected);
      const [connect] = ear.packets;
      assert.equal(connect?.cmd === 'connect' && connect.clientId, 'thermometer');
      assert.match(printed({ ...running, stop })[0] ?? '', /^Wi-Fi is connected, the network is \d+ long$/);
      assert.deepEqual(printed({ ...running, stop }).slice(1), ['connected true']);
      await stop();
    });

    test('a switch that is told by messages, and comes back after an outage', async () => {
      const { heard, hears, prints, client, ear, stop, ...running } = await bench(where, 'switch');
      await hears('PUBLISH garden/lamp off 1 retained');
      await prints('puback true');
      client.publish('garden/lamp/set', 'on', { qos: 1 });
      await hears('PUBLISH garden/lamp on 1 retained');
      client.publish('garden/all', 'toggle');
      await hears('PUBLISH garden/lamp off 1 retained', 2);
      await prints('puback true', 3);
      const first = [
        'CONNECT keepalive 60 clean true user gardener',
        'SUBSCRIBE garden/lamp/set 1',
        'SUBSCRIBE garden/all 0',
        'PUBLISH garden/lamp/there yes 0 retained',
        'PUBLISH garden/lamp off 1 retained',
        'PUBLISH garden/lamp on 1 retained',
        'PUBLISH garden/lamp off 1 retained',
      ];
      assert.deepEqual(heard(), first);
      ear.setOpen(false);
      await prints('disconnected');
      ear.setOpen(true);
      await hears('CONNECT keepalive 60 clean true user gardener', 2);
      await hears('PUBLISH garden/lamp off 1 retained', 3);
      await prints('subscribed', 4);
      client.publish('garden/lamp/set', 'on', { qos: 1 });
      await hears('PUBLISH garden/lamp on 1 retained', 2);
      await prints('puback true', 5);
      const again = heard()
        .slice(first.length)
        .filter((one) => !one.startsWith('CONNECT'));
      // Subscriptions are renewed, and the program subscribes as well.
      assert.deepEqual(
        again.filter((one, n) => again.indexOf(one) === n),
        [...first.slice(1, 4), first[4], 'PUBLISH garden/lamp on 1 retained'],
      );
      const lines = printed({ ...running, stop });
      assert.equal(lines[0], 'address string');
      assert.deepEqual(
        lines.filter((line) => /^(got|message|error)/.test(line)),
        [
          'got garden/lamp/set on 1 0',
          'message garden/lamp/set on',
          'got garden/all toggle 0 0',
          'message garden/all toggle',
          'got garden/lamp/set on 1 0',
          'message garden/lamp/set on',
        ],
      );
      await stop();
    });

    test('a report by tinyMQTT, over an outage', async () => {
      const { heard, hears, client, ear, stop, ...running } = await bench(where, 'report');
      await hears('SUBSCRIBE garden/ask 1');
      await hears('PUBLISH garden/report connection 1 0 retained');
      await pause();
      client.publish('garden/ask', 'hello');
      await hears('PUBLISH garden/answer hello to you, 10 0 retained');
      assert.deepEqual(heard(), [
        'CONNECT keepalive 65535 clean false user gardener',
        'SUBSCRIBE garden/ask 1',
        'PUBLISH garden/report connection 1 0 retained',
        'PUBLISH garden/answer hello to you, 10 0 retained',
      ]);
      ear.setOpen(false);
      await pause();
      ear.setOpen(true);
      await hears('PUBLISH garden/report connection 2 0 retained');
      await pause();
      client.publish('garden/ask', 'again');
      await hears('PUBLISH garden/answer again to you, 10 0 retained');
      const lines = printed({ ...running, stop });
      assert.deepEqual(lines.slice(0, 3), ['connected', 'published', 'published']);
      await stop();
    });
  });
}
