/**
 * A program with hooks around every call, `new` and `+=`, each of which may
 * throw or find no memory: before it has done anything, or when it has. Other
 * operators, literals and the interpreter's own lists of variables need memory
 * too: these are not tried, but there is a site close to almost every one of
 * them. What the interpreter breaks off runs neither `catch` nor `finally`, so
 * these ask first. Otherwise the program must do what it did.
 */
import { parse } from 'acorn';
import type { AnyNode } from 'acorn';
import MagicString from 'magic-string';
import { children } from '../../bundler/check/scopes';
import { HOOKS } from './hooks';

export interface InjectionSite {
  /** In the program as it was. */
  readonly offset: number;
  /** The program there, some characters of it. */
  readonly text: string;
  /**
   * It may throw. To grow a string may only find no memory, and so may the call of a function that is written right
   * there, which the build makes of a body that it moved: whatever throws is in that body.
   */
  readonly throws: boolean;
}

export interface Instrumented {
  readonly code: string;
  /** By their numbers. */
  readonly sites: readonly InjectionSite[];
}

/** Characters of a program that are shown. */
const SHOWN = 60;

/** @throws SyntaxError for a program that does not parse */
export function instrument(program: string): Instrumented {
  const text = new MagicString(program);
  const sites: InjectionSite[] = [];

  function hook(node: AnyNode): void {
    const isCall = node.type === 'CallExpression' || node.type === 'NewExpression';
    if (
      isCall ? node.callee.type === 'Super' : node.type !== 'AssignmentExpression' || node.operator !== '+='
    )
      return;
    const shown = program.slice(node.start, Math.min(node.end, node.start + SHOWN));
    const throws = isCall && node.callee.type !== 'FunctionExpression';
    const id = sites.push({ offset: node.start, text: shown, throws }) - 1;
    // With a name in front, it calls nothing that stands before it on a line without a semicolon.
    text.appendLeft(node.start, ` ${HOOKS.after}(${id},(${HOOKS.before}(${id}),`);
    text.appendLeft(node.end, '))');
  }

  // The outer one goes first, also where two begin at the same place.
  function visit(node: AnyNode): void {
    hook(node);
    if (node.type === 'CatchClause') text.appendLeft(node.body.start + 1, `${HOOKS.leave}();`);
    if (node.type === 'TryStatement' && node.finalizer)
      text.appendLeft(node.finalizer.start + 1, `${HOOKS.leave}();`);
    for (const child of children(node)) visit(child);
  }

  visit(parse(program, { ecmaVersion: 'latest', allowReturnOutsideFunction: true }));
  return { code: text.toString(), sites };
}
