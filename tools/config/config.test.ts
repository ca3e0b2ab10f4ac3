/** What the settings files of a user may hold, and what is said of mistakes in them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createSettings, readSettings } from '.';
import { PRESETS, presetByName } from './presets';
import { fromBytes } from './text';

const directory = mkdtempSync(join(tmpdir(), 'settings-'));
after(() => rmSync(directory, { recursive: true }));

const NET = '{ "ssid": "home", "password": "hidden-one",\n  "broker": "192.168.0.9", }';
const PINS = '{ "board": "auto" }';

function settings(net: string, pins = PINS): ReturnType<typeof readSettings> {
  writeFileSync(join(directory, 'net.jsonc'), net);
  writeFileSync(join(directory, 'pins.jsonc'), pins);
  return readSettings(directory);
}

function example(kind: string): string {
  return readFileSync(new URL(`../../host/${kind}.example.jsonc`, import.meta.url), 'utf8');
}

/** With a field's value, or added. */
function with_(field: string, value: unknown): string {
  return JSON.stringify({ ssid: 'home', password: 'hidden-one', broker: 'b', [field]: value }, null, 1);
}

test('a board gets what its files say, comments left out, text as UTF-8', () => {
  const files = settings('// net\n{ "ssid": "Caf\u00e9 \u2615", "password": "", "broker": "b" }').filesFor(
    'PIXLJS',
  );
  assert.equal(
    Buffer.from(files['net.json'], 'latin1').toString(),
    '{"ssid":"Caf\u00e9 \u2615","password":"","broker":"b"}',
  );
  assert.deepEqual(JSON.parse(files['pins.json']), presetByName('Pixl.js')?.pins);
});

test('a program for a board with Wi-Fi may name network and broker itself', () => {
  const bare = settings('{ "compatibility": "wifi", "ssid": "", "interval": 5 }');
  assert.ok(bare.overLink);
  assert.equal(bare.filesFor('PIXLJS')['net.json'], '{"compatibility":"wifi","ssid":"","interval":5}');
  assert.throws(() => settings('{ "compatibility": "wifi-here" }'), /ssid is undefined/);
  assert.ok(!settings(NET).overLink);
});

test('a pin of the file takes the place of the preset’s', () => {
  const files = settings(NET, '{ "board": "Espruino Pico", "srx": "A5" }').filesFor('PICO_R1_3');
  assert.deepEqual(JSON.parse(files['pins.json']), { ...presetByName('Espruino Pico')?.pins, srx: 'A5' });
});

test('a transistor at the reset line is told to the board, and is no pin', () => {
  const files = settings(NET, '{ "board": "auto", "resetInverted": true }');
  const pins = JSON.parse(files.filesFor('PIXLJS')['pins.json']) as object;
  assert.deepEqual(pins, { ...presetByName('Pixl.js')?.pins, resetInverted: true });
  const four =
    '{ "board": "auto", "resetInverted": true, "reset": "A1", "sckout": "A2", "stx": "A3", "srx": "A4" }';
  assert.throws(() => settings(NET, four).filesFor('OWN'), /"auto" knows no pins for the board OWN/);
});

test('all five pins need no preset, on any board', () => {
  const five = { reset: 'A1', sckout: 'A2', stx: 'A3', srx: 'A4', sckin: 'A5' };
  for (const pins of [five, { board: 'auto', ...five }])
    assert.deepEqual(JSON.parse(settings(NET, JSON.stringify(pins)).filesFor('OWN')['pins.json']), five);
});

