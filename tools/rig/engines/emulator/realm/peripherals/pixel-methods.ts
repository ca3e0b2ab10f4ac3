/** Methods of `Graphics` for single pixels and for the whole screen. */
import { canvasOf, int, resetCanvas, markModified, wholeScreen } from './canvas';
import type { Methods } from './canvas';
import { toColor } from './pixels';
import { fillRect, flood, pixel } from './raster';

export const pixelMethods: Methods = {
  setPixel(this: object, x: unknown, y: unknown, color?: unknown) {
    const canvas = canvasOf(this);
    const value = color === undefined ? canvas.fg : toColor(canvas.bpp, canvas.order, color);
    pixel(canvas.screen, canvas.clip, int(x), int(y), value);
    markModified(canvas, { x1: int(x), y1: int(y), x2: int(x), y2: int(y) });
    return this;
  },
  getPixel(this: object, x: unknown, y: unknown) {
    return canvasOf(this).screen.get(int(x), int(y));
  },
  floodFill(this: object, x: unknown, y: unknown, color: unknown) {
    const canvas = canvasOf(this);
    flood(canvas.screen, canvas.clip, int(x), int(y), toColor(canvas.bpp, canvas.order, color));
    return this;
  },
  clear(this: object, anew?: unknown) {
    const canvas = canvasOf(this);
    if (anew) resetCanvas(canvas);
    fillRect(canvas.screen, wholeScreen(canvas), wholeScreen(canvas), canvas.bg);
    markModified(canvas, wholeScreen(canvas));
    return this;
  },
  getModified(this: object, anew?: unknown) {
    const canvas = canvasOf(this);
    const { modified } = canvas;
    if (anew) canvas.modified = undefined;
    return modified;
  },
  scroll(this: object, dx: unknown, dy: unknown) {
    const { screen, bg } = canvasOf(this);
    const old: number[] = [];
    for (let y = 0; y < screen.height; y++) for (let x = 0; x < screen.width; x++) old.push(screen.get(x, y));
    for (let y = 0; y < screen.height; y++)
      for (let x = 0; x < screen.width; x++) {
        const [fromX, fromY] = [x - int(dx), y - int(dy)];
        const inside = fromX >= 0 && fromY >= 0 && fromX < screen.width && fromY < screen.height;
        screen.set(x, y, inside ? (old[fromY * screen.width + fromX] ?? bg) : bg);
      }
    return this;
  },
};
