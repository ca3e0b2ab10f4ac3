/** Says how large a bundle is, and ends the build of one that is too large. */
import type { Plugin } from 'rollup';
import { type StackCheck, thousands } from './stack';

/**
 * @param limit in bytes
 * @param stack that has seen the bundle
 */
export function size(limit?: number, stack?: StackCheck): Plugin {
  return {
    name: 'size',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') {
          // The source map has served to name places in the sources; no board wants it.
          delete bundle[file.fileName];
          continue;
        }
        const length = thousands(file.code.length);
        if (limit && file.code.length > limit)
          this.error({
            message: `${file.fileName}: ${length} bytes, at most ${thousands(limit)} are allowed`,
            stack: '',
          });
        const text = `${file.fileName}: ${length} ${limit ? `of ${thousands(limit)} ` : ''}bytes`;
        console.log(stack ? `${text}, ${stack.text(file.fileName)}` : text);
      }
    },
  };
}
