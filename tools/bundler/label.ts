/** The first line of a bundle, which says which one it is, so that it can be told from the board. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'rollup';

/** @param root of the project whose name and version stand there */
export function labelLine(root: string, name: string): string {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `//${about.name} ${about.version} ${name}\n`;
}

export function label(root: string, output: string): Plugin {
  return {
    name: 'label',
    // When the source map has served, which would not fit any more.
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk') file.code = labelLine(root, basename(output, '.js')) + file.code;
    },
  };
}
