import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMask } from './mask';

const mask = createMask([
  ['SSID', 'home'],
  ['password', 'home sweet home'],
  ['user', 'me'],
  ['broker', 'broker.example'],
  ['time server', undefined],
  ['client', ''],
  ['port', 'a+b(c'],
]);

test('names, passwords and addresses go, the longest first', () => {
  assert.equal(mask('Wi-Fi: join home'), 'Wi-Fi: join <SSID>');
  assert.equal(mask('home sweet home'), '<password>');
  assert.equal(mask('connect to broker.example:1883'), 'connect to <broker>:1883');
  assert.equal(mask('at a+b(c and 192.168.0.12'), 'at <port> and <address>');
  assert.equal(mask('de:ad:BE:ef:00:01'), '<address>');
  assert.equal(mask('it was ESP_1A2B3C, open'), 'it was <access point>, open');
});

test('a short one goes only as a word of its own', () => {
  assert.equal(mask('me, some time'), '<user>, some time');
});

test('figures stay', () => {
  assert.equal(mask('2v29, 1.2 of 4000 at 12:30:45'), '2v29, 1.2 of 4000 at 12:30:45');
});
