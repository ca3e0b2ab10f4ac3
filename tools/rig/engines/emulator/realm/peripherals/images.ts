/** Images of `Graphics`, unpacked ones. */
import { toArray } from './bench';
import { GRAPHICS_KEY, canvasOf, int } from './canvas';
import { fillRect } from './raster';

interface Image {
  width: number;
  height: number;
  bpp?: number;
  transparent?: number;
  palette?: ArrayLike<number>;
  buffer: unknown;
}

/** `{width, height, bpp, buffer}`, or text that begins with them. */
export function imageOf(given: unknown): Image {
  if (typeof given !== 'string') {
    if (typeof given === 'object' && given !== null && GRAPHICS_KEY in given) {
      const { screen, bpp } = canvasOf(given);
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

export function bytesOf(buffer: unknown): Uint8Array {
  if (typeof buffer === 'string') return toArray(buffer);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  const view = buffer as Uint8Array;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export function drawImage(
  this: object,
  given: unknown,
  x: unknown,
  y: unknown,
  options?: { scale?: number },
): object {
  const canvas = canvasOf(this);
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
      const color = palette ? (palette[value] ?? 0) : bpp === 1 ? (value ? canvas.fg : canvas.bg) : value;
      const area = { x1: int(x) + column * scale, y1: int(y) + row * scale };
      fillRect(
        canvas.screen,
        canvas.clip,
        { ...area, x2: area.x1 + scale - 1, y2: area.y1 + scale - 1 },
        color,
      );
    }
  return this;
}
