/**
 * What the passes take apart: the JavaScript that the compiler makes for ES5. It must refuse, with the node, all that they
 * could give another meaning; code of an application, which they leave alone, may be anything that names no names at run
 * time.
 */
import type { AnyNode, Program } from 'acorn';
import { type Scopes, children, findScopes, isFunction } from '../check/scopes';
import { Refusal } from './script';

const NEWER =
  /^(Class|ArrowFunction|Yield|Await|Spread|Rest|Chain|TaggedTemplate|MetaProperty|Import|Export|PrivateIdentifier|StaticBlock|Array(?=Pattern)|Object(?=Pattern)|AssignmentPattern)/;

/** Why a node of a program cannot be taken apart; an empty string: it can. */
function reason(node: AnyNode, parent: AnyNode, within: AnyNode, isLibrary: boolean, scopes: Scopes): string {
  if (node.type === 'WithStatement') return 'with makes names of properties';
  if (node.type === 'Identifier' && !scopes.references.get(node)?.binding && scopes.references.has(node)) {
    if (node.name === 'eval' || (node.name === 'Function' && /^(Call|New)Expression$/.test(parent.type)))
      return `${node.name} runs code that is not here`;
    const plain = parent.type === 'MemberExpression' && parent.object === node && !parent.computed;
    if (/^global(This)?$/.test(node.name) && !plain) return `${node.name} is used for more than a name`;
  }
  if (!isLibrary) return '';
  if (NEWER.test(node.type)) return `${node.type}, which ES5 does not have`;
  if (node.type === 'VariableDeclaration' && node.kind !== 'var')
    return `${node.kind}, which ES5 does not have`;
  if (isFunction(node)) {
    if (node.generator || node.async) return 'a function that can be left and entered again';
    if (node.params.some(({ type }) => type !== 'Identifier')) return 'a parameter that is no plain name';
    if (new Set(node.params.map((param) => (param as { name?: string }).name)).size < node.params.length)
      return 'two parameters of one name';
    const isInBlock = parent.type !== 'Program' && !(parent.type === 'BlockStatement' && isFunction(within));
    if (node.type === 'FunctionDeclaration' && (isInBlock || parent !== bodyOf(within)))
      return 'a function that is declared in a block';
  }
  if (node.type === 'ThisExpression' && within.type === 'Program') return 'this at the top level';
  if (node.type === 'Literal' && 'bigint' in node && node.bigint) return 'a BigInt';
  if (node.type === 'BinaryExpression' && node.operator === '**') return '**, which ES5 does not have';
  if (node.type === 'LogicalExpression' && node.operator === '??') return '??, which ES5 does not have';
  if (node.type === 'UnaryExpression' && node.operator === 'delete' && node.argument.type === 'Identifier')
    return 'a name is deleted';
  const key =
    node.type === 'MemberExpression' ? node.property : node.type === 'Property' ? node.key : undefined;
  const text = key?.type === 'Identifier' ? key.name : key?.type === 'Literal' ? key.value : '';
  return text === '__proto__' ? '__proto__' : '';
}

const bodyOf = (node: AnyNode): AnyNode => (isFunction(node) ? node.body : node);

/** @throws Refusal */
export function accept(program: Program, isLibrary: (statement: AnyNode) => boolean): void {
  const scopes = findScopes(program);
  const visit = (node: AnyNode, parent: AnyNode, within: AnyNode, own: boolean): void => {
    const why = reason(node, parent, within, own, scopes);
    if (why) throw new Refusal(node, why);
    for (const child of children(node)) visit(child, node, isFunction(node) ? node : within, own);
  };
  for (const node of program.body) visit(node as AnyNode, program, program, isLibrary(node as AnyNode));
}
