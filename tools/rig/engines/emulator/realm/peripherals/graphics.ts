/**
 * `Graphics`: screens in a buffer or behind a callback (Espruino libs/graphics/jswrap_graphics.c). Shapes are where a
 * board draws them. What it lacks: the forms of letters, which are boxes of the letters' size, images that are packed,
 * shades of anti-aliased lines, and effects such as `quadraticBezier` and `blit`, which throw. Text that is drawn is told.
 */
import type { Bench } from './bench';
import { GRAPHICS_KEY, areaOf, canvasOf, int, resetCanvas, wholeScreen } from './canvas';
import type { Canvas, Methods } from './canvas';
import { bytesOf, drawImage, imageOf } from './images';
import { pixelMethods } from './pixel-methods';
import { inBuffer, toColor } from './pixels';
import type { Layout } from './pixels';
import type { Screen } from './raster';
import { shapes } from './shapes';
import { texts } from './texts';

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

function setColor(which: 'fg' | 'bg') {
  return function (this: object, red: unknown, green?: unknown, blue?: unknown) {
    const canvas = canvasOf(this);
    canvas[which] = toColor(canvas.bpp, canvas.order, red, green, blue);
    return this;
  };
}
/** Colours, sizes and clipping. */
const settings: Methods = {
  setColor: setColor('fg'),
  setBgColor: setColor('bg'),
  getColor(this: object) {
    return canvasOf(this).fg;
  },
  getBgColor(this: object) {
    return canvasOf(this).bg;
  },
  toColor(this: object, red: unknown, green?: unknown, blue?: unknown) {
    return toColor(canvasOf(this).bpp, canvasOf(this).order, red, green, blue);
  },
  getWidth(this: object) {
    return canvasOf(this).screen.width;
  },
  getHeight(this: object) {
    return canvasOf(this).screen.height;
  },
  getBPP(this: object) {
    return canvasOf(this).bpp;
  },
  reset(this: object) {
    resetCanvas(canvasOf(this));
    return this;
  },
  setClipRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
    const canvas = canvasOf(this);
    const [all, wanted] = [wholeScreen(canvas), areaOf(x1, y1, x2, y2)];
    canvas.clip = {
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
    const { screen, bpp } = canvasOf(this);
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
  flip: () => undefined,
};

function check(width: unknown, height: unknown, bpp: unknown): [number, number, number] {
  const [w, h, b] = [int(width), int(height), int(bpp)];
  // `isValidBPP` and sizes of jswrap_graphics.c
  if (w <= 0 || h <= 0 || w > 32767 || h > 32767) throw new Error('Invalid Size');
  if (![1, 2, 4, 8, 16, 24, 32].includes(b)) throw new Error('Invalid BPP');
  return [w, h, b];
}

/** `Graphics.createImage`: a row a line, a pixel a letter. */
function createImage(text: unknown): object {
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
}

/** Screens by their class. @param make a screen with what it is drawn on */
function makers(make: (screen: Screen, bpp: number, order: string) => object): Record<string, unknown> {
  return {
    createArrayBuffer(
      width: unknown,
      height: unknown,
      bits: unknown,
      options?: Layout & { buffer?: ArrayBuffer },
    ): object {
      const [w, h, bpp] = check(width, height, bits);
      if (options?.vertical_byte && bpp !== 1)
        throw new Error('vertical_byte only works for 1bpp ArrayBuffers');
      const rows = options?.vertical_byte ? Math.ceil(h / 8) * 8 : h;
      const buffer = options?.buffer ? bytesOf(options.buffer) : new Uint8Array((w * rows * bpp + 7) >> 3);
      const graphics = make(inBuffer(buffer, w, h, bpp, options ?? {}), bpp, options?.color_order ?? 'rgb');
      (graphics as { buffer: unknown }).buffer = buffer.buffer;
      return graphics;
    },
    createCallback(width: unknown, height: unknown, bits: unknown, callback: unknown): object {
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
    },
    createImage,
    getInstance: () => (globalThis as unknown as { g?: unknown }).g,
  };
}

export function createGraphics(bench: Bench): Record<string, unknown> {
  const Graphics = function (this: object): void {
    throw new Error('Graphics is made by Graphics.createArrayBuffer and its like');
  } as unknown as { prototype: object };

  const methods: Methods = {
    ...shapes,
    ...pixelMethods,
    ...settings,
    ...texts((text, x, y) => bench.tell({ kind: 'text', text, x, y })),
    drawImage,
    dump(this: object) {
      const { screen } = canvasOf(this);
      for (let y = 0; y < screen.height; y++) {
        let row = '';
        for (let x = 0; x < screen.width; x++) row += screen.get(x, y) ? '#' : '.';
        bench.print(row);
      }
    },
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
    const canvas = { screen, bpp, order, x: 0, y: 0, modified: undefined } as unknown as Canvas;
    resetCanvas(canvas);
    Object.defineProperty(graphics, GRAPHICS_KEY, { value: canvas, enumerable: false });
    return graphics;
  }

  Object.assign(Graphics, makers(make));
  return { Graphics };
}
