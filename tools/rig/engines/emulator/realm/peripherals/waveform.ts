/** Wave forms (Espruino src/jswrap_waveform.c): sampled or put out at the pace of the PC's timers, with the buffers and events of a board. */
import { emit } from '../events';
import { makeClass } from './bench';
import type { Bench } from './bench';

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

/** @param analogRead the global */
export function createWaveform(
  { pins, loop, tell }: Bench,
  analogRead: (pin: unknown) => number,
): { new (...args: never[]): object } {
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

  return makeClass(
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
        tell({
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
}
