/** What the build does to a bundle before it is minified: takes factories apart, or ends with the place in the sources. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { GenMapping, addMapping, toEncodedMap } from '@jridgewell/gen-mapping';
import type { Plugin, RenderedChunk } from 'rollup';
import { type IsApplication, flatten } from './passes/flatten';
import type { Inlining } from './passes/inline';
import { Refusal } from './passes/script';

/** Modules that are no part of the library, and are not to be changed. What measures the library is made as it is. */
const APPLICATION = /(^|\/)(host\/apps|tools(?!\/benchmark\/device))\//;

const isApplicationPath = (path: string): boolean =>
  APPLICATION.test(relative('', path).replaceAll('\\', '/'));

/** The parts of a chunk that are an application's: a module stands in it as it was rendered. */
function applicationIn(
  code: string,
  chunk: RenderedChunk,
  isApplication: (path: string) => boolean,
): IsApplication {
  const parts: [number, number][] = [];
  let from = 0;
  for (const [path, { code: text }] of Object.entries(chunk.modules)) {
    const at = text ? code.indexOf(text, from) : -1;
    if (at < 0) continue;
    from = at + text!.length;
    if (isApplication(path)) parts.push([at, from]);
  }
  return (start, end) => parts.some(([first, last]) => first <= start && end <= last);
}

/** A map of a text to one place. */
function mapTo(code: string, start: number): string {
  const lines = code.slice(0, start).split('\n');
  const map = new GenMapping({ file: 'bundle' });
  const original = { line: lines.length, column: lines[lines.length - 1].length };
  addMapping(map, { generated: { line: 1, column: 0 }, original, source: 'bundle' });
  return JSON.stringify(toEncodedMap(map));
}

/**
 * Takes factories apart (`flatten.ts`), or ends the build with the place in the sources: that is known when all maps have
 * been put together, so until then a call stands for what is refused.
 */
export function flattener(inlining?: Inlining, isApplication = isApplicationPath): Plugin {
  const refused = new Map<string, string>();
  return {
    name: 'flatten',
    renderChunk(code, chunk) {
      try {
        return flatten(code, inlining, applicationIn(code, chunk, isApplication));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { start, end } = error.node;
        const text = code.slice(start, end).replace(/\s+/g, ' ');
        const shown = text.length > 60 ? text.slice(0, 60) + '...' : text;
        refused.set(chunk.fileName, `${error.message}: ${shown}`);
        return { code: 'print();', map: mapTo(code, start) };
      }
    },
    generateBundle({ file: output = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        const message = refused.get(file.fileName);
        if (file.type !== 'chunk' || !message) continue;
        const entry = file.map && new SourceMap(file.map as unknown as SourceMapPayload).findEntry(0, 0);
        const place =
          entry && 'originalSource' in entry
            ? `${relative('', resolve(dirname(output), entry.originalSource))}:${entry.originalLine + 1}`
            : file.fileName;
        this.error({ message: `${place}: ${message}`, stack: '' });
      }
    },
  };
}
