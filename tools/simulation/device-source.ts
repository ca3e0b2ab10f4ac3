/**
 * Device code taken from its sources, for running both boards in one thread:
 * its modules are compiled anew for every board, so that each has its own
 * state, chance and Promises. Nothing here may change what the code does, but
 * for a mutation that is asked for, and for the pauses in the code that touches
 * the wires, see `stepwise`.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type TS from 'typescript';
import './device-globals';
import { loadPackage } from '../load';

const ts = loadPackage<typeof TS>('typescript');

/** A function of the wires' code: what it calls and where it waits are its steps. */
export type Steps = Generator<unknown, unknown, unknown>;

/** Modules whose functions touch pins, or call one that does. */
const STEPWISE = ['shared/link', 'shared/initiator', 'shared/responder'];

/** Names by which they call `digitalRead` and `digitalWrite`. */
const READ = ['read', 'get'];
const WRITE = ['write', 'set'];

/** The name of a variable that holds one of their functions. */
const HELD = 'step';

/** The name of `CutOff` in compiled device code. */
const CUT_OFF = 'CutOff__';

/** Where the wires' code pauses. */
export type Grain =
  /** In the middle of every pin access, so that the other end may take any number of steps there. */
  | 'access'
  /** Before every read: some five times as fast. A write is one step with what goes before it. */
  | 'read';

/** A change of a source, to see what notices it. */
export interface Mutation {
  /** Path without `.ts`, such as `shared/link`. */
  readonly file: string;
  /** Texts that must be there exactly once, and what takes their places. */
  readonly changes: readonly (readonly [string, string])[];
}

/**
 * `bytes[from] = (digits + get(data)) as never`: a text that the typed array makes a number. Node's compiler takes it for
 * one, finds otherwise when the code runs, and compiles the function anew, again and again: two thirds of all time.
 */
function isByteOfDigits(node: TS.Node): node is TS.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isElementAccessExpression(node.left) &&
    ts.isAsExpression(node.right) &&
    node.right.type.kind === ts.SyntaxKind.NeverKeyword
  );
}

/**
 * The inner functions of a factory become generators, a call of one of them or of the wire a `yield` of what it
 * returns, for `Task` to follow. `read(pin)` becomes `(read.begin(pin), yield, read(pin))`, or just `(yield, read(pin))`.
 */
function stepwise(grain: Grain): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    const f = context.factory;
    const inner = new Set<string>();
    for (const factory of file.statements) {
      if (!ts.isFunctionDeclaration(factory)) continue;
      for (const one of factory.body?.statements ?? []) {
        if (ts.isFunctionDeclaration(one) && one.name) inner.add(one.name.text);
      }
    }
    function visitCall(node: TS.CallExpression): TS.Expression {
      const callee = node.expression;
      const name = ts.isIdentifier(callee) ? callee.text : '';
      if (READ.includes(name) || (WRITE.includes(name) && grain === 'access')) {
        const begin = f.createCallExpression(
          f.createPropertyAccessExpression(callee, 'begin'),
          undefined,
          node.arguments,
        );
        const parts = [f.createYieldExpression(undefined, undefined), node];
        return f.createParenthesizedExpression(
          f.createCommaListExpression(grain === 'access' ? [begin, ...parts] : parts),
        );
      }
      const ofWire = ts.isPropertyAccessExpression(callee) && callee.expression.getText(file) === 'wire';
      if (!ofWire && !inner.has(name) && name !== HELD) return node;
      return f.createParenthesizedExpression(f.createYieldExpression(undefined, node));
    }
    function visitInner(node: TS.Node): TS.Node {
      const visited = ts.visitEachChild(node, visitInner, context);
      if (ts.isCallExpression(visited)) return visitCall(visited);
      return isByteOfDigits(visited) ? toNumber(visited) : visited;
    }
    function toNumber(node: TS.BinaryExpression): TS.Expression {
      const number = f.createPrefixUnaryExpression(ts.SyntaxKind.PlusToken, node.right);
      return f.updateBinaryExpression(node, node.left, node.operatorToken, number);
    }
    function visit(node: TS.Node): TS.Node {
      if (!ts.isFunctionDeclaration(node) || !node.name || !inner.has(node.name.text)) {
        return ts.visitEachChild(node, visit, context);
      }
      const star = f.createToken(ts.SyntaxKind.AsteriskToken);
      const body = node.body && ts.visitEachChild(node.body, visitInner, context);
      return f.updateFunctionDeclaration(
        node,
        undefined,
        star,
        node.name,
        undefined,
        node.parameters,
        undefined,
        body,
      );
    }
    return ts.visitEachChild(file, visit, context);
  };
}

/**
 * Thrown where the interpreter breaks a turn off because its memory has run out: no `catch` of the device code sees it
 * (Espruino src/jsparse.c: `execInfo.execute` is left interrupted, and everything is skipped).
 */
