/**
 * What is connected to an emulated host's buses: it answers what the board asks, and hands on what the board does. It knows
 * nothing of threads; the emulator brings the questions here.
 */
import type {
  PeripheralAnswer,
  I2CDevice,
  OneWireDevice,
  Output,
  Peripherals,
  Question,
  SpiDevice,
} from './peripherals';

type Connected = Pick<Peripherals, 'i2c' | 'spi' | 'oneWire' | 'onOutput'>;

export interface Equipment extends Connected {
  answer(question: Question): PeripheralAnswer;
  heard(outputs: readonly Output[]): void;
}

/** Where a device's registers are read and written next. */
interface Connection {
  readonly device: I2CDevice;
  written: Uint8Array;
  at: number;
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function toText(bytes: ArrayLike<number>): string {
  return Buffer.from(Array.from(bytes, (byte) => byte & 255)).toString('latin1');
}

export function createEquipment(): Equipment {
  const i2c = new Map<string, Connection>();
  const spi = new Map<string, SpiDevice>();
  const lines = new Map<string, readonly OneWireDevice[]>();
  const listeners = new Set<(output: Output) => void>();

  /** One for this bus alone, or for all. */
  function connection(bus: string, address: number): Connection | undefined {
    return i2c.get(`${bus} ${String(address)}`) ?? i2c.get(` ${String(address)}`);
  }

  function write(to: Connection, bytes: Uint8Array): void {
    to.written = bytes;
    const { device } = to;
    if (typeof device === 'function') return;
    const [register, ...values] = bytes;
    if (register === undefined) return;
    to.at = register;
    for (const value of values) device[to.at++] = value;
  }

  function read(from: Connection, count: number): ArrayLike<number> {
    const { device } = from;
    if (typeof device === 'function') return device(from.written, count);
    // What is not there is not pulled down.
    return Array.from({ length: count }, () => device[from.at++] ?? 255);
  }

  function chosen(pin: string, rom: string): readonly OneWireDevice[] {
    return (lines.get(pin) ?? []).filter((device) => rom === '' || device.rom.toLowerCase() === rom);
  }

  return {
    i2c(address, device, bus = '') {
      const key = `${bus} ${String(address)}`;
      if (device === undefined) i2c.delete(key);
      else i2c.set(key, { device, written: new Uint8Array(), at: 0 });
    },
    spi(device, bus = '') {
      if (device === undefined) spi.delete(bus);
      else spi.set(bus, device);
    },
    oneWire(pin, devices) {
      lines.set(pin, devices);
    },
    onOutput(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heard(outputs) {
      for (const output of outputs) for (const listener of listeners) listener(output);
    },
    answer(question) {
      switch (question.kind) {
        case 'i2cWrite': {
          const to = connection(question.bus, question.address);
          if (!to) return {};
          write(to, toBytes(question.bytes));
          return { bytes: '' };
        }
        case 'i2cRead': {
          const from = connection(question.bus, question.address);
          return from ? { bytes: toText(read(from, question.count)).padEnd(question.count, '\xff') } : {};
        }
        case 'spi': {
          const device = spi.get(question.bus) ?? spi.get('');
          return device ? { bytes: toText(device(toBytes(question.bytes), question.select)) } : {};
        }
        case 'oneWireReset':
          return { present: chosen(question.pin, '').length > 0 };
        case 'oneWireSearch':
          return { roms: chosen(question.pin, '').map(({ rom }) => rom.toLowerCase()) };
        case 'oneWireWrite':
          for (const device of chosen(question.pin, question.rom)) device.write?.(toBytes(question.bytes));
          return {};
        case 'oneWireRead': {
          const [device] = chosen(question.pin, question.rom);
          return device ? { bytes: toText(device.read(question.count)) } : {};
        }
      }
    },
  };
}
