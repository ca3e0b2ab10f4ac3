/**
 * `Graphics`: screens in a buffer or behind a callback (Espruino libs/graphics/jswrap_graphics.c). Shapes are where a
 * board draws them. What it lacks: the forms of letters, which are boxes of the letters' size, images that are packed,
 * shades of anti-aliased lines, and effects such as `quadraticBezier` and `blit`, which throw. Text that is drawn is told.
 */
import type { Bench } from './bench';
import { toArray } from './bench';
import { inBuffer, toColor } from './pixels';
import type { Layout } from './pixels';
import { ellipse, fillRect, flood, line, pixel, polygon } from './raster';
import type { Area, Screen } from './raster';

interface State {
  readonly screen: Screen;
  readonly bpp: number;
  readonly order: string;
  fg: number;
  bg: number;
  clip: Area;
  x: number;
  y: number;
  font: string;
  letter: readonly [width: number, height: number];
  align: readonly [number, number];
  rotation: number;
  modified: Area | undefined;
}

const KEY = '#graphics';
const FONT_4X6 = [4, 6] as const;

/** Functions whose effect is not drawn here; using one says so. */
const LACKING = [
  'asBMP',
  'asURL',
  'blit',
  'drawImages',
  'quadraticBezier',
  'transformVertices',
  'getVectorFontPolys',
];

type Methods = Record<string, (this: object, ...args: never[]) => unknown>;

function whole(area: State | Screen): Area {
  const screen = 'screen' in area ? area.screen : area;
  return { x1: 0, y1: 0, x2: screen.width - 1, y2: screen.height - 1 };
}

function stateOf(object: object): State {
  const state = (object as { [KEY]?: State })[KEY];
  if (state === undefined) throw new Error('Not a Graphics');
  return state;
}

/** `(x1, y1, x2, y2)` or `{x, y, x2, y2}` or `{x, y, w, h}`. */
function areaOf(x1: unknown, y1: unknown, x2: unknown, y2: unknown): Area {
  if (typeof x1 !== 'object' || x1 === null) return { x1: int(x1), y1: int(y1), x2: int(x2), y2: int(y2) };
  const { x, y, ...rest } = x1 as Record<string, number>;
  return {
    x1: int(x),
    y1: int(y),
    x2: int(rest.x2 ?? int(x) + int(rest.w) - 1),
    y2: int(rest.y2 ?? int(y) + int(rest.h) - 1),
  };
}

function int(value: unknown): number {
  return Number(value) | 0;
}

function reset(state: State): void {
  state.fg = ((1 << Math.min(state.bpp, 31)) - 1) >>> 0;
  state.bg = 0;
  state.clip = whole(state);
  state.font = '4x6';
  state.letter = FONT_4X6;
  state.align = [-1, -1];
  state.rotation = 0;
}

