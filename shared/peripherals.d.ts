/**
 * Buses, sound and displays of Espruino 2v29. Each part below a line `// Where the firmware has NAME` is declared
 * only for boards that have it (tools/config/boards); within a part there may be nothing that some of these lack.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- what a device answers is up to it */

// Where the firmware has I2C
interface I2CAddress {
  address: number;
  /** Without the end of the transfer. */
  stop?: boolean;
}
interface I2C {
  setup(options?: { scl?: PinLike; sda?: PinLike; bitrate?: number }): void;
  /** @throws Error when nothing acknowledges the address */
  writeTo(address: number | I2CAddress, ...data: Bytes[]): void;
  readFrom(address: number | I2CAddress, quantity: number): Uint8Array;
  readReg(address: number, register: number, quantity: number): Uint8Array;
}
declare const I2C: { new (): I2C; prototype: I2C; find(pin: PinLike): I2C | undefined };

// Where the firmware has SPI
interface SPI {
  setup(options?: {
    sck?: PinLike;
    miso?: PinLike;
    mosi?: PinLike;
    baud?: number;
    mode?: 0 | 1 | 2 | 3;
    order?: 'msb' | 'lsb';
    bits?: number;
  }): void;
  send(data: number, select?: PinLike): number;
  send(data: string, select?: PinLike): string;
  send(data: Bytes, select?: PinLike): Uint8Array;
  /** The last one may be the pin that selects the device. */
  write(...data: (Bytes | Pin)[]): void;
  send4bit(data: Bytes, zero: number, one: number, select?: PinLike): void;
  send8bit(data: Bytes, zero: number, one: number, select?: PinLike): void;
}
declare const SPI: { new (): SPI; prototype: SPI; find(pin: PinLike): SPI | undefined };

// Where the firmware has Serial
interface SerialOptions {
  rx?: PinLike;
  tx?: PinLike;
  ck?: PinLike;
  cts?: PinLike;
  bytesize?: number;
  parity?: null | 'none' | 'o' | 'odd' | 'e' | 'even';
  stopbits?: number;
  flow?: null | 'none' | 'xon';
  path?: string;
  errors?: boolean;
}
interface Serial {
  setup(baudrate?: number, options?: SerialOptions): void;
  unsetup(): void;
  print(text: any): void;
  println(text?: any): void;
  write(...data: Bytes[]): void;
  inject(...data: Bytes[]): void;
  available(): number;
  read(count?: number): string;
  on(event: 'data', listener: (data: string) => void): void;
  on(event: string, listener: (...args: any[]) => void): void;
  pipe(destination: any, options?: { chunkSize?: number; end?: boolean; complete?: () => void }): void;
  flush(): void;
  isConnected(): boolean;
  setConsole(force?: boolean | number): void;
}
declare const Serial: { new (): Serial; prototype: Serial; find(pin: PinLike): Serial | undefined };

// Where the firmware has OneWire
interface OneWire {
  /** Whether a device answered. */
  reset(): boolean;
  /** @param rom 16 hexadecimal digits */
  select(rom: string): void;
  skip(): void;
  write(data: Bytes, power?: boolean | number): void;
  read(): number;
  read(count: number): Uint8Array;
  search(command?: number): string[];
}
declare const OneWire: { new (pin: PinLike): OneWire; prototype: OneWire };

// Where the firmware has Waveform
interface Waveform {
  readonly buffer: Uint8Array;
  readonly buffer2?: Uint8Array;
  readonly running?: boolean;
  startOutput(
    pin: PinLike,
    frequency: number,
    options?: { time?: number; repeat?: boolean; npin?: PinLike },
  ): void;
  startInput(pin: PinLike, frequency: number, options?: { time?: number; repeat?: boolean }): void;
  stop(): void;
  on(event: 'finish' | 'buffer', listener: (buffer: Uint8Array) => void): void;
  on(event: string, listener: (...args: any[]) => void): void;
}
declare const Waveform: {
  new (
    samples: number | ArrayBuffer | ArrayBufferView,
    options?: { doubleBuffer?: boolean; bits?: 8 | 16 },
  ): Waveform;
  prototype: Waveform;
};

// Where the firmware has Graphics
type GraphicsImage =
  | string
  | ArrayBuffer
  | Graphics
  | {
      width: number;
      height: number;
      bpp?: number;
      transparent?: number;
      palette?: Uint16Array | ArrayLike<number>;
      buffer: string | ArrayBuffer | ArrayBufferView;
    };
