/** An MQTTLink that goes on with other settings: brokers that come later, another broker, another network, a will. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostBench, HELLO, NET, PINS } from '../tools/test-doubles/host-bench';
import { decodeConnect, decodeInit } from '../shared/messages';
import { Status } from '../shared/status';
import { createMQTTLink } from './mqttlink';
import type { MQTTLink, MQTTLinkOptions } from './mqttlink';

async function waiting() {
  const bench = new HostBench();
  const MQTTLink = createMQTTLink(bench.board);
  const told: string[] = [];
  const make = (net: object, options: MQTTLinkOptions): MQTTLink =>
    new MQTTLink(PINS, { ...NET, ...net }, { verbose: false, netTimeout: 0, ...options });
  const link = make({ broker: [] }, { link: null });
  link.statusHandler((_link, status, detail) => void told.push(`${String(status)} ${detail}`.trim()));
  await bench.begin();
  bench.take();
  return { MQTTLink, bench, link, make, told };
}

test('without a broker Wi-Fi is joined and told, and nothing else happens, for hours', async () => {
  const { bench, link, told } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  await bench.pass(4 * 3600_000);
  assert.deepEqual([bench.take(), link.wifi(), link.running()], [[], true, false]);
  assert.deepEqual(told, [String(Status.BROKER_CHECK)]);
  assert.deepEqual(bench.levels, [0, 1], 'the target is left alone');
  bench.status(Status.WIFI_DOWN, 'home');
  bench.status(Status.WIFI_UP, 'home');
  assert.deepEqual(told.slice(1), [`${String(Status.WIFI_DOWN)} home`, `${String(Status.WIFI_UP)} home`]);
});

test('with the next settings it connects at once, without a reset; what waited goes out', async () => {
  const { bench, link, make } = await waiting();
  link.publish('a', 'b', false, 1);
  bench.status(Status.WIFI_UP, 'home');
  await bench.pass(1000);
  make({ broker: ['other:1900', 'second'], clientId: 'me', mqttUser: 'u' }, { link });
  await bench.pass(0);
  assert.deepEqual(bench.take(), ['CONNECT other']);
  assert.equal(decodeConnect(bench.raw)?._port, 1900);
  bench.connack();
  assert.deepEqual(bench.take(), ['PUBLISH a b 2 1']);
  assert.deepEqual(bench.levels, [0, 1]);
});

test('another broker: the connection ends first; what was not acknowledged goes to the other one', async () => {
  const { bench, link, make } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  make({}, { link });
  await bench.connect(false);
  link.subscribe('s', () => {});
  bench.take();
  link.publish('a', 'b', false, 1);
  make({ broker: 'other' }, { link });
  make({ broker: 'third' }, { link });
  assert.deepEqual(bench.take(), ['PUBLISH a b 2 2', 'LEAVE']);
  assert.equal(link.running(), false);
  bench.drop('no room');
  await bench.pass(3000);
  assert.deepEqual(bench.take(), ['CONNECT third']);
  bench.connack();
  assert.deepEqual(bench.take(), ['SUBSCRIBE s 0 3', 'PUBLISH a b 2 2']);
});

test('no broker again, and one again: it goes there without a pause, though the list was empty meanwhile', async () => {
  const { bench, link, make } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  for (let i = 0; i < 3; i++) {
    make({ broker: ['one', 'two'] }, { link });
    await bench.pass(0);
    assert.deepEqual(bench.take(), ['CONNECT one']);
    bench.connack();
    await bench.pass(15_000);
    make({ broker: [] }, { link });
    assert.deepEqual(bench.take(), ['LEAVE']);
    bench.drop('no room');
    await bench.pass(120_000);
    assert.deepEqual(bench.take(), []);
  }
});

test('another network: the target is reset, and gets the new one', async () => {
  const { bench, link, make } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  make({}, { link });
  await bench.connect(false);
  bench.take();
  make({ ssid: 'away' }, { link });
  assert.equal(link.wifi(), false);
  assert.deepEqual(bench.levels, [0, 1, 0]);
  await bench.begin();
  assert.equal(decodeInit(bench.raw)?._ssid, 'away');
  bench.take();
  await bench.reach();
  assert.ok(link.running());
});

test('settings that are wrong change nothing, and who names no link makes none', async () => {
  const { bench, link, make, MQTTLink } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  assert.throws(() => make({ ssid: '' }, { link }), /ssid is ""/);
  assert.throws(() => make({}, { link: null }), /there is an MQTTLink already/);
  assert.throws(() => new MQTTLink(PINS, { ...NET, broker: [] }), /there is an MQTTLink already/);
  assert.throws(
    () => new (createMQTTLink(new HostBench().board))(PINS, { ...NET, broker: [] }),
    /broker is \[\]/,
  );
  make({}, { link });
  await bench.connect(false);
  assert.ok(link.running());
});

test('a will holds from the next settings on, and is sent again before each connection', async () => {
  const { bench, link, make, MQTTLink } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  make({}, { link });
  await bench.connect(false);
  bench.take();
  assert.throws(() => MQTTLink.will('w', 'gone'), /before new MQTTLink/);
  MQTTLink.will('w', 'gone', true, 1, link);
  make({}, { link });
  assert.deepEqual(bench.take(), ['LEAVE']);
  bench.drop('no room');
  await bench.pass(3000);
  assert.deepEqual(bench.take(), ['WILL w gone', 'CONNECT broker']);
  assert.equal(decodeConnect(bench.raw)?._head.charCodeAt(7), 0x2e);
  bench.status(Status.WILLOK);
  bench.connack();
  assert.ok(link.running());
  assert.deepEqual(bench.take(), []);
  bench.drop();
  await bench.pass(3000);
  assert.deepEqual(bench.take(), ['WILL w gone', 'CONNECT broker']);
});

test('settings that come before the target has said HELLO are those that it gets', async () => {
  const bench = new HostBench();
  const MQTTLink = createMQTTLink(bench.board);
  const link = new MQTTLink(PINS, { ...NET, broker: [] }, { verbose: false, link: null });
  await bench.pass(50);
  new MQTTLink(PINS, { ...NET, ssid: 'away' }, { verbose: false, link });
  await bench.pass(100);
  bench.up();
  bench.message(HELLO);
  assert.equal(decodeInit(bench.raw)?._ssid, 'away');
  assert.deepEqual(bench.levels, [0, 0, 1]);
});

test('a callback is told that its subscription was granted, and gets a message once that two of its filters match', async () => {
  const { bench, link, make } = await waiting();
  bench.status(Status.WIFI_UP, 'home');
  make({}, { link });
  await bench.connect(false);
  bench.take();
  const got: string[] = [];
  const take = Object.assign((topic: string) => void got.push(topic), {
    granted: () => void got.push('granted'),
  });
  link.subscribe('a/+', take, 1);
  link.subscribe('a/#', take);
  link.subscribe('none', take);
  const [first = 0, second = 0, third = 0] = bench.ids('SUBSCRIBE');
  bench.suback(first, 1);
  bench.suback(second);
  bench.suback(third, 128);
  assert.deepEqual(got.splice(0), ['granted', 'granted']);
  bench.deliver('a/b', '');
  assert.deepEqual(got.splice(0), ['a/b']);
  const each = (topic: string) => void got.push(topic);
  link.subscribe('b/+', each);
  link.subscribe('b/#', each);
  bench.deliver('b/c', '');
  assert.deepEqual(got, ['b/c', 'b/c'], 'any other callback is called for each filter');
});
