/** What an application says of its configuration when that is wrong, and how it starts when it is right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../tools/simulation/device-globals';

const PINS = { reset: 'D4', sckout: 'D5', stx: 'D6', srx: 'D7', sckin: 8 };
const NET = { ssid: 'home', password: 'hidden', broker: 'broker' };

let files: Record<string, string> = {};
let printed: string[] = [];
const globals: Record<string, unknown> = {
  require: () => ({ readJSON: (name: string) => (name in files ? JSON.parse(files[name]) : undefined) }),
  // Espruino gives `undefined` for what is no pin; the emulator throws.
  Pin: (value: unknown) => {
    if (typeof value === 'number' && value >= 0 && value < 32) return value;
    if (value === 'Q9') throw new Error('Invalid pin');
    const pin = /^D(\d+)$/.exec(String(value));
    return pin ? Number(pin[1]) : undefined;
  },
  digitalRead: () => 0,
  getTime: () => 0,
  setTime: () => {},
  clearWatch: () => {},
  digitalWrite: () => {},
  print: (line: string) => printed.push(line),
  // Whatever the board's part does first: the configuration has been accepted.
  pinMode: () => {
    throw new Error('accepted');
  },
};
Object.assign(globalThis, globals);
Object.assign((globalThis as unknown as { E: object }).E, { setTimeZone: () => undefined });

// It looks at the board when it is loaded.
const { launch } = await import('./launch');

function say(pins: unknown, net: unknown): string[] {
  files = {};
  printed = [];
  if (pins !== undefined) files['pins.json'] = typeof pins === 'string' ? pins : JSON.stringify(pins);
  if (net !== undefined) files['net.json'] = typeof net === 'string' ? net : JSON.stringify(net);
  assert.equal(
    launch(() => assert.fail('started')),
    undefined,
  );
  return printed;
}

const CASES: [pins: unknown, net: unknown, line: RegExp][] = [
  [undefined, NET, /^pins\.json: missing, or not a JSON object$/],
  [PINS, undefined, /^net\.json: missing, or not a JSON object$/],
  ['5', NET, /^pins\.json: missing, or not a JSON object$/],
  ['{', NET, /^pins\.json: .*JSON/],
  [PINS, '{"ssid":', /^net\.json: .*JSON/],
  [{ ...PINS, srx: 'D5' }, NET, /^pins\.json: pin srx is 5\. Allowed: a pin of its own; this is sckout too$/],
  [{ ...PINS, srx: 'X1' }, NET, /^pins\.json: srx is "X1"\. Allowed: a pin of this board$/],
  [{ ...PINS, srx: 'Q9' }, NET, /^pins\.json: srx is "Q9"\. Allowed: a pin of this board$/],
  [{ ...PINS, srx: undefined }, NET, /^pins\.json: pin srx is missing$/],
  [{ ...PINS, led: 'D1' }, NET, /^pins\.json: pins has no field led\. Allowed: reset, /],
  [PINS, { ...NET, broker: '' }, /^net\.json: broker is ""\. Allowed: a string of 1 to 255 bytes$/],
  [PINS, { ...NET, timeout: 0 }, /^net\.json: timeout is 0\. Allowed: a whole number, 1 to 3600$/],
  [PINS, { ...NET, interval: 0 }, /^net\.json: interval is 0\. Allowed: seconds, 1 to 86400$/],
  [PINS, { ...NET, compatibility: 1 }, /^net\.json: compatibility is 1\. Allowed: "wifi" or "wifi-here"$/],
  [PINS, { ...NET, compatibility: 'wifi' }, /^net\.json: accepted$/],
  [PINS, { ...NET, interval: 'x' }, /^net\.json: interval is "x"\. Allowed: seconds, 1 to 86400$/],
  [PINS, { ...NET, userStart: 1 }, /^net\.json: settings has no field userStart\. Allowed: ssid, /],
  [PINS, { ...NET, port: 'hidden' }, /^net\.json: port is "hidden"\./],
  [PINS, { ...NET, verbose: true, localTimeOffset: 1, interval: 2 }, /^net\.json: accepted$/],
  [{ ...PINS, resetInverted: true }, NET, /^net\.json: accepted$/],
  [{ ...PINS, resetInverted: 'yes' }, NET, /resetInverted is "yes"\. Allowed: true or false$/],
];

for (const [pins, net, line] of CASES) {
  test(`one line: ${line.source}`, () => {
    const lines = say(pins, net);
    assert.equal(lines.length, 1);
    assert.match(lines[0], line);
  });
}
