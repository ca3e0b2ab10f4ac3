/**
 * Uses of `let`, `const` and classes before their declaration has run, where that is certain: in statements that are run
 * from top to bottom. What a function does later is its own affair.
 */
import type { LoweringContext } from '../context';
import { lexicalNames } from '../scopes';
import { type Node, childNodes, isClass, isFunctionNode } from '../tree';

export function checkOrder(context: LoweringContext): void {
  const body = context.program.body as Node[];
  const places = new Map<string, Node>();
  for (const item of body)
    if (item.type !== 'FunctionDeclaration')
      for (const name of lexicalNames([item])) places.set(name.name, name);
  const visit = (node: Node, parent: Node, shadowed: ReadonlySet<string>): void => {
    if (isFunctionNode(node)) {
      // Only one that is called on the spot runs now, and not if it first waits.
      if (parent.type !== 'CallExpression' || parent.callee !== node || node.async || node.generator) return;
    }
    let hidden = shadowed;
    if (
      node.type === 'BlockStatement' ||
      node.type === 'SwitchStatement' ||
      isFunctionNode(node) ||
      /^For|CatchClause/.test(node.type)
    ) {
      // Another variable of that name is not looked at any closer.
      const names = namesWithin(node);
      hidden = new Set([...shadowed, ...names]);
    }
    if (node.type === 'Identifier' && !isKey(node, parent) && !hidden.has(node.name)) {
      const place = places.get(node.name);
      if (place && node.end! <= place.start! && parent.type !== 'UnaryExpression')
        context.error(
          node,
          `${node.name} is used before its declaration in line ${place.loc!.start.line} has run: put the declaration first`,
        );
    }
    if (isClass(node)) {
      if (node.superClass) visit(node.superClass, node, hidden);
      return;
    }
    for (const child of childNodes(node)) visit(child, node, hidden);
  };
  for (const item of body) visit(item, context.program, new Set());
}

function namesWithin(node: Node): string[] {
  const found: string[] = [];
  const look = (item: Node): void => {
    if (item.type === 'VariableDeclarator' || item.type === 'CatchClause')
      collect((item.type === 'CatchClause' ? item.param : item.id) as Node | null, found);
    if (isFunctionNode(item)) for (const param of item.params as Node[]) collect(param, found);
    if (/^(Function|Class)Declaration$/.test(item.type)) found.push(item.id.name as string);
    childNodes(item).forEach(look);
  };
  look(node);
  return found;
}

function collect(pattern: Node | null, found: string[]): void {
  if (!pattern) return;
  if (pattern.type === 'Identifier') found.push(pattern.name as string);
  else childNodes(pattern).forEach((child) => collect(child, found));
}

function isKey(node: Node, parent: Node): boolean {
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type))
    return parent.key === node && !parent.computed && !(parent.shorthand && parent.value === node);
  return /^(Labeled|Break|Continue)Statement$/.test(parent.type) || parent.type === 'MetaProperty';
}
