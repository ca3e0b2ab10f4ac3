/** `npm run release`: builds what a release carries, and says what is in it. An error is one line and exit code 1. */
import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { endWhenUnread } from './options';
import { makeRelease } from '../release';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

endWhenUnread();
const { output } = new Command('npm run release --')
  .description('Builds what a release carries: bundles, types, a package for npm, notes, and their sums.')
  .option('--output <directory>', 'where it goes; what is there is lost', join('dist', 'release'))
  .parse()
  .opts<{ output: string }>();

const folder = resolve(output);
try {
  for (const name of makeRelease(ROOT, folder))
    console.log(
      `${String(statSync(join(folder, name)).size).padStart(8)}  ${join(relative('.', folder), name)}`,
    );
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
