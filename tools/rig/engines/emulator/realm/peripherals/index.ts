/** Everything that an emulated host has beyond pins: put together, as globals, methods of pins, and modules. */
import type { Bench } from './bench';
import { createBuses } from './buses';
import { createGraphics } from './graphics';
import { createObjects } from './objects';
import { createOneWire } from './onewire';
import { createSerial } from './serial';
import { createSignals } from './signals';

export { asker, createPinReports, createPinTeller } from './bench';
export type { Bench } from './bench';

export interface Fitted {
  readonly globals: Record<string, unknown>;
  /** Modules of the firmware that have to do with pins. */
  readonly modules: Record<string, object>;
  receive(port: string, bytes: string): void;
  onDataListener(object: object): void;
}

/** Pixels of screens that are there from the start. */
const SCREENS: Readonly<Record<string, readonly [number, number, number]>> = {
  PIXLJS: [128, 64, 1],
  BANGLEJS: [240, 240, 16],
  BANGLEJS2: [176, 176, 16],
  HYSTM32_24: [320, 240, 16],
  HYSTM32_28: [320, 240, 16],
  HYSTM32_32: [320, 240, 16],
};

function addMethods(methods: Record<string, unknown>): void {
  for (const name of Object.keys(methods))
    Object.defineProperty(Number.prototype, name, {
      value: methods[name],
      enumerable: false,
      configurable: true,
    });
}

export function fit(bench: Bench): Fitted {
  const { facts, pins } = bench;
  const signals = createSignals(bench);
  addMethods(signals.methods);
  const serial = createSerial(bench);
  const parts: Record<string, unknown> = {
    ...(facts.parts.includes('Graphics') && createGraphics(bench)),
    ...createOneWire(bench),
    ...createBuses(bench),
  };
  const { Graphics } = parts as {
    Graphics?: { createArrayBuffer(width: number, height: number, bpp: number): unknown };
  };
  const screen = SCREENS[facts.board];
  return {
    globals: {
      ...signals.globals,
      ...serial.globals,
      ...parts,
      ...createObjects(bench),
      ...(screen && Graphics && { g: Graphics.createArrayBuffer(...screen) }),
    },
    modules: {
      neopixel: {
        write(given: unknown, colors: ArrayLike<number>) {
          const pin = pins.find(given);
          pins.claim(pin, 'drives lights with it');
          let bytes = '';
          for (let i = 0; i < colors.length; i++) bytes += String.fromCharCode((colors[i] ?? 0) & 255);
          bench.tell({ kind: 'neopixel', pin: pins.nameOf(pin), bytes });
        },
      },
    },
    receive: serial.receive,
    onDataListener: serial.onDataListener,
  };
}
