/**
 * Analog levels, PWM, pulses and shifted bits (Espruino src/jswrap_io.c), and wave forms (src/jswrap_waveform.c). A pulse
 * is as exact as the PC's timers are, which is a millisecond; the order of its edges is right.
 */
import { byteList } from '../bytes';
import type { Bench } from './bench';
import { createWaveform } from './waveform';

/** An ADC of 16 bits never gives 1 (src/jswrap_io.c:180). */
const HIGHEST = 65535 / 65536;
/** Pins at a time (src/jswrap_io.c, `jswrap_io_shiftOutDataMax`). */
const MOST_PINS = 8;

interface PwmOptions {
  freq?: number;
}

export interface Signals {
  readonly globals: Record<string, unknown>;
  readonly methods: Record<string, (this: number, ...args: never[]) => unknown>;
}

export function createSignals(bench: Bench): Signals {
  const { pins, wires, natives, facts, loop } = bench;
  /** When the last pulse of a pin ends, ms. */
  const busyUntil: Record<number, number> = {};

  function analogRead(given: unknown): number {
    const pin = pins.find(given);
    pins.claim(pin, 'reads its voltage');
    if (!facts.analog.includes(pins.nameOf(pin))) {
      // `jshPrintCapablePins` (targets/stm32/jshardware.c, `jshPinAnalog`); chips of Nordic give NaN without a word.
      if (/^NRF/.test(facts.family)) return NaN;
      bench.print(`ERROR: Pin ${pins.nameOf(pin)} is not capable of Analog Input`);
      bench.print(`Suitable pins are:\n${facts.analog.join(' ')}`);
      return 0;
    }
    pins.setMode(pin, 'analog');
    const outside = wires.analog(natives.board, pin);
    const value = outside === outside ? outside : wires.level(natives.board, pin);
    return Math.min(HIGHEST, value);
  }

  /** `jshPinAnalogOutput`: what is beyond 0 and 1 is cut off. */
  function analogWrite(given: unknown, value: unknown, options?: PwmOptions): void {
    const pin = pins.find(given);
    pins.claim(pin, 'puts PWM on it');
    const freq = Number(options?.freq);
    pins.setMode(pin, 'af_output');
    bench.tell({
      kind: 'pwm',
      pin: pins.nameOf(pin),
      value: Math.min(1, Math.max(0, Number(value) || 0)),
      ...(freq > 0 && { freq }),
    });
  }

  /** The first edge is at once, unless a pulse is under way (src/jswrap_io.c, `jswrap_io_digitalPulse`). */
  function digitalPulse(given: unknown, high: unknown, times: unknown): void {
    const pin = pins.find(given);
    pins.claim(pin, 'gives a pulse on it');
    const isList = typeof times === 'object' && times !== null;
    if (!isList && (typeof times !== 'number' || !(times >= 0)))
      throw new Error(
        typeof times === 'number'
          ? 'Pulse Time is less than 0 or not a number'
          : `Expecting Number or Array, got ${typeof times}`,
      );
    const list = isList ? (Object.values(times) as unknown[]).map(Number) : [Number(times)];
    let level: 0 | 1 = high ? 1 : 0;
    const now = natives.now();
    let end = busyUntil[pin] ?? 0;
    if (end <= now) {
      end = now;
      if (list.some((time) => time > 0)) pins.write(pin, level);
    }
    for (const time of list) {
      level = (1 - level) as 0 | 1;
      if (!(time > 0)) continue;
      end += time;
      const next = level;
      loop.add(end - now, undefined, () => pins.write(pin, next));
    }
    busyUntil[pin] = end;
  }

  function shiftOut(given: unknown, options: Record<string, unknown> | undefined, data: unknown): void {
    const list = (Array.isArray(given) ? (given as unknown[]) : [given]).map(pins.find);
    if (list.length > MOST_PINS) throw new Error(`Too many pins! ${String(MOST_PINS)} Maximum`);
    const clock = options?.clk === undefined ? undefined : pins.find(options.clk);
    const polarity: 0 | 1 = options?.clkPol ? 1 : 0;
    const repeat = Math.max(1, Number(options?.repeat) | 0);
    for (const pin of clock === undefined ? list : list.concat([clock])) {
      pins.claim(pin, 'shifts bits out on it');
      pins.setMode(pin, 'output');
    }
    for (let value of byteList([data]))
      for (let i = 0; i < repeat; i++) {
        for (let n = list.length - 1; n >= 0; n--) {
          pins.write(list[n] ?? 0, (value & 1) as 0 | 1);
          value >>= 1;
        }
        if (clock === undefined) continue;
        pins.write(clock, polarity);
        pins.write(clock, (1 - polarity) as 0 | 1);
      }
  }

  return {
    globals: {
      analogRead,
      analogWrite,
      digitalPulse,
      shiftOut,
      ...(facts.parts.includes('Waveform') && { Waveform: createWaveform(bench, analogRead) }),
    },
    methods: {
      analog() {
        return analogRead(Number(this));
      },
      pwm(value: unknown, options?: PwmOptions) {
        analogWrite(Number(this), value, options);
      },
      pulse(high: unknown, times: unknown) {
        digitalPulse(Number(this), high, times);
      },
    },
  };
}
