/**
 * How a device's bundle is made, for rollup: from its entry in TypeScript to the text that reaches the board. What comes
 * out must run in Espruino unchanged; `check/` refuses what would not.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin, RollupLog, RollupOptions } from 'rollup';
import { ROOT } from '../package';
import { checkBundle } from './check';
import { flattener } from './flattener';
import { label } from './label';
import { lines } from './lines';
import type { BundleKind } from './kind';
import { minifier } from './minifier';
import type { Inlining } from './passes/inline';
import { quicken } from './passes/quicken';
import { Refusal } from './passes/script';
import { setAside } from './passes/seldom';
import { shorten } from './passes/shorten';
import { SELDOM, TARGET_SELDOM } from './seldom-names';
import { shortName } from './short-name';
import { size } from './size';
import { stackCheck } from './stack';
import { typescript } from './typescript';

/** In bytes. Flash is cheap; variables and stack are not. */
const TARGET_LIMIT = 16000;

/** The target's C stack, in bytes: an ESP8266 has some 5.3 KB, for interrupts and SDK too, and no check. */
const STACK_LIMIT = 4000;

/** What is built of it in the repository is all of a target; projects of tests, and what is measured, have a part of that. */
const TARGET_ENTRY = 'target/main.ts';

/** How far calls are replaced by what they call: on a host where that saves variables, on the target also stack. */
export const HOST_INLINING: Inlining = {
  small: 90,
  few: 16,
  partly: true,
  handed: true,
  packed: true,
  // What the wires call for each bit, and what makes the bytes of messages.
  named: /^(digitalRead|digitalWrite|getTime|String\.fromCharCode)$/,
};
const TARGET_INLINING: Inlining = { small: 70, few: 3, partly: true };

export interface BundleOptions {
  /** Of the project. */
  readonly root: string;
  /** Within the root. */
  readonly input: string;
  readonly output: string;
  readonly kind: BundleKind;
  /** It is the body of a function of `exports`. */
  readonly isModule?: boolean;
}

export function shortener(): Plugin {
  return { name: 'shorten', renderChunk: (code) => shorten(code, (n) => shortName('', n)) };
}

/**
 * @param all whether the bundle has all of them
 * @param names see `seldom-names.ts`
 */
export function forgetter(all = false, names = SELDOM): Plugin {
  return {
    name: 'seldom',
    renderChunk(code) {
      try {
        return setAside(code, names, all);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return this.error({ message: error.message, stack: '' });
      }
    },
  };
}

export function quickener(): Plugin {
  return { name: 'quicken', renderChunk: (code) => quicken(code) };
}

/** What may be wrong in a bundle ends its build. */
export const onLog = (
  level: string,
  log: RollupLog,
  handler: (level: 'error', log: RollupLog) => void,
): void => {
  if (level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY') handler('error', log);
};

/** @throws Error when there is no such source */
export function bundle({ root, input, output, kind, isModule }: BundleOptions): RollupOptions {
  const entry = join(root, input);
  if (!existsSync(entry)) throw new Error(`${input} does not exist`);
  const isTarget = kind === 'target';
  // A self-test's statements are run one by one, as they arrive.
  const inMemory = kind === 'checks' || kind === 'code';
  const stack = inMemory ? undefined : stackCheck(isTarget ? STACK_LIMIT : undefined);
  return {
    input: entry,
    output: {
      file: join(root, output),
      format: isModule ? 'cjs' : 'es',
      sourcemap: 'hidden',
      esModule: false,
      strict: false,
    },
    plugins: [
      typescript(root, entry),
      ...(inMemory ? [] : [flattener(isTarget ? TARGET_INLINING : HOST_INLINING)]),
      ...(kind === 'host' ? [forgetter()] : []),
      ...(isTarget ? [forgetter(root === ROOT && input === TARGET_ENTRY, TARGET_SELDOM)] : []),
      minifier(kind),
      ...(isTarget ? [shortener()] : []),
      ...(inMemory ? [] : [quickener()]),
      checkBundle(),
      ...(stack ? [stack.plugin] : []),
      inMemory ? lines() : label(root, basename(output)),
      size(isTarget ? TARGET_LIMIT : undefined, stack),
    ],
    onLog,
    logLevel: 'warn',
  };
}
