// What `npm run build` makes, as a table of bundles; how each is made is in tools/bundler/.
import { existsSync, readdirSync } from 'node:fs';
import { dts } from 'rollup-plugin-dts';
import { tsImport } from 'tsx/esm/api';

/** @type {typeof import('./tools/bundler')} */
const { bundle } = await tsImport('./tools/bundler/index.ts', import.meta.url);

// Where nobody reads what it prints, as behind `| head`, the build goes on.
process.stdout.on('error', () => {});

const root = process.cwd();

/** The library for applications in plain JavaScript, and what it consists of. */
const MODULE = 'host/module.ts';
const LIBRARY = 'host/index.ts';

/**
 * Typings of the module, which need no other file: a pin is what the user's own typings of Espruino say it is.
 * @type {import('rollup').RollupOptions}
 */
const typings = {
  input: LIBRARY,
  output: {
    file: 'dist/mqttlink.d.ts',
    banner: '/** A pin of the board, such as `B10`. */\nexport type Pin = number | object;\n',
  },
  plugins: [
    dts({ compilerOptions: { composite: false, incremental: false, stripInternal: true } }),
    {
      name: 'enums',
      // In the module they are objects; `const` ones have no values.
      renderChunk: (code) => code.replace(/\bconst enum\b/g, 'enum'),
    },
  ],
};

const apps = existsSync('host/apps')
  ? readdirSync('host/apps').filter((name) => /^[^.]+\.ts$/.test(name))
  : [];

export default [
  bundle({ root, input: 'target/main.ts', output: 'dist/target.js', kind: 'target' }),
  ...apps.sort().map((name) =>
    bundle({
      root,
      input: `host/apps/${name}`,
      output: `dist/host-${name.replace('.ts', '.js')}`,
      kind: 'host',
    }),
  ),
  ...(existsSync(MODULE)
    ? [bundle({ root, input: MODULE, output: 'dist/mqttlink.js', kind: 'host', isModule: true }), typings]
    : []),
];
