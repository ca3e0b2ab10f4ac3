/** Each pass by itself, and all as the build has them, from text to text. */
import { minify } from 'terser';
import { flatten } from '../flatten';
import { numberFlags } from '../flags';
import { type Inlining, inlineCalls } from '../inline';
import { quicken } from '../quicken';
import { makeNamesUnique, print, read } from '../script';
import { shorten } from '../shorten';

export const TARGET_INLINING_TRIED: Inlining = { small: 70, few: 3, partly: true };
export const HOST_INLINING_TRIED: Inlining = { small: 90, few: 4, partly: false };

export type Pass = (code: string) => string;

/** Names that no generated program has. */
const short = (n: number): string => `$${n.toString(36)}`;

function within(change: (program: ReturnType<typeof read>) => void): Pass {
  return (code) => {
    const program = read(code);
    makeNamesUnique(program);
    change(program);
    return print(program).code;
  };
}

export const passes: Readonly<Record<string, Pass>> = {
  print: (code) => print(read(code)).code,
  flatten: (code) => flatten(code).code,
  inline: within((program) => inlineCalls(program, TARGET_INLINING_TRIED)),
  'inline for a host': within((program) => inlineCalls(program, HOST_INLINING_TRIED)),
  flags: within((program) => numberFlags(program)),
  'flags as bits': within((program) => numberFlags(program, undefined, true)),
  'flatten and inline': (code) => flatten(code, TARGET_INLINING_TRIED).code,
  shorten: (code) => shorten(code, short).code,
  quicken: (code) => quicken(code).code,
};

/**
 * What all of them make of a program, with the minifier where the build has it.
 * @param flattened what the pass "flatten and inline" has made of the program
 */
export async function minifyAndShorten(flattened: string): Promise<string> {
  const { code: small = '' } = await minify(flattened, {
    ecma: 5,
    toplevel: true,
    compress: {
      passes: 2,
      hoist_funs: true,
      inline: 1,
      loops: false,
      lhs_constants: false,
      sequences: false,
    },
    format: { ascii_only: true, braces: true },
  });
  return quicken(shorten(small, short).code).code;
}
