// Bundles for the boards: dist/target.js from target/main.ts, dist/host-<app>.js from each host/apps/*.ts, and the
// library as a module, dist/mqttlink.js, with its typings.
// What comes out must run in Espruino unchanged; tools/bundler/check/index.ts refuses what would not.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import typescript from '@rollup/plugin-typescript';
import { parse } from 'acorn';
import { dts } from 'rollup-plugin-dts';
import { minify } from 'terser';
import ts from 'typescript';
import { tsImport } from 'tsx/esm/api';

/** @type {typeof import('./tools/bundler/check')} */
const { checkBundle } = await tsImport('./tools/bundler/check/index.ts', import.meta.url);
/** @type {typeof import('./tools/bundler')} */
const { flattener, quicken, shorten } = await tsImport('./tools/bundler/index.ts', import.meta.url);
/** @type {typeof import('./tools/bundler/stack')} */
const { stackCheck, thousands } = await tsImport('./tools/bundler/stack/index.ts', import.meta.url);

// Where nobody reads what it prints, as behind `| head`, the build goes on.
process.stdout.on('error', () => {});

/** In bytes. Flash is cheap; variables and stack are not. */
const TARGET_LIMIT = 16000;

/** The target's C stack, in bytes: an ESP8266 has some 5.3 KB, for interrupts and SDK too, and no check. */
const STACK_LIMIT = 4000;

/** How far calls are replaced by what they call: on a host where that saves variables, on the target also stack. */
const HOST_INLINING = { small: 90, few: 10, partly: true };
const TARGET_INLINING = { small: 70, few: 3, partly: true };

/** The target's bundle. */
const TARGET = 'target/main.ts';

/** The library for applications in plain JavaScript, and what it consists of. */
const MODULE = 'host/module.ts';
const LIBRARY = 'host/index.ts';

/**
 * The compiler, reading text outside ASCII as the escapes of its UTF-8 bytes, which is what such text is on a
 * board, where a character is a byte. `\xNN` in a source stays the byte it names.
 */
const byteTypeScript = {
  ...ts,
  sys: {
    ...ts.sys,
    /** @type {typeof ts.sys.readFile} */
    readFile: (path, encoding) => ts.sys.readFile(path, encoding)?.replace(/[^\0-\x7f]+/g, toByteEscapes),
  },
};

/** @param {string} text */
function toByteEscapes(text) {
  return [...Buffer.from(text)].map((byte) => '\\x' + byte.toString(16)).join('');
}

/**
 * Short names that none of Espruino's globals has (E, A0, B1, D15 ...), since a bundle's own become globals too: a
 * function within a function costs the board more variables.
 * @param {string} prefix
 * @param {number} n
 */
function shortName(prefix, n) {
  const first = 'abcdefghijklmnopqrstuvwxyz';
  const rest = first + '0123456789';
  // A single capital is no pin, and E is the only one that is a global.
  const single = first + 'ABCDFGHIJKLMNOPQRSTUVWXYZ';
  if (n < single.length) return prefix + single[n];
  n += first.length - single.length;
  let name = first[n % first.length] ?? '';
  for (n = Math.floor(n / first.length); n > 0; n = Math.floor((n - 1) / rest.length))
    name += rest[(n - 1) % rest.length];
  return prefix + name;
}

/** @typedef {'checks' | 'code'} InMemory */

/** A property whose name starts with one underscore is private to its bundle: it gets a short name. */
const PRIVATE = /^_[^_]/;

/**
 * Names of properties that only the target's own code uses and no API of the firmware has. On the board a name longer
 * than four characters costs a variable more, wherever it stands, so these get short ones too.
 */
const OWN_NAMES = (
  'accepted align cancel cleanSession clientId clockIn clockOut connectLimit connected counts damaged dataIn dataOut ' +
  'exchanges failed flags hello initiator joined keepAlive later maxBody moved mqttPassword ntpPort ntpServer payload ' +
  'proceed queued ready received resent rtcResync serial spins timeout tlsOptions tooLong topic watch'
).split(' ');

/**
 * What Espruino needs of terser: that every function is declared before whatever may call it, and that the directive
 * "ram" stays, which terser does not know.
 * @type {import('terser').MinifyOptions}
 */
const terserOptions = {
  ecma: 5,
  toplevel: true,
  compress: {
    passes: 6,
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
  },
  // Plain ASCII out, so that a character is the same byte however the bundle reaches the board.
  // What is within braces is skipped at half of what it takes otherwise.
  format: { ascii_only: true, braces: true },
  sourceMap: true,
};

/**
 * What the target's bundle needs beside that, for a stack of 4,000 bytes: a call within an expression takes up to three
 * times as much as one that is a statement, and a function that is made where it is called is read twice each time. So
 * statements stay statements, and functions functions.
 * @type {import('terser').CompressOptions}
 */
const shallowOptions = {
  .../** @type {import('terser').CompressOptions} */ (terserOptions.compress),
  sequences: false,
  conditionals: false,
  if_return: false,
  join_vars: false,
  collapse_vars: false,
  reduce_funcs: false,
  // A `while` takes less than the `for` that would be made of it.
  loops: false,
};

