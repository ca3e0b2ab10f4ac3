/** A pass that is broken on purpose is found out by the generator's programs: each way by itself, and within few programs. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { generate } from './generator';
import type { Pass } from './passes';
import { observe } from './run';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Which pass is broken by it. */
  readonly pass: string;
}

/** Programs within which it has to be found out. */
const ENOUGH = 1500;

const mutations: readonly Mutation[] = [
  {
    what: 'a name that is read before its value is there stands for that',
    file: 'aliases.ts',
    from: 'at < 0 || facts.isEarly(name.binding.name)',
    to: 'at < 0',
    pass: 'flatten',
  },
  {
    what: 'a property of any global is the same wherever it is asked for',
    file: 'aliases.ts',
    from: 'if (!isFixedMember(object, name) || facts.isReplaced(`${object}.${name}`)) return false;',
    to: '',
    pass: 'flatten',
  },
  {
    what: 'no method means anything by this',
    file: 'objects.ts',
    from: 'if (isCalled && facts.mayUseThis(object, key))',
    to: 'if (isCalled && !facts)',
    pass: 'flatten',
  },
  {
    what: 'a flag that nobody has set yet is false',
    file: 'flags.ts',
    from: 'if (facts.isEarly(name.binding.name) && !isOnlyAsked(view, name)) return false;',
    to: '',
    pass: 'flags',
  },
  {
    what: 'a flag that becomes false leaves the others as they are',
    file: 'pack.ts',
    from: 'alternate: binary',
    to: 'alternate: bit ? literal(0, right) : binary',
    pass: 'flags as bits',
  },
  {
    what: 'a method is that of a text by its name',
    file: 'facts/types.ts',
    from: 'PURE_OF_STRINGS.has(name) && this.isText(object)',
    to: 'PURE_OF_STRINGS.has(name)',
    pass: 'inline',
  },
  {
    what: 'a call may come before or behind anything',
    file: 'facts/effects.ts',
    from: '  if (!a.acts) return true;',
    to: '  return true;',
    pass: 'inline',
  },
  {
    what: 'what is given may be evaluated as often as its name is there',
    file: 'stand-in.ts',
    from: 'if (DOES({ ...doing, throws: false }) || doing.varies) return false;',
    to: '',
    pass: 'inline',
  },
  {
    what: 'what is given may not be evaluated at all',
    file: 'stand-in.ts',
    from: 'if (first === undefined) return !DOES(doing);',
    to: 'if (first === undefined) return true;',
    pass: 'inline',
  },
  {
    what: 'a name in a loop is still what it was the turn before',
    file: 'inline.ts',
    from: 'const anew = isInLoop(view, user) ?',
    to: 'const anew = !view ?',
    pass: 'inline',
  },
  {
    what: 'what looks alike is alike',
    file: 'shorten.ts',
    from: 'isComparable(values, left as AnyNode, right)',
    to: 'true',
    pass: 'shorten',
  },
  {
    what: 'true is 1',
    file: 'flags.ts',
    from: "replace(view, node, unary('!', unary('!', { ...node } as Id)));",
    to: '',
    pass: 'flags',
  },
  {
    what: 'two names may be one',
    file: 'script.ts',
    from: 'for (let n = 1; taken.has(spelling); n++) spelling = `${name.binding.name}$${n}`;',
    to: '',
    pass: 'flatten',
  },
];

let folder = '';
before(() => void (folder = mkdtempSync(join(tmpdir(), 'mutations-'))));
after(() => rmSync(folder, { recursive: true }));

/** The passes, with one text of their sources replaced. */
async function broken({ file, from, to }: Mutation, n: number): Promise<Readonly<Record<string, Pass>>> {
  const path = join(root, file);
  const source = readFileSync(path, 'utf8');
  assert.equal(source.split(from).length, 2, `${file} has this once: ${from}`);
  const outfile = join(folder, `passes-${String(n)}.mjs`);
  await build({
    entryPoints: [join(root, 'property/passes.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    // Modules that are CommonJS ask for those of Node.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'mutate',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, (args) =>
            args.path === path ? { contents: source.replace(from, () => to), loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
  const module = (await import(pathToFileURL(outfile).href)) as { passes: Readonly<Record<string, Pass>> };
  return module.passes;
}

for (const [n, mutation] of mutations.entries()) {
  test(`found out: ${mutation.what}`, async (t) => {
    const pass = (await broken(mutation, n))[mutation.pass]!;
    for (let seed = 1; seed <= ENOUGH; seed++) {
      const code = generate(seed);
      let out: string;
      try {
        out = pass(code);
      } catch (error) {
        if (error instanceof Error && 'node' in error) continue;
        throw error;
      }
      if (observe(out) === observe(code)) continue;
      t.diagnostic(`by program ${String(seed)}`);
      return;
    }
    assert.fail(`no program of ${String(ENOUGH)} finds it out`);
  });
}
