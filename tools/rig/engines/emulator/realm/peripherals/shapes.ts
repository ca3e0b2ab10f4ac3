/** Shapes of `Graphics`: rectangles, ellipses, lines and polygons. They are where a board draws them. */
import { areaOf, canvasOf, int, markModified } from './canvas';
import type { Canvas, Methods } from './canvas';
import { ellipse, fillRect, line, polygon } from './raster';
import type { Area } from './raster';

function border(canvas: Canvas, { x1, y1, x2, y2 }: Area): void {
  for (const side of [
    { x1, y1, x2, y2: y1 },
    { x1, y1: y2, x2, y2 },
    { x1, y1, x2: x1, y2 },
    { x1: x2, y1, x2, y2 },
  ])
    fillRect(canvas.screen, canvas.clip, side, canvas.fg);
}
function round(filled: boolean) {
  return function (this: object, x: unknown, y: unknown, r: unknown) {
    const canvas = canvasOf(this);
    const area = { x1: int(x) - int(r), y1: int(y) - int(r), x2: int(x) + int(r), y2: int(y) + int(r) };
    ellipse(canvas.screen, canvas.clip, area, canvas.fg, filled);
    markModified(canvas, area);
    return this;
  };
}
function oval(filled: boolean) {
  return function (this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
    const canvas = canvasOf(this);
    ellipse(canvas.screen, canvas.clip, areaOf(x1, y1, x2, y2), canvas.fg, filled);
    markModified(canvas, areaOf(x1, y1, x2, y2));
    return this;
  };
}
function stroke(canvas: Canvas, x1: number, y1: number, x2: number, y2: number): void {
  line(canvas.screen, canvas.clip, { x1, y1, x2, y2 }, canvas.fg);
  canvas.x = x2;
  canvas.y = y2;
  markModified(canvas, {
    x1: Math.min(x1, x2),
    y1: Math.min(y1, y2),
    x2: Math.max(x1, x2),
    y2: Math.max(y1, y2),
  });
}
function drawLine(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown): object {
  stroke(canvasOf(this), int(x1), int(y1), int(x2), int(y2));
  return this;
}
function drawPoly(this: object, points: ArrayLike<number>, closed?: unknown): object {
  const canvas = canvasOf(this);
  const count = points.length >> 1;
  for (let i = closed ? 0 : 1; i < count; i++) {
    const before = (i + count - 1) % count;
    stroke(
      canvas,
      int(points[2 * before]),
      int(points[2 * before + 1]),
      int(points[2 * i]),
      int(points[2 * i + 1]),
    );
  }
  return this;
}
function fillPoly(this: object, points: ArrayLike<number>): object {
  const canvas = canvasOf(this);
  const list = (Object.values(points) as number[]).map(int);
  polygon(canvas.screen, canvas.clip, list, canvas.fg);
  drawPoly.call(this, list, true);
  return this;
}
const fillCircle = round(true);
const drawCircle = round(false);

export const shapes: Methods = {
  fillRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
    const canvas = canvasOf(this);
    fillRect(canvas.screen, canvas.clip, areaOf(x1, y1, x2, y2), canvas.fg);
    markModified(canvas, areaOf(x1, y1, x2, y2));
    return this;
  },
  clearRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
    const canvas = canvasOf(this);
    fillRect(canvas.screen, canvas.clip, areaOf(x1, y1, x2, y2), canvas.bg);
    markModified(canvas, areaOf(x1, y1, x2, y2));
    return this;
  },
  drawRect(this: object, x1: unknown, y1: unknown, x2: unknown, y2: unknown) {
    border(canvasOf(this), areaOf(x1, y1, x2, y2));
    markModified(canvasOf(this), areaOf(x1, y1, x2, y2));
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
    const canvas = canvasOf(this);
    stroke(canvas, canvas.x, canvas.y, int(x), int(y));
    return this;
  },
  moveTo(this: object, x: unknown, y: unknown) {
    Object.assign(canvasOf(this), { x: int(x), y: int(y) });
    return this;
  },
  drawPoly,
  drawPolyAA: drawPoly,
  fillPoly,
  fillPolyAA: fillPoly,
};