/**
 * What a bundle for a board's memory needs of terser beside that: statements that stay apart, each of which is run as it
 * arrives.
 * @type {import('terser').CompressOptions}
 */
const inMemoryOptions = {
  .../** @type {import('terser').CompressOptions} */ (terserOptions.compress),
  sequences: false,
  join_vars: false,
};

/** Checks of the interpreter: what they find out must not be worked out before. */
const checksOptions = { ...inMemoryOptions, evaluate: false, reduce_vars: false };

/**
 * @param {boolean} target the target's bundle has its board to itself; a host's is kept apart, by a `$`, from what its
 *   user types or loads beside the application
 * @param {InMemory} [inMemory] a self-test has its board to itself too
 * @returns {import('rollup').Plugin}
 */
function minifier(target, inMemory) {
  const prefix = target || inMemory ? '' : '$';
  return {
    name: 'minify',
    async renderChunk(code) {
      const result = await minify(code, {
        ...terserOptions,
        ...(target && { compress: shallowOptions }),
        ...(inMemory && { compress: inMemory === 'checks' ? checksOptions : inMemoryOptions }),
        mangle: {
          properties: {
            regex: target ? new RegExp(`${PRIVATE.source}|^(${OWN_NAMES.join('|')})$`) : PRIVATE,
          },
          reserved: ['of'],
          nth_identifier: { get: (n) => shortName(prefix, n) },
        },
      });
      return { code: result.code ?? '', map: JSON.parse(/** @type {string} */ (result.map)) };
    },
  };
}

/** @returns {import('rollup').Plugin} */
function shortener() {
  return { name: 'shorten', renderChunk: (code) => shorten(code, (n) => shortName('', n)) };
}

/** @returns {import('rollup').Plugin} */
function quickener() {
  return { name: 'quicken', renderChunk: (code) => quicken(code) };
}

/**
 * The first line says which bundle this is, so that it can be told from the board.
 * @param {string} output
 * @returns {import('rollup').Plugin}
 */
function label(output) {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  return {
    name: 'label',
    // When the source map has served, which would not fit any more.
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk')
          file.code = `//${name} ${version} ${basename(output, '.js')}\n${file.code}`;
    },
  };
}

/**
 * @param {number} [limit] in bytes
 * @param {import('./tools/bundler/stack').StackCheck} [stack] that has seen the bundle
 * @returns {import('rollup').Plugin}
 */
function size(limit, stack) {
  return {
    name: 'size',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') {
          // The source map has served to name places in the sources; no board wants it.
          delete bundle[file.fileName];
          continue;
        }
        const length = thousands(file.code.length);
        if (limit && file.code.length > limit)
          this.error({
            message: `${file.fileName}: ${length} bytes, at most ${thousands(limit)} are allowed`,
            stack: '',
          });
        const text = `${file.fileName}: ${length} ${limit ? `of ${thousands(limit)} ` : ''}bytes`;
        console.log(stack ? `${text}, ${stack.text(file.fileName)}` : text);
      }
    },
  };
}

/**
 * A line for each statement, for bundles that are sent to a board's memory: it then has to hold one at a time as text.
 * @returns {import('rollup').Plugin}
 */
function lines() {
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

/**
 * @param {string} input
 * @param {string} output
 * @param {number} [limit]
 * @param {InMemory} [inMemory] it is a self-test, to be sent to the board's memory
 * @returns {import('rollup').RollupOptions}
 */
export function bundle(input, output, limit, inMemory) {
  if (!existsSync(input)) throw new Error(`${input} does not exist`);
  // A self-test's statements are run one by one, as they arrive.
  const stack = inMemory ? undefined : stackCheck(input === TARGET ? STACK_LIMIT : undefined);
  return {
    input,
    // A module's code is the body of a function of `exports`.
    output: {
      file: output,
      format: input === MODULE ? 'cjs' : 'es',
      sourcemap: 'hidden',
      esModule: false,
      strict: false,
    },
    plugins: [
      typescript({
        typescript: byteTypeScript,
        tsconfig: 'tsconfig.json',
        // Declarations are for the tools' type check only.
        composite: false,
        declaration: false,
        incremental: false,
        tsBuildInfoFile: undefined,
        outDir: undefined,
        sourceMap: true,
        noEmitOnError: true,
      }),
      ...(inMemory ? [] : [flattener(limit ? TARGET_INLINING : HOST_INLINING)]),
      minifier(/^target.(main|selftest.frames)/.test(input), inMemory),
      ...(limit ? [shortener()] : []),
      ...(inMemory ? [] : [quickener()]),
      checkBundle(),
      ...(stack ? [stack.plugin] : []),
      inMemory ? lines() : label(output),
      size(limit, stack),
    ],
    onLog(level, log, handler) {
      if (level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY') handler('error', log);
      else handler(level, log);
    },
    logLevel: 'warn',
  };
}

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
  bundle(TARGET, 'dist/target.js', TARGET_LIMIT),
  ...apps.sort().map((name) => bundle(`host/apps/${name}`, `dist/host-${name.replace('.ts', '.js')}`)),
  ...(existsSync(MODULE) ? [bundle(MODULE, 'dist/mqttlink.js'), typings] : []),
];