function shapes(): Methods {
  function touch(state: State, area: Area): void {
    const old = state.modified ?? area;
    state.modified = {
      x1: Math.min(old.x1, area.x1),
      y1: Math.min(old.y1, area.y1),
      x2: Math.max(old.x2, area.x2),
      y2: Math.max(old.y2, area.y2),
    };
  }
  function border(state: State, { x1, y1, x2, y2 }: Area): void {
    for (const side of [
      { x1, y1, x2, y2: y1 },
      { x1, y1: y2, x2, y2 },
      { x1, y1, x2: x1, y2 },
      { x1: x2, y1, x2, y2 },
    ])
      fillRect(state.screen, state.clip, side, state.fg);
  }
  function round(filled: boolean) {
    return function (this: object, x: unknown, y: unknown, r: unknown) {
      const state = stateOf(this);
      const area = { x1: int(x) - int(r), y1: int(y) - int(r), x2: int(x) + int(r), y2: int(y) + int(r) };
      ellipse(state.screen, state.clip, area, state.fg, filled);
      touch(state, area);
      return this;
    };
  }
  function oval(filled: boolean) {
    return function (this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
      const state = stateOf(this);
      ellipse(state.screen, state.clip, areaOf(x1, y1, x2, y2), state.fg, filled);
      touch(state, areaOf(x1, y1, x2, y2));
      return this;
    };
  }
  function stroke(state: State, x1: number, y1: number, x2: number, y2: number): void {
    line(state.screen, state.clip, { x1, y1, x2, y2 }, state.fg);
    state.x = x2;
    state.y = y2;
    touch(state, { x1: Math.min(x1, x2), y1: Math.min(y1, y2), x2: Math.max(x1, x2), y2: Math.max(y1, y2) });
  }
  function drawLine(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown): object {
    stroke(stateOf(this), int(x1), int(y1), int(x2), int(y2));
    return this;
  }
  function drawPoly(this: object, points: ArrayLike<number>, closed?: unknown): object {
    const state = stateOf(this);
    const count = points.length >> 1;
    for (let i = closed ? 0 : 1; i < count; i++) {
      const before = (i + count - 1) % count;
      stroke(
        state,
        int(points[2 * before]),
        int(points[2 * before + 1]),
        int(points[2 * i]),
        int(points[2 * i + 1]),
      );
    }
    return this;
  }
  function fillPoly(this: object, points: ArrayLike<number>): object {
    const state = stateOf(this);
    const list = (Object.values(points) as number[]).map(int);
    polygon(state.screen, state.clip, list, state.fg);
    drawPoly.call(this, list, true);
    return this;
  }
  const fillCircle = round(true);
  const drawCircle = round(false);
  return {
    fillRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
      const state = stateOf(this);
      fillRect(state.screen, state.clip, areaOf(x1, y1, x2, y2), state.fg);
      touch(state, areaOf(x1, y1, x2, y2));
      return this;
    },
    clearRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
      const state = stateOf(this);
      fillRect(state.screen, state.clip, areaOf(x1, y1, x2, y2), state.bg);
      touch(state, areaOf(x1, y1, x2, y2));
      return this;
    },
    drawRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
      border(stateOf(this), areaOf(x1, y1, x2, y2));
      touch(stateOf(this), areaOf(x1, y1, x2, y2));
      return this;
    },
    fillCircle,
    drawCircle,
    fillCircleAA: fillCircle,
    drawCircleAA: drawCircle,
    fillEllipse: oval(true),
    drawEllipse: oval(false),
    drawLine,
    drawLineAA: drawLine,
    lineTo(this: object, x: unknown, y: unknown) {
      const state = stateOf(this);
      stroke(state, state.x, state.y, int(x), int(y));
      return this;
    },
    moveTo(this: object, x: unknown, y: unknown) {
      Object.assign(stateOf(this), { x: int(x), y: int(y) });
      return this;
    },
    drawPoly,
    drawPolyAA: drawPoly,
    fillPoly,
    fillPolyAA: fillPoly,
    setPixel(this: object, x: unknown, y: unknown, color?: unknown) {
      const state = stateOf(this);
      const value = color === undefined ? state.fg : toColor(state.bpp, state.order, color);
      pixel(state.screen, state.clip, int(x), int(y), value);
      touch(state, { x1: int(x), y1: int(y), x2: int(x), y2: int(y) });
      return this;
    },
    getPixel(this: object, x: unknown, y: unknown) {
      return stateOf(this).screen.get(int(x), int(y));
    },
    floodFill(this: object, x: unknown, y: unknown, color: unknown) {
      const state = stateOf(this);
      flood(state.screen, state.clip, int(x), int(y), toColor(state.bpp, state.order, color));
      return this;
    },
    clear(this: object, anew?: unknown) {
      const state = stateOf(this);
      if (anew) reset(state);
      fillRect(state.screen, whole(state), whole(state), state.bg);
      touch(state, whole(state));
      return this;
    },
    getModified(this: object, anew?: unknown) {
      const state = stateOf(this);
      const { modified } = state;
      if (anew) state.modified = undefined;
      return modified;
    },
    scroll(this: object, dx: unknown, dy: unknown) {
      const { screen, bg } = stateOf(this);
      const old: number[] = [];
      for (let y = 0; y < screen.height; y++)
        for (let x = 0; x < screen.width; x++) old.push(screen.get(x, y));
      for (let y = 0; y < screen.height; y++)
        for (let x = 0; x < screen.width; x++) {
          const [fromX, fromY] = [x - int(dx), y - int(dy)];
          const inside = fromX >= 0 && fromY >= 0 && fromX < screen.width && fromY < screen.height;
          screen.set(x, y, inside ? (old[fromY * screen.width + fromX] ?? bg) : bg);
        }
      return this;
    },
  };
}

