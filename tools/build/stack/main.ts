/** Prints the deepest chains of a bundle: `node --import tsx tools/build/stack/main.ts dist/target.js [count]`. */
import { readFileSync } from 'node:fs';
import { LX106, Recursion, chainText, analyse } from './index';
import { namer } from './names';
import { readScript } from './script';

const [file = 'dist/target.js', count = '20'] = process.argv.slice(2);
const code = readFileSync(file, 'utf8');
try {
  const { bound, names } = analyse(code, undefined, LX106);
  for (const chain of bound.chains.slice(0, Number(count))) {
    console.log(`${chain.depth} ${chain.kind}: ${chainText(chain, names)}`);
    console.log('    ' + chain.links.map(({ depth }) => depth).join(' '));
  }
} catch (error) {
  if (!(error instanceof Recursion)) throw error;
  const names = namer(readScript(code).program, code, undefined);
  console.error(`${error.message}: ${error.nodes.map((node) => names.name(node)).join(' > ')}`);
  process.exitCode = 1;
}
