/**
 * Shapes on a grid of pixels, as Espruino draws them (libs/graphics/graphics.c): integers, ends included, clipped to the
 * screen. Pure; it knows neither colours' formats nor where pixels are kept.
 */
export interface Screen {
  readonly width: number;
  readonly height: number;
  set(x: number, y: number, color: number): void;
  get(x: number, y: number): number;
}

export interface Area {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export function pixel(screen: Screen, clip: Area, x: number, y: number, color: number): void {
  if (x >= clip.x1 && y >= clip.y1 && x <= clip.x2 && y <= clip.y2) screen.set(x, y, color);
}

export function fillRect(screen: Screen, clip: Area, area: Area, color: number): void {
  const left = Math.max(clip.x1, Math.min(area.x1, area.x2));
  const right = Math.min(clip.x2, Math.max(area.x1, area.x2));
  const top = Math.max(clip.y1, Math.min(area.y1, area.y2));
  const bottom = Math.min(clip.y2, Math.max(area.y1, area.y2));
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) screen.set(x, y, color);
}

/** `graphicsDrawLine`: along the longer side, in 256ths of a pixel. */
export function line(screen: Screen, clip: Area, from: Area, color: number): void {
  let { x1, y1, x2, y2 } = from;
  const wide = Math.abs(x2 - x1);
  const high = Math.abs(y2 - y1);
  const alongX = wide > high;
  if (alongX ? x1 > x2 : y1 > y2) [x1, y1, x2, y2] = [x2, y2, x1, y1];
  const length = Math.max(1, alongX ? wide : high);
  let at = ((alongX ? y1 : x1) << 8) + 128;
  const step = (((alongX ? y2 - y1 : x2 - x1) << 8) / length) | 0;
  for (let i = alongX ? x1 : y1; i <= (alongX ? x2 : y2); i++) {
    if (alongX) pixel(screen, clip, i, at >> 8, color);
    else pixel(screen, clip, at >> 8, i, color);
    at += step;
  }
}

/** Its border alone, or all of it. */
export function ellipse(screen: Screen, clip: Area, area: Area, color: number, filled: boolean): void {
  const [cx, cy] = [(area.x1 + area.x2) / 2, (area.y1 + area.y2) / 2];
  const [rx, ry] = [Math.abs(area.x2 - area.x1) / 2, Math.abs(area.y2 - area.y1) / 2];
  const inside = (x: number, y: number): boolean =>
    ((x - cx) / (rx + 0.25)) * ((x - cx) / (rx + 0.25)) +
      ((y - cy) / (ry + 0.25)) * ((y - cy) / (ry + 0.25)) <=
    1;
  for (let y = Math.min(area.y1, area.y2); y <= Math.max(area.y1, area.y2); y++)
    for (let x = Math.min(area.x1, area.x2); x <= Math.max(area.x1, area.x2); x++) {
      if (!inside(x, y)) continue;
      const isBorder = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) || !inside(x, y + 1);
      if (filled || isBorder) pixel(screen, clip, x, y, color);
    }
}

/** Between each two crossings of a row's middle. */
export function polygon(screen: Screen, clip: Area, points: readonly number[], color: number): void {
  const count = points.length >> 1;
  const x = (i: number): number => points[2 * (i % count)] ?? 0;
  const y = (i: number): number => points[2 * (i % count) + 1] ?? 0;
  for (let row = clip.y1; row <= clip.y2; row++) {
    const crossings: number[] = [];
    for (let i = 0; i < count; i++) {
      const [top, bottom] = [Math.min(y(i), y(i + 1)), Math.max(y(i), y(i + 1))];
      if (row < top || row >= bottom) continue;
      crossings.push(x(i) + ((row - y(i)) * (x(i + 1) - x(i))) / (y(i + 1) - y(i)));
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2)
      for (let at = Math.round(crossings[i] ?? 0); at <= Math.round(crossings[i + 1] ?? -1); at++)
        pixel(screen, clip, at, row, color);
  }
}

/** All that is joined to a pixel and has its colour. */
export function flood(screen: Screen, clip: Area, x: number, y: number, color: number): void {
  const old = screen.get(x, y);
  if (old === color) return;
  const waiting = [x, y];
  while (waiting.length > 0) {
    const atY = waiting.pop() ?? 0;
    const atX = waiting.pop() ?? 0;
    if (atX < clip.x1 || atY < clip.y1 || atX > clip.x2 || atY > clip.y2) continue;
    if (screen.get(atX, atY) !== old) continue;
    screen.set(atX, atY, color);
    waiting.push(atX + 1, atY, atX - 1, atY, atX, atY + 1, atX, atY - 1);
  }
}
