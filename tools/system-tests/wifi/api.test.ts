/** What programs for boards with Wi-Fi call beside the usual, over the link, on the emulator: answers, refusals, events. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CompileError, compileApplication } from '../../compiler';
import { createBroker } from '../../rig/network/broker';
import { NETWORK, startWorld } from '../../rig/world';
import { listenTo } from './broker-ear';

const folder = mkdtempSync(join(tmpdir(), 'wifi-'));
const stops: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true });
});

function compile(name: string, text: string) {
  const entry = join(folder, name);
  writeFileSync(entry, text);
  return compileApplication({ entry, overLink: true, board: 'PICO_R1_3' });
}

/** Runs a program until it prints `end`. @returns what it printed, but for statuses, and what the broker heard */
async function run(
  text: string,
  net: Readonly<Record<string, unknown>>,
): Promise<{ lines: string[]; heard: string[] }> {
  const { code, files } = await compile('program.js', text);
  const broker = createBroker();
  await broker.start();
  stops.push(() => broker.stop());
  const ear = await listenTo(broker.port);
  stops.push(() => ear.close());
  const lines: string[] = [];
  const world = await startWorld({
    engine: 'emulator',
    app: 'simple',
    hostBundle: code.replaceAll('PORT', String(ear.port)),
    hostFiles: files,
    broker: { host: '127.0.0.1', port: ear.port },
    net,
    onLine: (board, line) => {
      if (board === 'host' && !/^\d\d:\d\d:\d\d /.test(line)) lines.push(line);
    },
  });
  stops.push(() => world.stop());
  for (const end = Date.now() + 60_000; !lines.includes('end');) {
    assert.ok(Date.now() < end, lines.join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const heard = ear.packets.map((packet) =>
    packet.cmd === 'publish'
      ? `publish ${packet.topic} ${String(packet.payload)}`
      : packet.cmd === 'connect'
        ? `connect ${packet.clientId}`
        : packet.cmd,
  );
  return { lines, heard };
}

test('Wi-Fi that the program does not join itself, its answers, its refusals, and its other names', async () => {
  const { lines } = await run(
    `
    var wifi = require('EspruinoWiFi');
    print('same', wifi === require('Wifi'), wifi.getStatus().station, wifi.getIP().ip);
    ['startAP', 'scan', 'ping', 'getHostByName', 'setIP', 'setAPIP'].forEach(function (name) {
      try { wifi[name]('x', {}, function () {}); print('not refused ' + name); }
      catch (e) { print(name, e.message.indexOf('There is no access point, no scan') > 0); }
    });
    try { wifi.connect(5); } catch (e) { print(e.message); }
    try { wifi.setSNTP('pool', 'x'); } catch (e) { print(e.message); }
    wifi.setHostname('garden', function () { wifi.getHostname(function (name) { print('name', name); }); });
    wifi.on('associated', function (details) { print('associated', details.ssid); });
    wifi.on('disconnected', function (details) { print('disconnected', details.ssid, details.reason); });
    wifi.on('connected', function () {
      print('connected', wifi.getStatus().station, wifi.getDetails().status);
      wifi.getIP(function (err, ip) {
        print('ip', err, ip.ip);
        wifi.save();
        print('saved', wifi.getStatus().savedMode);
        wifi.save('clear');
        wifi.disconnect(function () {
          print('off', wifi.getStatus().mode, wifi.getIP().ip);
          wifi.removeAllListeners('connected');
          require('ESP8266WiFi_0v25').connect(undefined, function (err) {
            print('at', err);
          }).connect('emulated', 'not-a-secret', function (err) { print('again', err); print('end'); });
        });
      });
    });
    `,
    { compatibility: 'wifi' },
  );
  assert.deepEqual(lines, [
    'same true off 0.0.0.0',
    ...['startAP', 'scan', 'ping', 'getHostByName', 'setIP', 'setAPIP'].map((name) => `${name} true`),
    'No SSID provided',
    'Zone is not a number',
    'name garden',
    `associated ${NETWORK.ssid}`,
    'connected connected connected',
    'ip null unknown',
    'saved sta',
    `disconnected ${NETWORK.ssid} assoc_leave`,
    'off off 0.0.0.0',
    'at null',
    `associated ${NETWORK.ssid}`,
    'again null',
    'end',
  ]);
});

test('MQTT: a broker that the program names, QoS 1 before it is there, what is refused, and a second client', async () => {
  const { lines, heard } = await run(
    `
    var wifi = require('Wifi');
    var MQTT = require('MQTT');
    var first = (new require('MQTT')).create('127.0.0.1', { client_id: 'first', port: PORT });
    var second;
    first.publish('t', 'nobody listens');
    first.on('error', function (text) { print('error', text); });
    try { first.connect({ write: 1 }); } catch (e) { print(e.message); }
    first.connect();
    first.publish('t', 'dropped');
    first.publish('t', 'kept', { qos: 1 });
    first.on('ping_reply', function () { print('ping'); });
    first.on('unsubscribed', function () { print('unsubscribed'); });
    first.on('disconnected', function () {
      print('gone', first.connected);
      second.connect();
    });
    first.on('connected', function () {
      first.ping();
      first.publish('t', 5, { qos: 1 });
      first.publish('t/#', 'x');
      first.subscribe(['a', 'b'], { qos: 1 });
      first.unsubscribe('a');
      second = MQTT.create('127.0.0.1', { client_id: 'second', port: PORT });
      second.on('error', function (text) { print('second', text.split(':')[0]); });
      second.on('connected', function () {
        second.publish('t', 'from the second', { qos: 1 });
        second.on('puback', function () { print('end'); });
      });
      second.connect();
      first.publish('t', 'last words');
      first.disconnect();
    });
    wifi.connect('emulated', { password: 'not-a-secret' }, function (err) { print('joined', err); });
    `,
    { compatibility: 'wifi', ssid: 'of somebody else' },
  );
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('MQTT: ')),
    [
      'joined null',
      'ping',
      'error topic is "t/#". Allowed: no wildcards, + and #, which are for subscriptions',
      'unsubscribed',
      'second the link goes to one broker, and another client has it',
      'gone false',
      'end',
    ],
  );
  assert.ok(lines.includes('MQTT: the link connects by itself, and takes no socket'));
  assert.deepEqual(
    heard.filter((one) => /^(connect|publish|disconnect)/.test(one)),
    [
      'connect first',
      'publish t kept',
      'publish t 5',
      'publish t last words',
      'disconnect',
      'connect second',
      'publish t from the second',
    ],
  );
});

test('what wants a socket is refused where it is required', async () => {
  await assert.rejects(
    compile('socket.js', "print(1);\nvar http = require('http');\nhttp.get('x', print);\n"),
    (error: CompileError) => {
      assert.match(
        error.message,
        /socket\.js:2:\d+: require\("http"\): the link carries MQTT and no sockets\. Publish/,
      );
      return error instanceof CompileError;
    },
  );
});
