/**
 * Every preset against what the firmware's own files say of its board. All
 * places are those of Espruino 2v29; a fact that is not from there does not
 * belong here.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WireName } from '../rig/boards';
import { PRESETS } from './presets';

interface Facts {
  /** Where all of this stands: connectors (`board`), `devices`, `_notes` and `get_pins`. */
  readonly source: string;
  /** Pins that can be reached on the board's connectors, each row in order. */
  readonly connectors: readonly string[];
  /** Pins that something else on the board uses or needs, and what. */
  readonly taken: Readonly<Record<string, string>>;
  /** Pins that cannot be outputs. */
  readonly inputOnly?: string;
  /** Number of a pin's port pin, where that is not the number in its name. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Numbers a pin may have for this build to set it up. */
  readonly works?: (number: number) => boolean;
  /** What two watched pins must not share. Absent: each pin can be watched beside any other. */
  readonly line?: (number: number) => number;
  /** Pins that an application may want to watch as well. */
  readonly buttons: readonly string[];
}

/** On an STM32 pins of the same number share a line (targets/stm32/jshardware.c, `jshCanWatch`: `watchedPins` by number). */
const exti = (number: number): number => number;

const FACTS: Readonly<Record<string, Facts>> = {
  PICO_R1_3: {
    source: 'boards/PICO_R1_3.py:82-157',
    connectors: ['B15 B14 B13 B10 B1 A7 A6 A5', 'B3 B4 B5 B6 B7 A8', 'A4 A3 A2 A1 A0 A10 B9 B8'],
    taken: {
      H0: 'crystal',
      H1: 'crystal',
      C14: 'pads of the clock crystal',
      C15: 'pads of the clock crystal',
      C13: 'BTN1',
      B2: 'LED1',
      B12: 'LED2',
      B0: 'FET',
      A9: 'USB voltage',
      A11: 'USB',
      A12: 'USB',
      A13: 'JTAG',
      A14: 'JTAG',
      A15: 'JTAG',
      B6: 'console while USB is not connected',
      B7: 'console while USB is not connected',
    },
    line: exti,
    buttons: ['C13'],
  },
  ESPRUINOBOARD: {
    source: 'boards/ESPRUINOBOARD.py:73-131',
    connectors: [
      'A15 A14 A13 A10 A9 A8 C11 C10 C9 C8 C7 C6 C5 C4 B15 B14 B13',
      'B2 B3 B4 B5 B6 B7 B8 B9 B12 C12 C15 C0 C1 C2 C3 A0 A1',
      'A2 A3 A4 A5 A6 A7 B0 B1 B10 B11',
    ],
    taken: {
      D0: 'crystal',
      D1: 'crystal',
      C14: 'clock crystal',
      C15: 'clock crystal',
      A13: 'LED1',
      A14: 'LED2',
      A15: 'LED3',
      B12: 'BTN1',
      C13: 'USB',
      A11: 'USB',
      A12: 'USB',
      D2: 'SD card',
      B15: 'SD card',
      B14: 'SD card',
      B13: 'SD card',
      A9: 'console, Bluetooth pads',
      A10: 'console, Bluetooth pads',
    },
    line: exti,
    buttons: ['B12'],
  },
  PIXLJS: {
    source: 'boards/PIXLJS.py:95-200',
    connectors: ['D0 D1 D2 D3 D4 D5 D6 D7', 'D8 D9 D10 D11 D12 D13 A4 A5', 'A5 A4 A3 A2 A1 A0'],
    // The display, its light and the buttons are on pins H0 to H9; NFC, 9 and 10 of the chip, has no name.
    taken: { D0: 'console while Bluetooth is not connected', D1: 'console while Bluetooth is not connected' },
    numbers: {
      ...{ D0: 25, D1: 26, D2: 27, D3: 30, D4: 31, D5: 0, D6: 1, D7: 6, D8: 7, D9: 8 },
      ...{ D10: 17, D11: 18, D12: 19, D13: 20, A0: 2, A1: 3, A2: 4, A3: 5, A4: 28, A5: 29 },
    },
    works: (number) => number < 32 && number !== 9 && number !== 10,
    buttons: [],
  },
  MDBT42Q: {
    source: 'boards/MDBT42Q.py:81-210',
    connectors: [
      'D25 D26 D27 D28 D29 D30 D31 D3 D4 D5 D11',
      'D22 D20 D19 D18 D17 D16 D15 D14',
      'D6 D8 D7',
      'D9 D10',
    ],
    taken: {
      D0: 'BTN1',
      D1: 'LED1',
      D2: 'LED2',
      D6: 'console while Bluetooth is not connected',
      D8: 'console while Bluetooth is not connected',
      D9: 'NFC',
      D10: 'NFC',
      D13: 'put out with Neopixels',
      D21: 'reset',
      D23: 'put out with Neopixels',
    },
    works: (number) => number < 32 && number !== 9 && number !== 10,
    buttons: ['D0'],
  },
  MICROBIT2: {
    source: 'boards/MICROBIT2.py:84-165',
    connectors: ['D3 D0 D4 D5 D6 D7 D1 D8 D9 D10 D11 D12 D2 D13 D14 D15 D16 D19 D20'],
    taken: {
      D3: 'column of the LEDs',
      D4: 'column of the LEDs',
      D6: 'column of the LEDs',
      D7: 'column of the LEDs',
      D10: 'column of the LEDs',
      D5: 'BTN1',
      D11: 'BTN2',
    },
    numbers: {
      ...{ D0: 2, D1: 3, D2: 4, D3: 31, D4: 28, D5: 14, D6: 37, D7: 11, D8: 10, D9: 9, D10: 30 },
      ...{ D11: 23, D12: 12, D13: 17, D14: 1, D15: 13, D16: 34, D19: 26, D20: 32 },
    },
    // It is built for a chip with one port, whatever the number (targets/nrf5x/jshardware.c:1223); 9 and 10 of the chip
    // are NFC pins, and nothing in the firmware makes them others.
    works: (number) => number < 32 && number !== 9 && number !== 10,
    buttons: ['D5', 'D11'],
  },
  STM32F4DISCOVERY: {
    source: 'boards/STM32F4DISCOVERY.py:54-131',
    connectors: [
      'C1 C3 A1 A3 A5 A7 C5 B1 E7 E9 E11 E13 E15 B11 B13 B15 D9 D11 D13 D15',
      'C0 C2 A0 A2 A4 A6 C4 B0 B2 E8 E10 E12 E14 B10 B12 B14 D8 D10 D12 D14',
      'H0 C14 E6 E4 E2 E0 B8 B6 B4 D7 D5 D3 D1 C12 C10 A14 A10 A8 C8 C6',
      'H1 C15 C13 E5 E3 E1 B9 B7 B5 B3 D6 D4 D2 D0 C11 A15 A13 A9 C9 C7',
    ],
    taken: {
      ...{ H0: 'crystal', H1: 'crystal', C14: 'clock crystal', C15: 'clock crystal' },
      ...{ D12: 'LED2', D13: 'LED1', D14: 'LED3', D15: 'LED4', A0: 'BTN1' },
      ...{ C0: 'USB', A9: 'USB', A10: 'USB', A11: 'USB', A12: 'USB' },
      ...{ E0: 'accelerometer', E1: 'accelerometer', E3: 'accelerometer' },
      ...{ A5: 'accelerometer', A6: 'accelerometer', A7: 'accelerometer' },
      ...{ C3: 'microphone', B10: 'microphone' },
      ...{ B9: 'audio', B6: 'audio', C7: 'audio', C10: 'audio', C12: 'audio', A4: 'audio', D4: 'audio' },
      ...{ A13: 'JTAG', A14: 'JTAG', A15: 'JTAG', A2: 'console', A3: 'console' },
    },
    line: exti,
    buttons: ['A0'],
  },
  ESP32: {
    source: 'boards/ESP32.py:98-215',
    connectors: [
      'D23 D22 D1 D3 D21 D20 D19 D18 D5 D17 D16 D4 D0',
      'D12 D14 D27 D26 D25 D33 D32 D35 D34 D39 D36',
      'D13 D9 D10 D11 D6 D7 D8 D15 D2',
    ],
    taken: {
      ...{ D6: 'flash', D7: 'flash', D8: 'flash', D9: 'flash', D10: 'flash', D11: 'flash' },
      ...{ D1: 'console', D3: 'console', D2: 'LED1', D0: 'BTN1' },
      // The chip reads it at the start; watches leave it out (targets/esp32/jshardware.c, `jshCanWatch`).
      D12: 'voltage of the flash chip',
    },
    inputOnly: 'D34 D35 D36 D37 D38 D39',
    buttons: ['D0'],
  },
};

