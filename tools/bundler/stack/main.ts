/**
 * Prints the deepest chains of a bundle: `node --import tsx tools/bundler/stack/main.ts dist/target.js [count]`, for a host's
 * bundle as on a Cortex-M4. Without its map, names are the bundle's own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CM4, LX106 } from './costs';
import { NoBound, analyse, chainText } from './';

const [file = 'dist/target.js', count = '20'] = process.argv.slice(2);
const code = readFileSync(file, 'latin1');
const map: unknown = existsSync(`${file}.map`) ? JSON.parse(readFileSync(`${file}.map`, 'utf8')) : undefined;
const isHost = !basename(file).startsWith('target');
try {
  const { bound, names } = analyse(code, map, isHost ? CM4 : LX106, isHost);
  for (const [title, chains] of [
    ['', bound.chains],
    ['When the application is called:', bound.applications],
  ] as const) {
    if (title && chains.length) console.log(title);
    for (const chain of chains.slice(0, Number(count))) {
      console.log(`${chain.depth} ${chain.kind}: ${chainText(chain, names)}`);
      const { place } = chain;
      const text = place
        ? `, deepest at ${names.place(place)}: ${code.slice(place.start, place.end).slice(0, 60)}`
        : '';
      console.log('    ' + chain.links.map(({ depth }) => depth).join(' ') + text);
    }
  }
  const holding = [...bound.flow.holding].map((node) => names.place(node));
  if (holding.length)
    console.log(`clearTimeout frees the scopes of timers' functions: ${holding.join(', ')}`);
} catch (error) {
  if (!(error instanceof NoBound)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
