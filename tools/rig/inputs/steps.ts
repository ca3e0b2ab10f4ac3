/**
 * What people put on an emulated host's pins and buses, as text: `A1=0.4`, `BTN1=1`, and files of such lines with times.
 * Pure; whether the board has such a pin is not known here.
 */

/** One thing to be done to the host's surroundings. */
export type Input =
  /** `value` 0 to 1; `undefined` lets go of the pin. */
  | { readonly kind: 'pin'; readonly pin: string; readonly value: number | undefined }
  | { readonly kind: 'serial'; readonly port: string; readonly bytes: string }
  /** A device with registers, given from one of them on. `bus` '': on all of them. */
  | {
      readonly kind: 'i2c';
      readonly bus: string;
      readonly address: number;
      readonly first: number;
      readonly registers: readonly number[];
    }
  | {
      readonly kind: 'oneWire';
      readonly pin: string;
      readonly rom: string;
      readonly bytes: readonly number[];
    };

export interface Step {
  /** Seconds from the start. */
  readonly time: number;
  readonly input: Input;
  /** In its file, from 1. */
  readonly line: number;
}

const EXAMPLES =
  'A1=0.4, BTN1=1, B3=open, Serial1="text\\n", I2C1:0x76@0xd0=0x60,1, OneWire:A5=28ff000000000001:0x91,0x01';

function refuse(text: string, why: string): never {
  throw new Error(`${JSON.stringify(text)}: ${why}. Allowed are the likes of ${EXAMPLES}`);
}

function byte(text: string, whole: string): number {
  const value = Number(text);
  if (!/^\s*(0x[0-9a-f]+|\d+)\s*$/i.test(text) || value > 255)
    refuse(whole, `${text.trim() || 'nothing'} is no byte`);
  return value;
}

function bytesOf(list: string, whole: string): number[] {
  return list.split(',').map((one) => byte(one, whole));
}

/** Text as it is, or in quotes with the escapes of JSON. */
function textOf(value: string, whole: string): string {
  if (!value.startsWith('"')) return Buffer.from(value, 'utf8').toString('latin1');
  try {
    return Buffer.from(String(JSON.parse(value)), 'utf8').toString('latin1');
  } catch {
    return refuse(whole, 'the text in quotes has no end, or a \\ before what needs none');
  }
}

/** @throws Error that says what is allowed */
export function parseInput(text: string): Input {
  const whole = text.trim();
  const [, name = '', value = ''] =
    /^([^=]+?)\s*=\s*(.*)$/s.exec(whole) ?? refuse(whole, 'NAME=VALUE is needed');
  const [, bus, address, first] = /^I2C(\d?):([^@]+)(?:@(.+))?$/i.exec(name) ?? [];
  if (address !== undefined) {
    const at = byte(address, whole);
    if (at > 127) refuse(whole, `${address} is no address of 7 bits`);
    return {
      kind: 'i2c',
      bus: bus ? `I2C${bus}` : '',
      address: at,
      first: first === undefined ? 0 : byte(first, whole),
      registers: bytesOf(value, whole),
    };
  }
  const [, line] = /^OneWire:(\w+)$/i.exec(name) ?? [];
  if (line !== undefined) {
    const [, rom = '', bytes = ''] =
      /^([0-9a-f]{16}):(.+)$/i.exec(value) ??
      refuse(whole, '16 hexadecimal digits, a colon and bytes are needed');
    return { kind: 'oneWire', pin: line, rom: rom.toLowerCase(), bytes: bytesOf(bytes, whole) };
  }
  if (/^(Serial\d|USB|Bluetooth)$/.test(name) || value.startsWith('"'))
    return { kind: 'serial', port: name, bytes: textOf(value, whole) };
  if (!/^\w+$/.test(name)) refuse(whole, `${name} is no name of a pin or a bus`);
  if (value === 'open') return { kind: 'pin', pin: name, value: undefined };
  const level = Number(value);
  if (value === '' || !(level >= 0 && level <= 1))
    refuse(whole, `${value || 'nothing'} is no level from 0 to 1`);
  return { kind: 'pin', pin: name, value: level };
}

/**
 * Lines like `2.5s A1=0.6`; what is behind `#` or `//` at the start of a line is left out.
 * @throws Error that begins with file and line
 */
export function parseSteps(text: string, file: string): Step[] {
  return text.split(/\r?\n/).flatMap((row, index) => {
    const line = index + 1;
    const given = row.trim();
    if (given === '' || /^(#|\/\/)/.test(given)) return [];
    const [, amount = '', unit, input = ''] = /^(\d+(?:\.\d+)?)(ms|s)\s+(.*)$/.exec(given) ?? [];
    if (unit === undefined)
      throw new Error(
        `${file}:${String(line)}: ${JSON.stringify(given)} is no step. Allowed are the likes of 2.5s A1=0.6`,
      );
    try {
      return [{ time: Number(amount) / (unit === 'ms' ? 1000 : 1), input: parseInput(input), line }];
    } catch (error) {
      throw new Error(`${file}:${String(line)}: ${(error as Error).message}`);
    }
  });
}
