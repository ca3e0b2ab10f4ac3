/**
 * Where the pixels of a `Graphics` are kept (Espruino libs/graphics/lcd_arraybuffer.c) and how colours become numbers
 * (jswrap_graphics.c, `jswrap_graphics_toColor`). Colours of 3 to 8 bits are black or white here; on a board they are
 * those of a palette.
 */
import type { Screen } from './raster';

export interface Layout {
  readonly zigzag?: boolean;
  readonly vertical_byte?: boolean;
  readonly msb?: boolean;
  readonly interleavex?: boolean;
  readonly color_order?: string;
}

export function inBuffer(
  buffer: Uint8Array,
  width: number,
  height: number,
  bpp: number,
  layout: Layout,
): Screen {
  function indexOf(x: number, y: number): number {
    if (layout.zigzag && y & 1) x = width - 1 - x;
    if (layout.interleavex) {
      const half = height >> 1;
      const below = y >= half;
      return (below ? bpp : 0) + (x + (below ? y - half : y) * width) * (bpp << 1);
    }
    return layout.vertical_byte ? ((x + (y >> 3) * width) << 3) | (y & 7) : (x + y * width) * bpp;
  }
  const mask = (1 << bpp) - 1;
  const bytes = bpp >> 3;
  const inBits = (bpp & 7) !== 0;
  const shiftOf = (index: number): number => (layout.msb ? 8 - ((index & 7) + bpp) : index & 7);
  const place = (i: number): number => 8 * (layout.msb ? bytes - 1 - i : i);
  const beyond = (x: number, y: number): boolean => x < 0 || y < 0 || x >= width || y >= height;

  return {
    width,
    height,
    set(x, y, color) {
      if (beyond(x, y)) return;
      const index = indexOf(x, y);
      const at = index >> 3;
      if (inBits) {
        const shift = shiftOf(index);
        buffer[at] = ((buffer[at] ?? 0) & ~(mask << shift)) | ((color & mask) << shift);
      } else for (let i = 0; i < bytes; i++) buffer[at + i] = (color >>> place(i)) & 255;
    },
    get(x, y) {
      if (beyond(x, y)) return 0;
      const index = indexOf(x, y);
      const at = index >> 3;
      if (inBits) return ((buffer[at] ?? 0) >> shiftOf(index)) & mask;
      let color = 0;
      for (let i = 0; i < bytes; i++) color |= (buffer[at + i] ?? 0) << place(i);
      return color >>> 0;
    },
  };
}

const ORDERS: Readonly<Record<string, readonly [number, number, number]>> = {
  rgb: [0, 1, 2],
  brg: [2, 0, 1],
  bgr: [2, 1, 0],
  gbr: [1, 2, 0],
  grb: [1, 0, 2],
  rbg: [0, 2, 1],
};

function parts(color: string): number[] {
  const digits = color.slice(1);
  if (!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color))
    throw new Error("If Color is a String, it must be of the form '#rrggbb' or '#rgb'");
  if (digits.length === 3) return [0, 1, 2].map((i) => parseInt(digits.charAt(i), 16) / 15);
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16) / 255);
}

export function toColor(bpp: number, order: string, red: unknown, green?: unknown, blue?: unknown): number {
  let given = typeof red === 'string' ? parts(red) : [red, green, blue].map(Number);
  if (given.some((one) => !isFinite(one))) return (Number(red) | 0) >>> 0;
  given = (ORDERS[order] ?? [0, 1, 2]).map((i) => Math.min(255, Math.max(0, ((given[i] ?? 0) * 256) | 0)));
  const [r = 0, g = 0, b = 0] = given;
  if (bpp === 16) return ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);
  if (bpp >= 24) return ((bpp === 32 ? 0xff000000 : 0) | (r << 16) | (g << 8) | b) >>> 0;
  return r + g + b >= 384 ? ((1 << bpp) - 1) >>> 0 : 0;
}
