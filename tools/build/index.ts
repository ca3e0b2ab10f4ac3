/** What the build does to a bundle before and after it is minified, for Rollup. */
import { relative } from 'node:path';
import type { Plugin } from 'rollup';
import { flatten } from './flatten';
import type { Inlining } from './inline';
import { Refusal } from './script';

export { quicken } from './quicken';
export { shorten } from './shorten';

/** Takes factories apart (`flatten.ts`), or ends the build with the place in the sources. */
export function flattener(inlining?: Inlining): Plugin {
  return {
    name: 'flatten',
    renderChunk(code, chunk) {
      try {
        return flatten(code, inlining);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { start, end } = error.node;
        // A module stands in the chunk as it was rendered.
        const module = Object.entries(chunk.modules).find(([, { code: text }]) => {
          const at = text ? code.indexOf(text) : -1;
          return at >= 0 && at <= start && end <= at + text!.length;
        });
        const place = module ? relative('', module[0]) : chunk.fileName;
        const text = code.slice(start, end).replace(/\s+/g, ' ');
        const shown = text.length > 60 ? text.slice(0, 60) + '...' : text;
        this.error({ message: `${place}: ${error.message}: ${shown}`, stack: '' });
      }
    },
  };
}