interface GraphicsRectangle {
  x: number;
  y: number;
  x2?: number;
  y2?: number;
  w?: number;
  h?: number;
  r?: number;
}
type GraphicsColor = number | string;
interface Graphics {
  /** The fonts that a module adds are known by name only: `setFont8x12` and so on. */
  readonly [font: `setFont${string}`]: (...args: any[]) => this;
  readonly buffer: ArrayBuffer;
  theme: any;
  setTheme(theme: any): this;
  flip(all?: boolean | number): void;
  getWidth(): number;
  getHeight(): number;
  getBPP(): number;
  reset(): this;
  clear(reset?: boolean | number): this;
  fillRect(x1: number | GraphicsRectangle, y1?: number, x2?: number, y2?: number): this;
  clearRect(x1: number | GraphicsRectangle, y1?: number, x2?: number, y2?: number): this;
  drawRect(x1: number | GraphicsRectangle, y1?: number, x2?: number, y2?: number): this;
  fillCircle(x: number, y: number, radius: number): this;
  drawCircle(x: number, y: number, radius: number): this;
  fillEllipse(x1: number, y1: number, x2: number, y2: number): this;
  drawEllipse(x1: number, y1: number, x2: number, y2: number): this;
  getPixel(x: number, y: number): number;
  setPixel(x: number, y: number, color?: GraphicsColor): this;
  toColor(red: GraphicsColor, green?: number, blue?: number): number;
  setColor(red: GraphicsColor, green?: number, blue?: number): this;
  setBgColor(red: GraphicsColor, green?: number, blue?: number): this;
  getColor(): number;
  getBgColor(): number;
  setClipRect(x1: number, y1: number, x2: number, y2: number): this;
  setFontBitmap(): this;
  setFontVector(size: number): this;
  setFontCustom(bitmap: any, firstChar: number, width: number | string, height: number): this;
  setFontPBF(file: any, scale?: number): this;
  setFontAlign(x: number, y?: number, rotation?: number): this;
  setFont(name?: string, size?: number): this;
  getFont(): string;
  getFonts(): string[];
  getFontHeight(): number;
  stringWidth(text: any): number;
  stringMetrics(text: any): any;
  wrapString(text: any, width: number): string[];
  drawString(text: any, x: number, y: number, solid?: boolean | number): this;
  drawLine(x1: number, y1: number, x2: number, y2: number): this;
  drawLineAA(x1: number, y1: number, x2: number, y2: number): this;
  lineTo(x: number, y: number): this;
  moveTo(x: number, y: number): this;
  drawPoly(points: ArrayLike<number>, closed?: boolean | number): this;
  drawPolyAA(points: ArrayLike<number>, closed?: boolean | number): this;
  fillPoly(points: ArrayLike<number>): this;
  fillPolyAA(points: ArrayLike<number>): this;
  setRotation(rotation: number, reflect?: boolean | number): this;
  imageMetrics(image: any): any;
  drawImage(image: GraphicsImage, x: number, y: number, options?: any): this;
  drawImages(images: any[], options?: any): this;
  asImage(options?: any): any;
  getModified(reset?: boolean | number): any;
  scroll(x: number, y: number): this;
  blit(options: any): this;
  asBMP(): any;
  asURL(): string;
  dump(): void;
  quadraticBezier(points: ArrayLike<number>, options?: any): number[];
  transformVertices(points: ArrayLike<number>, transformation: any): number[];
  floodFill(x: number, y: number, color: GraphicsColor): this;
  getVectorFontPolys(text: any, options?: any): any[];
}
declare const Graphics: {
  prototype: Graphics;
  getInstance(): Graphics | undefined;
  createArrayBuffer(
    width: number,
    height: number,
    bpp: number,
    options?: {
      zigzag?: boolean;
      vertical_byte?: boolean;
      msb?: boolean;
      interleavex?: boolean;
      color_order?: 'rgb' | 'brg' | 'bgr' | 'gbr' | 'grb' | 'rbg';
      buffer?: ArrayBuffer | ArrayBufferView;
    },
  ): Graphics;
  createCallback(
    width: number,
    height: number,
    bpp: number,
    callback:
      | ((x: number, y: number, color: number) => void)
      | {
          setPixel: (x: number, y: number, color: number) => void;
          fillRect?: (x1: number, y1: number, x2: number, y2: number, color: number) => void;
        },
  ): Graphics;
  createImage(text: string): any;
  createSDL?(width: number, height: number, bpp: number): Graphics;
};
