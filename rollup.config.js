// What `npm run build` makes, as a table of bundles. How a board's own bundles are made is in tools/bundler/, how
// applications and the library in front of them are in tools/compiler/.
import { existsSync, readdirSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';

await tsImport('./tools/compiler/short-run.ts', import.meta.url);
/** @type {typeof import('./tools/compiler/device-build')} */
const { deviceBundle } = await tsImport('./tools/compiler/device-build.ts', import.meta.url);
/** @type {typeof import('./tools/compiler/tables')} */
const { application, library, typings } = await tsImport('./tools/compiler/tables.ts', import.meta.url);

// Where nobody reads what it prints, as behind `| head`, the build goes on.
process.stdout.on('error', () => {});

const root = process.cwd();
const apps = existsSync('host/apps')
  ? readdirSync('host/apps').filter((name) => /^[^.]+\.ts$/.test(name))
  : [];

export default [
  deviceBundle('target', root),
  ...(apps.length
    ? [
        library('dist/library.js'),
        ...apps
          .sort()
          .map((name) => application(`host/apps/${name}`, `dist/host-${name.replace(/ts$/, 'js')}`)),
        deviceBundle('mqttlink', root),
        typings('host/index.ts', 'dist/mqttlink.d.ts'),
      ]
    : []),
];