function texts(tell: (text: string, x: number, y: number) => void): Methods {
  const widest = (lines: readonly string[]): number =>
    lines.reduce((most, one) => Math.max(most, one.length), 0);
  function setFont(self: object, font: string, width: number, height: number): object {
    Object.assign(stateOf(self), { font, letter: [width, height] });
    return self;
  }
  return {
    setFont(this: object, name?: unknown, size?: unknown) {
      const text = String(name ?? '4x6');
      const scale = Number(size) || Number(/:(\d+)$/.exec(text)?.[1]) || 1;
      const [, w, h] = /^(\d+)x(\d+)/.exec(text) ?? [];
      if (w === undefined) return setFont(this, text, Math.round(scale * 0.6), scale);
      return setFont(this, text, Number(w) * scale, Number(h) * scale);
    },
    setFontBitmap(this: object) {
      return setFont(this, '4x6', ...FONT_4X6);
    },
    setFontVector(this: object, size: unknown) {
      return setFont(this, 'Vector', Math.round(Number(size) * 0.6), Number(size));
    },
    setFontCustom(this: object, _bitmap: unknown, _first: unknown, width: unknown, height: unknown) {
      const wide = typeof width === 'string' ? width.charCodeAt(0) : Number(width);
      return setFont(this, 'Custom', wide, Number(height) & 255);
    },
    setFontAlign(this: object, x: unknown, y?: unknown) {
      stateOf(this).align = [int(x), y === undefined ? -1 : int(y)];
      return this;
    },
    getFont(this: object) {
      return stateOf(this).font;
    },
    getFonts: () => ['4x6', '6x8', 'Vector'],
    getFontHeight(this: object) {
      return stateOf(this).letter[1];
    },
    stringWidth(this: object, text: unknown) {
      return widest(String(text).split('\n')) * stateOf(this).letter[0];
    },
    stringMetrics(this: object, text: unknown) {
      const lines = String(text).split('\n');
      const [width, height] = stateOf(this).letter;
      return { width: widest(lines) * width, height: lines.length * height, unrenderableChars: false };
    },
    wrapString(this: object, text: unknown, width: unknown) {
      const most = Math.max(1, Math.floor(Number(width) / stateOf(this).letter[0]));
      const lines: string[] = [];
      for (const paragraph of String(text).split('\n')) {
        let now = '';
        for (const word of paragraph.split(' ')) {
          if (now !== '' && now.length + 1 + word.length > most) {
            lines.push(now);
            now = word;
          } else now += (now === '' ? '' : ' ') + word;
        }
        lines.push(now);
      }
      return lines;
    },
    drawString(this: object, given: unknown, x: unknown, y: unknown, solid?: unknown) {
      const state = stateOf(this);
      const text = String(given);
      const lines = text.split('\n');
      const [width, height] = state.letter;
      const top = int(y) - ((state.align[1] + 1) * lines.length * height) / 2;
      lines.forEach((one, row) => {
        const left = int(x) - ((state.align[0] + 1) * one.length * width) / 2;
        for (let i = 0; i < one.length; i++) {
          const cell = { x1: left + i * width, y1: top + row * height };
          const end = { x2: cell.x1 + width - 1, y2: cell.y1 + height - 1 };
          if (solid) fillRect(state.screen, state.clip, { ...cell, ...end }, state.bg);
          if (one.charAt(i) === ' ') continue;
          fillRect(state.screen, state.clip, { ...cell, x2: end.x2 - 1, y2: end.y2 - 1 }, state.fg);
        }
      });
      tell(text, int(x), int(y));
      return this;
    },
  };
}

interface Image {
  width: number;
  height: number;
  bpp?: number;
  transparent?: number;
  palette?: ArrayLike<number>;
  buffer: unknown;
}