const REFUSED: readonly (readonly [net: string, pins: string, message: RegExp])[] = [
  [
    with_('brokr', 'b'),
    PINS,
    /net\.jsonc, line 5: settings has no field brokr\. Allowed: ssid.*\. Did you mean broker\?$/,
  ],
  [with_('Keepalive', 1), PINS, /no field Keepalive\..* Did you mean keepAlive\?$/],
  [with_('quite-different', 1), PINS, /no field quite-different\. Allowed: [^?]*$/],
  [with_('port', 70000), PINS, /net\.jsonc, line 5: port is 70000\. Allowed: a whole number, 0 to 65535$/],
  [with_('timeout', 0), PINS, /line 5: timeout is 0\. Allowed: a whole number, 1 to 3600$/],
  [
    with_('dst', [60, 60, 4, 0, 12, 0, 120, 4, 0, 9, 0, 180]),
    PINS,
    /line 5: dst\.startMonth is 12\. Allowed: a whole number, 0 to 11$/,
  ],
  [with_('compatibility', 'Wifi'), PINS, /line 5: compatibility is "Wifi"\. Allowed: "wifi" or "wifi-here"$/],
  [with_('interval', 'often'), PINS, /line 5: interval is "often"\. Allowed: seconds, 1 to 86400$/],
  [with_('ssid', ''), PINS, /line 2: ssid is ""\. Allowed: a string of 1 to 31 bytes$/],
  [with_('ssid', '\u2615'.repeat(11)), PINS, /ssid is .*1 to 31 bytes$/],
  [
    with_('broker', 'mqtt://b'),
    PINS,
    /broker is "mqtt:\/\/b"\. Allowed: a host name or IPv4 address, which a colon and a port, 1 to 65535, may follow$/,
  ],
  [
    '{ "ssid": "home", "broker": "b" }',
    PINS,
    /net\.jsonc: password is undefined\. Allowed: a string of 0 to 63 bytes$/,
  ],
  [NET.replace('",\n', '"\n'), PINS, /net\.jsonc, line 2: there must be a comma before this$/],
  [NET.replace('9"', '9'), PINS, /net\.jsonc, line 2: the closing " of a string is missing$/],
  ['', PINS, /net\.jsonc, line 1: /],
  ['[]', PINS, /net\.jsonc, line 1: an object in \{ \} is expected$/],
  [
    NET.replace('{', '{ "ssid": "x",'),
    PINS,
    /line 1: ssid is there twice, first in line 1: keep one of each$/,
  ],
  [
    '{ "ssid": "a",\n "password": "",\n "broker": "b",\n "ssid": "c",\n "password": "d" }',
    PINS,
    /line 4: ssid is there twice, first in line 1; so are password in lines 2 and 5: keep one of each$/,
  ],
  [
    with_('broker', '192.168.0.999'),
    PINS,
    /line 4: broker is "192\.168\.0\.999"\. Allowed: a host name, or an IPv4 address of four numbers, 0 to 255 each$/,
  ],
  [with_('broker', ['b', '192.168.0:1884']), PINS, /line 4: broker is "192\.168\.0:1884"\. Allowed: .*IPv4/],
  [with_('ntpServer', '1.2.3'), PINS, /line 5: ntpServer is "1\.2\.3"\. Allowed: .*IPv4/],
  [
    with_('maxMessage', 4096),
    PINS,
    /line 5: maxMessage is 4096\. Allowed: a whole number, 128 to 1024, which is what the target takes$/,
  ],
  [with_('port', 8883), PINS, /line 5: port is 8883, where brokers speak TLS only: set "tls" to true/],
  [with_('broker', 'b:8883'), PINS, /line 4: broker is 8883, where brokers speak TLS only/],
  [
    NET,
    '{ "board": "Espruino Piko" }',
    /pins\.jsonc, line 1: board is "Espruino Piko"\. Allowed: auto, .*Did you mean Espruino Pico\?$/,
  ],
  [
    NET,
    '{ "board": "auto", "srxx": "B1" }',
    /pins\.jsonc, line 1: pins has no field srxx\. .*Did you mean srx\?$/,
  ],
  [
    NET,
    '{ "board": "auto", "resetInverted": 1 }',
    /pins\.jsonc, line 1: resetInverted is 1\. Allowed: true or false$/,
  ],
  [NET, '{ "reset": "A1" }', /pins\.jsonc: pin sckout is missing$/],
  [
    NET,
    '{ "board": "ESP32", "srx": "D32" }',
    /pins\.jsonc, line 1: pin srx is "D32"\. Allowed: a pin of its own; this is reset too$/,
  ],
];

for (const [net, pins, message] of REFUSED) {
  test(`one line: ${message.source}`, () => {
    assert.throws(
      () => settings(net, pins),
      (error: Error) => message.test(error.message) && !error.message.includes('\n'),
    );
  });
}

test('a password is in no message', () => {
  for (const wrong of ['x'.repeat(65) + 'hidden-one', 5, null]) {
    assert.throws(
      () => settings(with_('password', wrong)),
      (error: Error) =>
        /^[^x5]*password is /.test(error.message.slice(error.message.indexOf('line'))) &&
        !/hidden-one/.test(error.message),
    );
  }
  assert.throws(
    () => settings(with_('mqttPassword', 'hidden-two')),
    (error: Error) => !/hidden-two/.test(error.message),
  );
});

test('the pins of another board are refused, and an unknown board has none', () => {
  const pico = settings(NET, '{ "board": "Espruino Pico" }');
  assert.throws(() => pico.filesFor('ESP32'), /has the pins of board "Espruino Pico", but .* is "ESP32"/);
  assert.throws(
    () => settings(NET).filesFor('OWN'),
    /"auto" knows no pins for the board OWN\. Name all five/,
  );
});

test('the examples become the files that are missing, and name every field with its default', () => {
  const place = mkdtempSync(join(directory, 'new-'));
  assert.equal(createSettings(place).length, 2);
  assert.deepEqual(readdirSync(place).sort(), ['net.jsonc', 'pins.jsonc']);
  assert.deepEqual(createSettings(place), []);
  assert.throws(() => readSettings(place), /ssid is ""/);

  // Every line that is no prose, taken as it stands, is accepted.
  const bare = example('net').replace(/^ {2}\/\/ (?=")/gm, '  ');
  const filled = bare.replace('"ssid": ""', '"ssid": "home"').replace('"broker": ""', '"broker": "b"');
  // These two are not for one file.
  for (const one of ['localTimeOffset', 'dst']) {
    const rest = filled.replace(new RegExp(`^ {2}"${one}": .*\\n`, 'm'), '');
    assert.notEqual(rest, filled);
    settings(rest).filesFor('ESP32');
  }
  for (const source of ['settings', 'net-file']) {
    const text = readFileSync(new URL(`../../host/${source}.ts`, import.meta.url), 'utf8');
    const [, names] = /\b(?:SETTINGS|OPTIONS)\s*=\s*((?:'[^']*'[\s+]*)+)/.exec(text) ?? [];
    for (const name of names?.match(/\w+/g) ?? assert.fail(source))
      if (!['userStart', 'args'].includes(name)) assert.match(bare, new RegExp(`^ {2}"${name}": `, 'm'));
  }
});

test('the table of host/README.md has the pins of the presets', () => {
  const readme = readFileSync(new URL('../../host/README.md', import.meta.url), 'utf8');
  for (const { name, pins } of PRESETS) {
    const { reset, sckout, stx, srx, sckin } = pins;
    const row = [name, reset, sckout, stx, srx, sckin]
      .map((cell) => cell.replace(/[()]/g, '\\$&'))
      .join(' *\\| *');
    assert.match(readme, new RegExp(`^\\| *${row} *\\|$`, 'm'));
  }
});

test('what only looks odd is taken', () => {
  for (const [field, value] of [
    ['broker', '192.168.0.255:1884'],
    ['broker', '4you.example'],
    ['maxMessage', 1024],
  ] as const)
    assert.ok(settings(with_(field, value)), field);
  const net = JSON.stringify({ ssid: 'h', password: '', broker: 'b', port: 8883, tls: true });
  assert.ok(settings(net));
});

test('a file that is not UTF-8 is told of by its line, and a name outside ASCII is shown as it is', () => {
  const write = (bytes: Buffer): void => writeFileSync(join(directory, 'net.jsonc'), bytes);
  const text = '{ "password": "",\n "ssid": "B\u00fcro",\n "broker": "b" }';
  writeFileSync(join(directory, 'pins.jsonc'), PINS);
  write(Buffer.from(text, 'latin1'));
  assert.throws(
    () => readSettings(directory),
    /net\.jsonc, line 2: a letter here is not UTF-8, as in a file in Latin-1 or "ANSI": save the file as UTF-8$/,
  );
  write(Buffer.from('\ufeff' + text, 'utf16le'));
  assert.throws(() => readSettings(directory), /net\.jsonc, line 1: this is UTF-16 text: save /);
  write(Buffer.from(text.replace('B\u00fcro', 'B\u00fcro '.repeat(9))));
  assert.throws(() => readSettings(directory), /line 2: ssid is "B\u00fcro B\u00fcro .*1 to 31 bytes$/);
  assert.equal(fromBytes('B\u00c3\u00bcro'), 'B\u00fcro');
  assert.equal(fromBytes('B\u00fcro'), 'B\u00fcro');
});
