/** A line for each statement, for bundles that are sent to a board's memory: it then has to hold one at a time as text. */
import { parse } from 'acorn';
import type { Plugin } from 'rollup';

export function lines(): Plugin {
  return {
    name: 'lines',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const { code } = file;
        const { body } = parse(code, { ecmaVersion: 'latest' });
        file.code = body.map(({ start, end }) => code.slice(start, end) + '\n').join('');
      }
    },
  };
}
