/** What people write for inputs is read as it is meant, and mistakes are told with what is allowed. */
import assert from 'node:assert/strict';
import { describe as suite, mock, test } from 'node:test';
import { createEquipment } from './equipment';
import { applyInput, checkSteps, play } from './feed';
import type { Output, Peripherals } from './peripherals';
import { parseInput, parseSteps } from './steps';
import { createWatch } from './watch';

suite('inputs', () => {
  test('each kind is read', () => {
    assert.deepEqual(parseInput('A1=0.4'), { kind: 'pin', pin: 'A1', value: 0.4 });
    assert.deepEqual(parseInput(' BTN1 = 1 '), { kind: 'pin', pin: 'BTN1', value: 1 });
    assert.deepEqual(parseInput('B3=open'), { kind: 'pin', pin: 'B3', value: undefined });
    assert.deepEqual(parseInput('Serial1=OK'), { kind: 'serial', port: 'Serial1', bytes: 'OK' });
    assert.deepEqual(parseInput('Serial1="a=b\\r\\nü"'), {
      kind: 'serial',
      port: 'Serial1',
      bytes: 'a=b\r\n\xc3\xbc',
    });
    assert.deepEqual(parseInput('A3="GPS"'), { kind: 'serial', port: 'A3', bytes: 'GPS' });
    assert.deepEqual(parseInput('I2C1:0x50@0xD0=1,0xff'), {
      kind: 'i2c',
      bus: 'I2C1',
      address: 80,
      first: 208,
      registers: [1, 255],
    });
    assert.deepEqual(parseInput('I2C:118=5'), {
      kind: 'i2c',
      bus: '',
      address: 118,
      first: 0,
      registers: [5],
    });
    assert.deepEqual(parseInput('OneWire:A5=28FF000000000001:0x91,1'), {
      kind: 'oneWire',
      pin: 'A5',
      rom: '28ff000000000001',
      bytes: [145, 1],
    });
  });

  for (const [text, why] of [
    ['A1', /"A1": NAME=VALUE is needed\. Allowed are the likes of A1=0\.4/],
    ['A1=2', /2 is no level from 0 to 1/],
    ['A1=', /nothing is no level/],
    ['A1=on', /on is no level/],
    ['A 1=1', /A 1 is no name/],
    ['I2C1:0x90=1', /0x90 is no address of 7 bits/],
    ['I2C1:0x50=', /nothing is no byte/],
    ['I2C1:0x50=300', /300 is no byte/],
    ['OneWire:A5=28:1', /16 hexadecimal digits/],
    ['Serial1="a', /no end/],
  ] as const)
    test(`${text} is refused`, () => assert.throws(() => parseInput(text), why));

  test('steps: times, comments, and the line of a mistake', () => {
    assert.deepEqual(parseSteps('# first\n2.5s A1=0.6\n\n500ms BTN1=1\r\n// end', 'x'), [
      { time: 2.5, input: { kind: 'pin', pin: 'A1', value: 0.6 }, line: 2 },
      { time: 0.5, input: { kind: 'pin', pin: 'BTN1', value: 1 }, line: 4 },
    ]);
    assert.throws(
      () => parseSteps('1s A1=1\nsoon A1=1', 'day.steps'),
      /^Error: day\.steps:2: "soon A1=1" is no step/,
    );
    assert.throws(() => parseSteps('1s A1=7', 'day.steps'), /^Error: day\.steps:1: "A1=7": 7 is no level/);
  });

  test('they are put on the board, in time; a pin that it lacks is told with its line', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const done: string[] = [];
    const equipment = createEquipment();
    const board: Peripherals = {
      ...equipment,
      level: () => undefined,
      analog(pin, value) {
        if (pin === 'Z9') throw new Error('Z9 is no pin');
        done.push(`${pin} ${String(value)}`);
      },
      serial: (port, bytes) => void done.push(`${port} ${bytes}`),
    };
    const steps = parseSteps('2s A1=0.5\n1s Serial1=x\n3s A1=1', 'f');
    const stop = play(steps, board, () => undefined);
    mock.timers.tick(2000);
    assert.deepEqual(done, ['Serial1 x', 'A1 0.5']);
    stop();
    mock.timers.tick(5000);
    assert.equal(done.length, 2);
    applyInput(parseInput('I2C:0x10=7,8'), board);
    assert.deepEqual(equipment.answer({ kind: 'i2cRead', bus: 'I2C3', address: 16, count: 3 }), {
      bytes: '\x07\x08\xff',
    });
    applyInput(parseInput('I2C:0x10@3=9'), board);
    assert.deepEqual(equipment.answer({ kind: 'i2cWrite', bus: 'I2C3', address: 16, bytes: '\x01' }), {
      bytes: '',
    });
    assert.deepEqual(equipment.answer({ kind: 'i2cRead', bus: 'I2C3', address: 16, count: 3 }), {
      bytes: '\x08\xff\x09',
    });
    applyInput(parseInput('OneWire:A5=28ff000000000001:9'), board);
    assert.deepEqual(equipment.answer({ kind: 'oneWireSearch', pin: 'A5' }), { roms: ['28ff000000000001'] });
    assert.throws(() => checkSteps(parseSteps('\n1s Z9=1', 'f'), 'f', board), /^Error: f:2: Z9 is no pin/);
    mock.timers.reset();
  });
});

test('what a host does is said in words, and what never rests is counted', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const said: string[] = [];
  const watch = createWatch({ LED1: 'B2', BTN1: 'C13' }, (text) => said.push(text));
  const all: Output[] = [
    { kind: 'level', pin: 'B2', level: 1 },
    { kind: 'level', pin: 'B2', level: 1 },
    { kind: 'level', pin: 'A0', level: 0 },
    { kind: 'pwm', pin: 'A4', value: 0.25, freq: 1000 },
    { kind: 'i2c', bus: 'I2C1', address: 80, bytes: '\x02\xff' },
    { kind: 'spi', bus: 'SPI1', bytes: '\x01', select: 'B10' },
    { kind: 'serial', port: 'Serial1', bytes: 'AT\r\n' },
    { kind: 'text', text: '21.5', x: 1, y: 2 },
  ];
  all.forEach((output) => watch.see(output));
  assert.deepEqual(said.splice(0), [
    'LED1 on',
    'A0 low',
    'A4 PWM 0.25 at 1000 Hz',
    'I2C1 to 0x50: 02 ff',
    'SPI1 (B10): 01',
    'Serial1 "AT\\r\\n"',
    'screen "21.5" at 1,2',
  ]);
  mock.timers.tick(1000);
  for (let i = 0; i < 10; i++) watch.see({ kind: 'level', pin: 'B2', level: (i & 1) as 0 | 1 });
  assert.deepEqual(said, ['LED1 off', 'LED1 on', 'LED1 off']);
  mock.timers.tick(1000);
  assert.equal(said[3], 'LED1 on, and 7 changes before that');
  watch.stop();
  mock.timers.reset();
});
