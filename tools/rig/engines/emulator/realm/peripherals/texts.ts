/** Text of `Graphics`: boxes of the letters' size in place of letters; what is drawn is told. */
import { FONT_4X6, canvasOf, int } from './canvas';
import type { Methods } from './canvas';
import { fillRect } from './raster';

export function texts(tell: (text: string, x: number, y: number) => void): Methods {
  const widest = (lines: readonly string[]): number =>
    lines.reduce((most, one) => Math.max(most, one.length), 0);
  function setFont(self: object, font: string, width: number, height: number): object {
    Object.assign(canvasOf(self), { font, letter: [width, height] });
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
      canvasOf(this).align = [int(x), y === undefined ? -1 : int(y)];
      return this;
    },
    getFont(this: object) {
      return canvasOf(this).font;
    },
    getFonts: () => ['4x6', '6x8', 'Vector'],
    getFontHeight(this: object) {
      return canvasOf(this).letter[1];
    },
    stringWidth(this: object, text: unknown) {
      return widest(String(text).split('\n')) * canvasOf(this).letter[0];
    },
    stringMetrics(this: object, text: unknown) {
      const lines = String(text).split('\n');
      const [width, height] = canvasOf(this).letter;
      return { width: widest(lines) * width, height: lines.length * height, unrenderableChars: false };
    },
    wrapString(this: object, text: unknown, width: unknown) {
      const most = Math.max(1, Math.floor(Number(width) / canvasOf(this).letter[0]));
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
      const canvas = canvasOf(this);
      const text = String(given);
      const lines = text.split('\n');
      const [width, height] = canvas.letter;
      const top = int(y) - ((canvas.align[1] + 1) * lines.length * height) / 2;
      lines.forEach((one, row) => {
        const left = int(x) - ((canvas.align[0] + 1) * one.length * width) / 2;
        for (let i = 0; i < one.length; i++) {
          const cell = { x1: left + i * width, y1: top + row * height };
          const end = { x2: cell.x1 + width - 1, y2: cell.y1 + height - 1 };
          if (solid) fillRect(canvas.screen, canvas.clip, { ...cell, ...end }, canvas.bg);
          if (one.charAt(i) === ' ') continue;
          fillRect(canvas.screen, canvas.clip, { ...cell, x2: end.x2 - 1, y2: end.y2 - 1 }, canvas.fg);
        }
      });
      tell(text, int(x), int(y));
      return this;
    },
  };
}