const OUTPUTS: readonly WireName[] = ['reset', 'sckout', 'stx'];

/** What is wrong with five pins, in words; pure, so that it can be tried with wrong ones. */
function faults(facts: Facts, pins: Readonly<Record<WireName, string>>): string[] {
  const found: string[] = [];
  const numberOf = (pin: string): number => facts.numbers?.[pin] ?? Number(pin.slice(1));
  const all = facts.connectors.join(' ').split(' ');
  for (const [wire, pin] of Object.entries(pins) as [WireName, string][]) {
    if (!all.includes(pin)) found.push(`${wire}: ${pin} is on no connector`);
    if (facts.taken[pin]) found.push(`${wire}: ${pin} is taken: ${facts.taken[pin]}`);
    if (facts.works?.(numberOf(pin)) === false) found.push(`${wire}: ${pin} cannot be set up`);
    if (OUTPUTS.includes(wire) && facts.inputOnly?.split(' ').includes(pin))
      found.push(`${wire}: ${pin} is an input only`);
  }
  if (new Set(Object.values(pins)).size < 5) found.push('a pin is there twice');
  const { line } = facts;
  if (line) {
    const watched = [pins.srx, pins.sckin, ...facts.buttons].map((pin) => line(numberOf(pin)));
    if (new Set(watched).size < watched.length)
      found.push(`${pins.srx}, ${pins.sckin} and the buttons cannot be watched at the same time`);
  }
  return found;
}

