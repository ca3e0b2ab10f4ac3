/**
 * OneWire (Espruino src/jswrap_onewire.c): the commands that choose a device are carried out here, what is behind them is
 * the device's own. The slots of single bits are not there.
 */
import { byteList, byteString } from '../bytes';
import type { Bench } from './bench';
import { makeClass, toArray } from './bench';

interface Line {
  pin: number;
}

const KEY = '#chosen';

export function createOneWire(bench: Bench): Record<string, unknown> {
  const { pins } = bench;

  /** The device that `select` has chosen, '' after `skip`: all. */
  function chosen(self: object): string {
    return (self as { [KEY]?: string })[KEY] ?? '';
  }

  function choose(self: object, rom: string): void {
    Object.defineProperty(self, KEY, { value: rom, enumerable: false, configurable: true });
  }

  function nameOf(self: Line): string {
    return pins.nameOf(self.pin);
  }

  function reset(self: Line): boolean {
    choose(self, '');
    return bench.ask({ kind: 'oneWireReset', pin: nameOf(self) }).present === true;
  }

  const OneWire = makeClass(
    'OneWire',
    function (this: object, given: unknown) {
      const pin = pins.find(given);
      pins.claim(pin, 'makes it OneWire');
      (this as Line).pin = pin;
    },
    {
      reset(this: Line) {
        return reset(this);
      },
      select(this: Line, rom: unknown) {
        if (typeof rom !== 'string' || rom.length !== 16)
          throw new TypeError(`Invalid OneWire device address ${JSON.stringify(rom) ?? 'undefined'}`);
        reset(this);
        choose(this, rom.toLowerCase());
      },
      skip(this: Line) {
        choose(this, '');
      },
      write(this: Line, data: unknown) {
        let bytes = byteString(data);
        // SKIP ROM, as `skip` has it.
        if (chosen(this) === '' && bytes.charCodeAt(0) === 0xcc) bytes = bytes.slice(1);
        if (bytes !== '') bench.ask({ kind: 'oneWireWrite', pin: nameOf(this), rom: chosen(this), bytes });
      },
      read(this: Line, count?: unknown) {
        const length = typeof count === 'number' ? count : 1;
        const question = {
          kind: 'oneWireRead',
          pin: nameOf(this),
          rom: chosen(this),
          count: length,
        } as const;
        // Where nobody pulls the line down, all bits are 1.
        const bytes = (bench.ask(question).bytes ?? '').padEnd(length, '\xff').slice(0, length);
        return typeof count === 'number' ? toArray(bytes) : byteList([bytes])[0];
      },
      search(this: Line) {
        return (bench.ask({ kind: 'oneWireSearch', pin: nameOf(this) }).roms ?? []).slice();
      },
    },
  );
  return { OneWire };
}
