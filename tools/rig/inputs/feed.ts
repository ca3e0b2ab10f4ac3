/** Puts what `steps.ts` has read on an emulated host, at once or when its time has come. */
import type { Peripherals } from './peripherals';
import type { Input, Step } from './steps';

/** Registers of the devices of a host, by bus and address: what is given later adds to what was there. */
const given = new WeakMap<Peripherals, Map<string, number[]>>();

function registersOf({ bus, address, first, registers }: Input & { kind: 'i2c' }, to: Peripherals): number[] {
  const devices = given.get(to) ?? new Map<string, number[]>();
  given.set(to, devices);
  const key = `${bus} ${String(address)}`;
  const all = devices.get(key) ?? [];
  devices.set(key, all);
  registers.forEach((value, i) => (all[first + i] = value));
  return all;
}

/** @throws Error for a pin that the board lacks, or that is the link's */
export function applyInput(input: Input, to: Peripherals): void {
  switch (input.kind) {
    case 'pin':
      return to.analog(input.pin, input.value);
    case 'serial':
      return to.serial(input.port, input.bytes);
    case 'i2c':
      return to.i2c(input.address, registersOf(input, to), input.bus);
    case 'oneWire':
      return to.oneWire(input.pin, [{ rom: input.rom, read: () => input.bytes }]);
  }
}

/**
 * Names that the board lacks are found before anything runs.
 * @throws Error that begins with file and line
 */
export function checkSteps(steps: readonly Step[], file: string, to: Peripherals): void {
  for (const { input, line } of steps)
    try {
      if (input.kind === 'pin') to.analog(input.pin, undefined);
    } catch (error) {
      throw new Error(`${file}:${String(line)}: ${(error as Error).message}`);
    }
}

/** @returns ends it */
export function play(steps: readonly Step[], to: Peripherals, done: (step: Step) => void): () => void {
  const timers = steps.map((step) =>
    setTimeout(() => {
      applyInput(step.input, to);
      done(step);
    }, step.time * 1000),
  );
  return () => timers.forEach(clearTimeout);
}

/** As a person would say it. */
export function describeInput(input: Input): string {
  switch (input.kind) {
    case 'pin':
      return input.value === undefined
        ? `lets go of ${input.pin}`
        : `puts ${String(input.value)} on ${input.pin}`;
    case 'serial':
      return `sends ${JSON.stringify(input.bytes)} to ${input.port}`;
    case 'i2c':
      return `gives the device at 0x${input.address.toString(16)} other registers`;
    case 'oneWire':
      return `gives the device ${input.rom} on ${input.pin} other bytes`;
  }
}