/** `{width, height, bpp, buffer}`, or text that begins with them. */
function imageOf(given: unknown): Image {
  if (typeof given !== 'string') {
    if (typeof given === 'object' && given !== null && KEY in given) {
      const { screen, bpp } = stateOf(given);
      return { width: screen.width, height: screen.height, bpp, buffer: (given as unknown as Image).buffer };
    }
    return given as Image;
  }
  const bpp = given.charCodeAt(2) & 63;
  const hasTransparent = (given.charCodeAt(2) & 128) !== 0;
  return {
    width: given.charCodeAt(0),
    height: given.charCodeAt(1),
    bpp,
    ...(hasTransparent && { transparent: given.charCodeAt(3) }),
    buffer: given.slice(hasTransparent ? 4 : 3),
  };
}

function bytesOf(buffer: unknown): Uint8Array {
  if (typeof buffer === 'string') return toArray(buffer);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  const view = buffer as Uint8Array;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function drawImage(
  this: object,
  given: unknown,
  x: unknown,
  y: unknown,
  options?: { scale?: number },
): object {
  const state = stateOf(this);
  const { width, height, bpp = 1, transparent, palette, buffer } = imageOf(given);
  const scale = Math.max(1, int(options?.scale ?? 1));
  const bytes = bytesOf(buffer);
  // Bits from the top, without gaps between rows.
  const mask = (1 << Math.min(bpp, 31)) - 1;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const bit = (row * width + column) * bpp;
      let value = 0;
      if (bpp >= 8) for (let i = 0; i < bpp >> 3; i++) value = (value << 8) | (bytes[(bit >> 3) + i] ?? 0);
      else value = ((bytes[bit >> 3] ?? 0) >> (8 - (bit & 7) - bpp)) & mask;
      if (value === transparent) continue;
      const color = palette ? (palette[value] ?? 0) : bpp === 1 ? (value ? state.fg : state.bg) : value;
      const area = { x1: int(x) + column * scale, y1: int(y) + row * scale };
      fillRect(
        state.screen,
        state.clip,
        { ...area, x2: area.x1 + scale - 1, y2: area.y1 + scale - 1 },
        color,
      );
    }
  return this;
}