export class CutOff extends Error {}

/** Lets `CutOff` pass each `catch`. `finally`, which is skipped too, does not occur in device code. */
function uncatchable(context: TS.TransformationContext): TS.Transformer<TS.SourceFile> {
  const f = context.factory;
  function visit(node: TS.Node): TS.Node {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isCatchClause(visited)) return visited;
    const declared = visited.variableDeclaration?.name;
    const name = declared && ts.isIdentifier(declared) ? declared : f.createIdentifier('thrown');
    const pass = f.createIfStatement(
      f.createBinaryExpression(name, ts.SyntaxKind.InstanceOfKeyword, f.createIdentifier(CUT_OFF)),
      f.createThrowStatement(name),
    );
    return f.updateCatchClause(
      visited,
      f.createVariableDeclaration(name),
      f.updateBlock(visited.block, [pass, ...visited.block.statements]),
    );
  }
  return (file) => ts.visitEachChild(file, visit, context);
}

/** A turn of the event loop in the wires' code: runs up to the next pause. */
export class Task {
  private readonly stack: Steps[];

  constructor(first: Steps) {
    this.stack = [first];
  }

  /** Result of the turn, once it is over. */
  result: unknown;

  /** @returns whether the turn is over. What the code throws comes out here, and then it is over, too. */
  step(): boolean {
    const stack = this.stack;
    let value: unknown;
    let failed = false;
    for (;;) {
      const top = stack[stack.length - 1];
      try {
        const { done, value: next } = failed ? top.throw(value) : top.next(value);
        failed = false;
        value = next;
        if (!done) {
          if (value === undefined) return false;
          if (isSteps(value)) {
            stack.push(value);
            value = undefined;
          }
          continue;
        }
      } catch (error) {
        failed = true;
        value = error;
      }
      stack.pop();
      if (stack.length) continue;
      if (failed) throw value;
      this.result = value;
      return true;
    }
  }
}

export function isSteps(value: unknown): value is Steps {
  return typeof value === 'object' && value !== null && typeof (value as Steps).next === 'function';
}

type Module = Record<string, unknown>;
type Body = (exports: Module, require: (path: string) => Module, ...globals: unknown[]) => void;

const sources = new Map<string, string>();
const bodies = new Map<string, Body>();

function sourceOf(file: string): string {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(new URL(`../../${file}.ts`, import.meta.url), 'utf8');
  sources.set(file, source);
  return source;
}

/** @throws Error for one whose text is not in the source, or not just once */
function mutate(mutation: Mutation): string {
  let source = sourceOf(mutation.file);
  for (const [search, replace] of mutation.changes) {
    const parts = source.split(search);
    if (parts.length !== 2)
      throw new Error(`${mutation.file}.ts holds ${parts.length - 1} times, not once: ${search}`);
    source = parts.join(replace);
  }
  return source;
}

function bodyOf(file: string, grain: Grain, mutation: Mutation | undefined, globals: string[]): Body {
  const own = mutation?.file === file ? mutation : undefined;
  const steps = STEPWISE.includes(file);
  const key = [file, steps && grain, own && JSON.stringify(own.changes), ...globals].join('\n');
  const known = bodies.get(key);
  if (known) return known;
  const { outputText } = ts.transpileModule(own ? mutate(own) : sourceOf(file), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
    transformers: { before: steps ? [uncatchable, stepwise(grain)] : [uncatchable] },
  });
  const name = `\n//# sourceURL=${file}.ts`;
  const body = new Function(CUT_OFF, 'exports', 'require', ...globals, outputText + name) as (
    cut: typeof CutOff,
    ...rest: Parameters<Body>
  ) => void;
  const bound: Body = (...rest) => body(CutOff, ...rest);
  bodies.set(key, bound);
  return bound;
}

/** Gives the exports of a module by its path without `.ts`, such as `shared/link`; the same ones each time. */
export type Require = <T>(file: string) => T;

export interface SourceOptions {
  readonly grain: Grain;
  readonly mutation?: Mutation;
  /** Take the place of globals of the same names, such as Math. */
  readonly globals?: Readonly<Record<string, unknown>>;
}

/** One board's modules, with a state of their own. */
export function createModules(options: SourceOptions): Require {
  const { grain, mutation, globals = {} } = options;
  const names = Object.keys(globals);
  const values = Object.values(globals);
  const loaded = new Map<string, Module>();

  function load(file: string): Module {
    const known = loaded.get(file);
    if (known) return known;
    const exported: Module = {};
    loaded.set(file, exported);
    bodyOf(
      file,
      grain,
      mutation,
      names,
    )(exported, (path) => load(posix.join(posix.dirname(file), path)), ...values);
    return exported;
  }

  return load as Require;
}
