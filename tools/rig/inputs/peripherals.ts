/**
 * What an emulated host has around it: what can be put on its pins and buses, and what it does at them. Types only; the
 * emulator implements them, tests and `--input` use them.
 */

/** Something the host did. Bytes are one character each. */
export type Output =
  | { readonly kind: 'level'; readonly pin: string; readonly level: 0 | 1 }
  /** `value` 0 to 1; without `freq` as the firmware chooses. */
  | { readonly kind: 'pwm'; readonly pin: string; readonly value: number; readonly freq?: number }
  | { readonly kind: 'wave'; readonly pin: string; readonly freq: number; readonly samples: number }
  | { readonly kind: 'i2c'; readonly bus: string; readonly address: number; readonly bytes: string }
  | { readonly kind: 'spi'; readonly bus: string; readonly bytes: string; readonly select?: string }
  | { readonly kind: 'serial'; readonly port: string; readonly bytes: string }
  /** Text drawn on a screen. */
  | { readonly kind: 'text'; readonly text: string; readonly x: number; readonly y: number }
  /** Colours of a strip of lights. */
  | { readonly kind: 'neopixel'; readonly pin: string; readonly bytes: string }
  /** The application uses a pin that is the link's. */
  | { readonly kind: 'linkPin'; readonly pin: string; readonly wire: string; readonly doing: string };

/** What a board asks of what is connected to it, while it waits. */
export type Question =
  | { readonly kind: 'i2cWrite'; readonly bus: string; readonly address: number; readonly bytes: string }
  | { readonly kind: 'i2cRead'; readonly bus: string; readonly address: number; readonly count: number }
  | { readonly kind: 'spi'; readonly bus: string; readonly bytes: string; readonly select?: string }
  | { readonly kind: 'oneWireSearch'; readonly pin: string }
  | { readonly kind: 'oneWireReset'; readonly pin: string }
  /** `rom` '': all devices. */
  | { readonly kind: 'oneWireWrite'; readonly pin: string; readonly rom: string; readonly bytes: string }
  | { readonly kind: 'oneWireRead'; readonly pin: string; readonly rom: string; readonly count: number };

/** `undefined`: nobody answered. */
export interface PeripheralAnswer {
  readonly bytes?: string;
  readonly roms?: readonly string[];
  readonly present?: boolean;
}

/**
 * A device at an address of I2C. As bytes it is a file of registers: the first byte written chooses one, further ones are
 * stored from there on, and a read goes on from there. As a function it is called for each read.
 * @param written the bytes of the write before
 */
export type I2CDevice = number[] | Uint8Array | ((written: Uint8Array, count: number) => ArrayLike<number>);

/** Gets what was sent and gives what comes back at the same time. */
export type SpiDevice = (sent: Uint8Array, select: string | undefined) => ArrayLike<number>;

export interface OneWireDevice {
  /** 16 hexadecimal digits. */
  readonly rom: string;
  /** What was written after the device had been selected. */
  write?(bytes: Uint8Array): void;
  read(count: number): ArrayLike<number>;
}

/** The surroundings of an emulated host. Pins are named as on its board: `A1`, `BTN1`. */
export interface Peripherals {
  /** Holds a pin at a level from outside; `undefined` lets go of it. @throws Error for what is no pin, or is the link's */
  level(pin: string, level: 0 | 1 | undefined): void;
  /** A voltage, 0 to 1 of the supply; `digitalRead` sees it as a level. */
  analog(pin: string, value: number | undefined): void;
  /** @param bus one of them; absent: all */
  i2c(address: number, device: I2CDevice | undefined, bus?: string): void;
  spi(device: SpiDevice | undefined, bus?: string): void;
  /** Bytes that come in on `Serial1`…, or on a software port by the name of its pin `rx`. */
  serial(port: string, bytes: string): void;
  oneWire(pin: string, devices: readonly OneWireDevice[]): void;
  /** @returns ends it */
  onOutput(listener: (output: Output) => void): () => void;
}
