/**
 * What an emulated host does at its pins and buses, in lines for people. A pin that a program switches all the time must
 * not fill the screen: of each only the first changes of a second are shown, then how many there were.
 */
import type { Output } from './peripherals';

/** Lines of one pin or bus in one second. */
const MOST = 3;
const WINDOW = 1000;
/** Bytes shown of one transfer. */
const LONGEST = 32;

export interface PinWatch {
  see(output: Output): void;
  stop(): void;
}

function hex(bytes: string): string {
  const list = [...Buffer.from(bytes.slice(0, LONGEST), 'latin1')].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return list.join(' ') + (bytes.length > LONGEST ? ` … (${String(bytes.length)} bytes)` : '');
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** @param names of LEDs by their pins */
function describe(
  output: Output,
  names: ReadonlyMap<string, string>,
): [key: string, text: string] | undefined {
  switch (output.kind) {
    case 'level': {
      const name = names.get(output.pin);
      const on = output.level === 1;
      return [
        output.pin,
        name?.startsWith('LED') ? `${name} ${on ? 'on' : 'off'}` : `${output.pin} ${on ? 'high' : 'low'}`,
      ];
    }
    case 'pwm': {
      const freq = output.freq === undefined ? '' : ` at ${rounded(output.freq)} Hz`;
      return [output.pin, `${names.get(output.pin) ?? output.pin} PWM ${rounded(output.value)}${freq}`];
    }
    case 'wave':
      return [
        output.pin,
        `${output.pin} wave form of ${String(output.samples)} samples at ${rounded(output.freq)} Hz`,
      ];
    case 'i2c':
      return [
        `${output.bus} ${String(output.address)}`,
        `${output.bus} to 0x${output.address.toString(16)}: ${hex(output.bytes)}`,
      ];
    case 'spi':
      return [output.bus, `${output.bus}${output.select ? ` (${output.select})` : ''}: ${hex(output.bytes)}`];
    case 'serial':
      return [output.port, `${output.port} ${JSON.stringify(output.bytes)}`];
    case 'text':
      return [
        `text ${String(output.x)} ${String(output.y)}`,
        `screen ${JSON.stringify(output.text)} at ${String(output.x)},${String(output.y)}`,
      ];
    case 'neopixel':
      return [output.pin, `${output.pin} lights ${hex(output.bytes)}`];
    case 'linkPin':
      return undefined;
  }
}

/** @param devices LEDs and buttons, and their pins */
export function createWatch(
  devices: Readonly<Record<string, string>>,
  say: (text: string) => void,
): PinWatch {
  const names = new Map(Object.entries(devices).map(([name, pin]) => [pin, name]));
  const counts = new Map<string, { count: number; last: string }>();
  /** What was said last, for a level that is written again is no news. */
  const said = new Map<string, string>();

  const timer = setInterval(() => {
    for (const [key, { count, last }] of counts) {
      if (count > MOST) say(`${last}, and ${String(count - MOST)} changes before that`);
      said.set(key, last);
    }
    counts.clear();
  }, WINDOW);
  timer.unref();

  return {
    see(output) {
      const found = describe(output, names);
      if (!found) return;
      const [key, text] = found;
      if (output.kind !== 'serial' && said.get(key) === text) return;
      said.set(key, text);
      const known = counts.get(key) ?? { count: 0, last: text };
      known.count++;
      known.last = text;
      counts.set(key, known);
      if (known.count <= MOST) say(text);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
