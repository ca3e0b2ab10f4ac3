/**
 * A bundle with a hook at every call, so that one of them can go wrong: before
 * it has done anything, or when it has. What the interpreter breaks off runs
 * neither `catch` nor `finally`, so these ask first. Nothing else changes.
 */
import type { AnyNode } from 'acorn';
import { parse } from 'acorn';
import MagicString from 'magic-string';
import { children } from '../check-bundle/scopes';

/** Names of the hooks, which no bundle has. */
export const HOOKS = { before: '__before', after: '__after', pass: '__pass', cut: '__cut' } as const;

export interface Instrumented {
  readonly code: string;
  /** What each call looks like in the bundle, by its number. */
  readonly sites: readonly string[];
}

export function instrument(code: string): Instrumented {
  const program = parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true });
  const text = new MagicString(code);
  const sites: string[] = [];

  function hook(node: Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>): void {
    const callee = node.callee as AnyNode;
    const held =
      callee.type === 'MemberExpression' && node.type === 'CallExpression'
        ? (callee.object as AnyNode)
        : callee;
    if (held.type === 'Super') return;
    const id = sites.push(code.slice(node.start, node.end).slice(0, 60)) - 1;
    // The outer one comes first where two begin at the same place.
    text.appendLeft(node.start, ` ${HOOKS.after}(${id},`);
    text.appendLeft(held.start, `(${HOOKS.before}(${id}),`);
    text.appendLeft(held.end, ')');
    text.appendLeft(node.end, ')');
  }

  function visit(node: AnyNode): void {
    if (node.type === 'CallExpression') hook(node);
    if (node.type === 'NewExpression') {
      // `new` takes its class from within parentheses, and `after` stands around all of it.
      const id = sites.push(code.slice(node.start, node.end).slice(0, 60)) - 1;
      text.appendLeft(node.start, ` ${HOOKS.after}(${id},`);
      text.appendLeft(node.callee.start, `(${HOOKS.before}(${id}),`);
      text.appendLeft(node.callee.end, ')');
      text.appendLeft(node.end, ')');
    }
    if (node.type === 'TryStatement' && node.handler) {
      const { param, body } = node.handler;
      const name = param?.type === 'Identifier' ? param.name : undefined;
      // Before whatever begins at the same place.
      if (name) text.appendLeft(body.start + 1, `${HOOKS.pass}(${name});`);
    }
    if (node.type === 'TryStatement' && node.finalizer) {
      text.appendLeft(node.finalizer.start + 1, `if(!${HOOKS.cut}()){`);
      // Behind what ends at the same place.
      text.appendRight(node.finalizer.end - 1, '}');
    }
    for (const child of children(node)) visit(child);
  }

  visit(program);
  return { code: text.toString(), sites };
}
