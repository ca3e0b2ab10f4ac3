/**
 * What Espruino needs of terser, for each kind of bundle: that every function is declared before whatever may call it,
 * and that the directive "ram" stays, which terser does not know. It must never touch an application's code.
 */
import type { Plugin } from 'rollup';
import { type CompressOptions, type ManglePropertiesOptions, type MinifyOptions, minify } from 'terser';
import type { BundleKind } from './kind';
import { PRIVATE } from './private-properties';
import { shortName } from './short-name';

const compress: CompressOptions = {
  // A fourth changes no bundle.
  passes: 3,
  directives: false,
  // They change nothing, so a value that nobody wants need not be asked for.
  pure_funcs: ['getTime'],
  // Declarations to the top of their function: Espruino knows a function only once its declaration has run, and
  // other transformations move code from before a declaration to behind it.
  hoist_funs: true,
  // More of it puts the `var` of an inlined body behind the code that assigns it, which makes it a global.
  inline: 1,
  // A `while` costs the board less than the `for` that it would become, in instructions and in stack.
  loops: false,
  // As written: a string at the start of a statement is lost there if code before it was skipped.
  lhs_constants: false,
};

// Also on the firmware's own objects, where device code may keep something; terser's typings do not know that.
const properties = { regex: PRIVATE, undeclared: true } as ManglePropertiesOptions;

const options: MinifyOptions = {
  ecma: 5,
  toplevel: true,
  // Plain ASCII out, so that a character is the same byte however the bundle reaches the board.
  // What is within braces is skipped at half of what it takes otherwise.
  format: { ascii_only: true, braces: true },
  sourceMap: true,
};

/** What a bundle for a board's memory needs beside that: statements that stay apart, each of which is run as it arrives. */
const inMemory: CompressOptions = { ...compress, sequences: false, join_vars: false };

const compressions: Readonly<Record<BundleKind, CompressOptions>> = {
  host: compress,
  // For a stack of 4,000 bytes: a call within an expression takes up to three times as much as one that is a
  // statement, and a function that is made where it is called is read twice each time. So statements stay statements,
  // and functions functions.
  target: {
    ...compress,
    sequences: false,
    conditionals: false,
    if_return: false,
    collapse_vars: false,
    reduce_funcs: false,
  },
  code: inMemory,
  // Checks of the interpreter: what they find out must not be worked out before.
  checks: { ...inMemory, evaluate: false, reduce_vars: false },
};

/**
 * @param kind a host's bundle keeps its names apart, by a `$`, from what its user types or loads beside it; the others
 *   have their board to themselves
 * @param taken names that it must not give
 */
export function minifier(kind: BundleKind, taken: readonly string[] = []): Plugin {
  const prefix = kind === 'host' ? '$' : '';
  return {
    name: 'minify',
    async renderChunk(code) {
      const result = await minify(code, {
        ...options,
        compress: compressions[kind],
        mangle: {
          properties,
          reserved: ['of', ...taken],
          nth_identifier: { get: (n) => shortName(prefix, n) },
        },
      });
      return { code: result.code ?? '', map: JSON.parse(result.map as string) };
    },
  };
}
