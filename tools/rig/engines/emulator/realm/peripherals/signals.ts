/**
 * Analog levels, PWM, pulses and shifted bits (Espruino src/jswrap_io.c), and wave forms (src/jswrap_waveform.c). A pulse
 * is as exact as the PC's timers are, which is a millisecond; the order of its edges is right.
 */
import { byteList } from '../bytes';
import { emit } from '../events';
import type { Bench } from './bench';
import { makeClass } from './bench';

/** An ADC of 16 bits never gives 1 (src/jswrap_io.c:180). */
const HIGHEST = 65535 / 65536;
/** Pins at a time (src/jswrap_io.c, `jswrap_io_shiftOutDataMax`). */
const MOST_PINS = 8;

interface PwmOptions {
  freq?: number;
}

interface Wave {
  buffer: Uint8Array;
  buffer2?: Uint8Array;
  running?: boolean;
  freq?: number;
  timer?: number;
}

interface WaveOptions {
  doubleBuffer?: boolean;
  bits?: number;
}

interface StartOptions {
  time?: number;
  repeat?: boolean;
  npin?: unknown;
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

  function finish(wave: Wave): void {
    wave.running = false;
    emit(loop, wave, 'finish', [wave.buffer]);
  }

  function start(
    wave: Wave,
    pin: number,
    frequency: unknown,
    options: StartOptions | undefined,
    fill: boolean,
  ): void {
    if (wave.running) throw new Error('Waveform is already running');
    const freq = Number(frequency);
    if (!(freq >= 0.001) || freq === Infinity) throw new Error('Frequency must be above 0.001Hz');
    wave.running = true;
    wave.freq = freq;
    const turn = (wave.buffer.length * 1000) / freq;
    let first = true;
    const work = (): void => {
      const buffer = first || !wave.buffer2 ? wave.buffer : wave.buffer2;
      if (fill) for (let i = 0; i < buffer.length; i++) buffer[i] = Math.round(analogRead(pin) * 255);
      if (wave.buffer2) emit(loop, wave, 'buffer', [buffer]);
      first = !first;
      if (!options?.repeat) finish(wave);
    };
    wave.timer = loop.add(turn, options?.repeat ? turn : undefined, work);
  }

  const Waveform = makeClass(
    'Waveform',
    function (this: object, samples: unknown, options?: WaveOptions) {
      const wave = this as Wave;
      const wide = options?.bits === 16;
      if (options?.bits !== undefined && options.bits !== 8 && !wide)
        throw new Error('Invalid number of bits');
      const make = (count: number): Uint8Array =>
        wide ? (new Uint16Array(count) as unknown as Uint8Array) : new Uint8Array(count);
      if (typeof samples === 'number') {
        if (samples <= 0) throw new Error('Samples must be greater than 0');
        wave.buffer = make(samples);
      } else if (samples instanceof ArrayBuffer) wave.buffer = new Uint8Array(samples);
      else if (typeof samples === 'object' && samples !== null && 'BYTES_PER_ELEMENT' in samples)
        wave.buffer = samples as Uint8Array;
      else throw new Error("'samples' should be a integer or ArrayBuffer");
      if (options?.doubleBuffer) wave.buffer2 = make(wave.buffer.length);
    },
    {
      startOutput(this: Wave, given: unknown, frequency: unknown, options?: StartOptions) {
        const pin = pins.find(given);
        pins.claim(pin, 'puts a wave form on it');
        start(this, pin, frequency, options, false);
        bench.tell({
          kind: 'wave',
          pin: pins.nameOf(pin),
          freq: Number(frequency),
          samples: this.buffer.length,
        });
      },
      startInput(this: Wave, given: unknown, frequency: unknown, options?: StartOptions) {
        const pin = pins.find(given);
        analogRead(pin);
        start(this, pin, frequency, options, true);
      },
      stop(this: Wave) {
        if (!this.running) throw new Error('Waveform is not running');
        if (this.timer !== undefined) loop.remove(this.timer);
        finish(this);
      },
    },
  );

  return {
    globals: {
      analogRead,
      analogWrite,
      digitalPulse,
      shiftOut,
      ...(facts.parts.includes('Waveform') && { Waveform }),
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