export function createGraphics(bench: Bench): Record<string, unknown> {
  const Graphics = function (this: object): void {
    throw new Error('Graphics is made by Graphics.createArrayBuffer and its like');
  } as unknown as { prototype: object } & Record<string, unknown>;

  function setColor(which: 'fg' | 'bg') {
    return function (this: object, red: unknown, green?: unknown, blue?: unknown) {
      const state = stateOf(this);
      state[which] = toColor(state.bpp, state.order, red, green, blue);
      return this;
    };
  }
  const methods: Methods = {
    ...shapes(),
    ...texts((text, x, y) => bench.tell({ kind: 'text', text, x, y })),
    drawImage,
    setColor: setColor('fg'),
    setBgColor: setColor('bg'),
    getColor(this: object) {
      return stateOf(this).fg;
    },
    getBgColor(this: object) {
      return stateOf(this).bg;
    },
    toColor(this: object, red: unknown, green?: unknown, blue?: unknown) {
      return toColor(stateOf(this).bpp, stateOf(this).order, red, green, blue);
    },
    getWidth(this: object) {
      return stateOf(this).screen.width;
    },
    getHeight(this: object) {
      return stateOf(this).screen.height;
    },
    getBPP(this: object) {
      return stateOf(this).bpp;
    },
    reset(this: object) {
      reset(stateOf(this));
      return this;
    },
    setClipRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
      const state = stateOf(this);
      const [all, wanted] = [whole(state), areaOf(x1, y1, x2, y2)];
      state.clip = {
        x1: Math.max(all.x1, wanted.x1),
        y1: Math.max(all.y1, wanted.y1),
        x2: Math.min(all.x2, wanted.x2),
        y2: Math.min(all.y2, wanted.y2),
      };
      return this;
    },
    setRotation(this: object, rotation: unknown) {
      if (int(rotation) !== 0) throw new Error('The emulator has no rotated screens');
      return this;
    },
    imageMetrics: (image: unknown) => {
      const { width, height, bpp = 1 } = imageOf(image);
      return { width, height, bpp, transparent: false };
    },
    asImage(this: object) {
      const { screen, bpp } = stateOf(this);
      return {
        width: screen.width,
        height: screen.height,
        bpp,
        buffer: (this as { buffer?: unknown }).buffer,
      };
    },
    setTheme(this: object, theme: object) {
      (this as { theme: object }).theme = theme;
      return this;
    },
    dump(this: object) {
      const { screen } = stateOf(this);
      for (let y = 0; y < screen.height; y++) {
        let row = '';
        for (let x = 0; x < screen.width; x++) row += screen.get(x, y) ? '#' : '.';
        bench.print(row);
      }
    },
    flip: () => undefined,
  };
  for (const name of LACKING)
    methods[name] = () => {
      throw new Error(`The emulator has no Graphics.${name}`);
    };
  for (const name of Object.keys(methods))
    Object.defineProperty(Graphics.prototype, name, {
      value: methods[name],
      configurable: true,
      writable: true,
    });

  function make(screen: Screen, bpp: number, order: string): object {
    const graphics = Object.create(Graphics.prototype) as object;
    const state = { screen, bpp, order, x: 0, y: 0, modified: undefined } as unknown as State;
    reset(state);
    Object.defineProperty(graphics, KEY, { value: state, enumerable: false });
    return graphics;
  }

  function check(width: unknown, height: unknown, bpp: unknown): [number, number, number] {
    const [w, h, b] = [int(width), int(height), int(bpp)];
    // `isValidBPP` and sizes of jswrap_graphics.c
    if (w <= 0 || h <= 0 || w > 32767 || h > 32767) throw new Error('Invalid Size');
    if (![1, 2, 4, 8, 16, 24, 32].includes(b)) throw new Error('Invalid BPP');
    return [w, h, b];
  }

  Graphics.createArrayBuffer = (
    width: unknown,
    height: unknown,
    bits: unknown,
    options?: Layout & { buffer?: ArrayBuffer },
  ): object => {
    const [w, h, bpp] = check(width, height, bits);
    if (options?.vertical_byte && bpp !== 1)
      throw new Error('vertical_byte only works for 1bpp ArrayBuffers');
    const rows = options?.vertical_byte ? Math.ceil(h / 8) * 8 : h;
    const buffer = options?.buffer ? bytesOf(options.buffer) : new Uint8Array((w * rows * bpp + 7) >> 3);
    const graphics = make(inBuffer(buffer, w, h, bpp, options ?? {}), bpp, options?.color_order ?? 'rgb');
    (graphics as { buffer: unknown }).buffer = buffer.buffer;
    return graphics;
  };
  Graphics.createCallback = (width: unknown, height: unknown, bits: unknown, callback: unknown): object => {
    const [w, h, bpp] = check(width, height, bits);
    const given = (typeof callback === 'function' ? { setPixel: callback } : callback) as {
      setPixel?: (x: number, y: number, color: number) => void;
    };
    const { setPixel } = given;
    if (typeof setPixel !== 'function')
      throw new Error('Expecting Callback Function or an Object but got undefined');
    return make(
      { width: w, height: h, set: (x, y, color) => setPixel(x, y, color), get: () => 0 },
      bpp,
      'rgb',
    );
  };
  Graphics.createImage = (text: unknown): object => {
    const rows = String(text)
      .split('\n')
      .filter((row) => row !== '');
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const buffer = new Uint8Array((width * rows.length + 7) >> 3);
    const screen = inBuffer(buffer, width, rows.length, 1, { msb: true });
    rows.forEach((row, y) => {
      for (let x = 0; x < row.length; x++) if (row.charAt(x) !== ' ') screen.set(x, y, 1);
    });
    return { width, height: rows.length, bpp: 1, buffer: buffer.buffer };
  };
  Graphics.getInstance = (): unknown => (globalThis as unknown as { g?: unknown }).g;
  return { Graphics };
}
