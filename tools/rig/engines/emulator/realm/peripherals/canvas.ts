/** What is known of one screen: where it is drawn on, its colours, font and clipping, and what has been drawn on since. */
import type { Area, Screen } from './raster';

export interface Canvas {
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

/** Where a `Graphics` keeps it. */
export const GRAPHICS_KEY = '#graphics';
export const FONT_4X6 = [4, 6] as const;

/** Of `Graphics`, by name. */
export type Methods = Record<string, (this: object, ...args: never[]) => unknown>;

export function wholeScreen(area: Canvas | Screen): Area {
  const screen = 'screen' in area ? area.screen : area;
  return { x1: 0, y1: 0, x2: screen.width - 1, y2: screen.height - 1 };
}

export function canvasOf(object: object): Canvas {
  const canvas = (object as { [GRAPHICS_KEY]?: Canvas })[GRAPHICS_KEY];
  if (canvas === undefined) throw new Error('Not a Graphics');
  return canvas;
}

/** `(x1, y1, x2, y2)` or `{x, y, x2, y2}` or `{x, y, w, h}`. */
export function areaOf(x1: unknown, y1: unknown, x2: unknown, y2: unknown): Area {
  if (typeof x1 !== 'object' || x1 === null) return { x1: int(x1), y1: int(y1), x2: int(x2), y2: int(y2) };
  const { x, y, ...rest } = x1 as Record<string, number>;
  return {
    x1: int(x),
    y1: int(y),
    x2: int(rest.x2 ?? int(x) + int(rest.w) - 1),
    y2: int(rest.y2 ?? int(y) + int(rest.h) - 1),
  };
}

export function int(value: unknown): number {
  return Number(value) | 0;
}

/** As it is when it is new, but for what has been drawn. */
export function resetCanvas(canvas: Canvas): void {
  canvas.fg = ((1 << Math.min(canvas.bpp, 31)) - 1) >>> 0;
  canvas.bg = 0;
  canvas.clip = wholeScreen(canvas);
  canvas.font = '4x6';
  canvas.letter = FONT_4X6;
  canvas.align = [-1, -1];
  canvas.rotation = 0;
}

/** An area has been drawn on. */
export function markModified(canvas: Canvas, area: Area): void {
  const old = canvas.modified ?? area;
  canvas.modified = {
    x1: Math.min(old.x1, area.x1),
    y1: Math.min(old.y1, area.y1),
    x2: Math.max(old.x2, area.x2),
    y2: Math.max(old.y2, area.y2),
  };
}