describe('presets and the firmware’s own board files', () => {
  for (const { name, boards, pins } of PRESETS)
    test(name, () => {
      assert.ok(boards.length);
      for (const board of boards) {
        const facts = FACTS[board];
        assert.ok(facts, `there are no facts for ${board}`);
        assert.deepEqual(faults(facts, pins), [], facts.source);
      }
    });

  test('no board has facts and no preset', () => {
    assert.deepEqual(Object.keys(FACTS).sort(), PRESETS.flatMap(({ boards }) => boards).sort());
  });
});

test('pins that cannot work are found', () => {
  const wrong = (board: string, five: string): string[] => {
    const [reset = '', sckout = '', stx = '', srx = '', sckin = ''] = five.split(' ');
    return faults(FACTS[board] ?? assert.fail(), { reset, sckout, stx, srx, sckin });
  };
  assert.deepEqual(wrong('MICROBIT2', 'D8 D13 D14 D15 D16'), [
    'reset: D8 cannot be set up',
    'sckin: D16 cannot be set up',
  ]);
  assert.match(wrong('ESPRUINOBOARD', 'C0 C1 C2 C3 B3').join(), /C3, B3 and the buttons cannot be watched/);
  assert.match(
    wrong('PICO_R1_3', 'B10 B13 B14 B15 A13').join(),
    /A13 is on no connector.*A13 is taken: JTAG/,
  );
  assert.match(wrong('STM32F4DISCOVERY', 'E7 E8 E9 E10 D0').join(), /D0 and the buttons cannot be watched/);
  assert.match(
    wrong('ESP32', 'D34 D33 D25 D26 D6').join(),
    /reset: D34 is an input only.*sckin: D6 is taken: flash/,
  );
  assert.match(wrong('MDBT42Q', 'D14 D15 D16 D9 D9').join(), /D9 is taken: NFC.*a pin is there twice/);
});
