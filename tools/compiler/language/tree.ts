/**
 * The tree of a script while it is lowered: what builds new nodes, walks and replaces. It must know nothing of Espruino.
 */
import { KEYS } from 'eslint-visitor-keys';

/** A node of ESTree, whose fields depend on its type; passes change both. */
export interface Node {
  type: string;
  /** Offset in the source; new nodes have what they stand for. */
  start?: number;
  end?: number;
  loc?: { start: { line: number; column: number }; end: { line: number; column: number } };
  // What a field holds follows from `type`, which passes change while they go; a union of all types would say less.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

export const isFunctionNode = (node: Node): boolean =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);

export const isClass = (node: Node): boolean => /^Class(Declaration|Expression)$/.test(node.type);

export const isLoop = (node: Node): boolean => /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);

export function childNodes(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of KEYS[node.type] ?? []) {
    const value = node[key] as Node | (Node | null)[] | null | undefined;
    if (Array.isArray(value)) {
      for (const item of value) if (item) found.push(item);
    } else if (value) found.push(value);
  }
  return found;
}

/** Puts what `change` makes of each child in its place; a list's items may become several or none. */
export function replaceChildren(node: Node, change: (child: Node, key: string) => Node | Node[]): void {
  for (const key of KEYS[node.type] ?? []) {
    const value = node[key] as Node | (Node | null)[] | null | undefined;
    if (Array.isArray(value)) {
      const list: (Node | null)[] = [];
      for (const item of value) {
        if (!item) {
          list.push(null);
          continue;
        }
        const made = change(item, key);
        if (Array.isArray(made)) list.push(...made);
        else list.push(made);
      }
      node[key] = list;
    } else if (value) {
      const made = change(value, key);
      node[key] = Array.isArray(made) ? block(made) : made;
    }
  }
}

/** Whether a node or anything below it is wanted; functions within are looked into only if `deep`. */
export function contains(node: Node, wanted: (node: Node) => boolean, deep = true): boolean {
  if (wanted(node)) return true;
  return childNodes(node).some((child) => (deep || !isFunctionNode(child)) && contains(child, wanted, deep));
}

/** Looks at all nodes from the outside in; `visit` returns false for what it does not want to enter. */
export function walk(
  node: Node,
  visit: (node: Node, parent: Node | undefined) => boolean | void,
  parent?: Node,
): void {
  if (visit(node, parent) === false) return;
  for (const child of childNodes(node)) walk(child, visit, node);
}

/** A node's place for another that stands for it. */
export function at<T extends Node>(place: Node | undefined, node: T): T {
  if (place && node.start === undefined) {
    node.start = place.start;
    node.end = place.end;
    node.loc = place.loc;
  }
  return node;
}

export const id = (name: string): Node => ({ type: 'Identifier', name });
export const literalNode = (value: string | number | boolean | null): Node => ({ type: 'Literal', value });
export const nothing = (): Node => ({
  type: 'UnaryExpression',
  operator: 'void',
  prefix: true,
  argument: literalNode(0),
});
export const array = (elements: (Node | null)[]): Node => ({ type: 'ArrayExpression', elements });
export const call = (callee: Node | string, args: Node[] = []): Node => ({
  type: 'CallExpression',
  callee: typeof callee === 'string' ? id(callee) : callee,
  arguments: args,
  optional: false,
});
export const member = (object: Node | string, property: Node | string): Node => {
  const name = typeof property === 'string' ? property : undefined;
  const plain = name !== undefined && /^[A-Za-z_$][\w$]*$/.test(name);
  return {
    type: 'MemberExpression',
    object: typeof object === 'string' ? id(object) : object,
    property: name === undefined ? (property as Node) : plain ? id(name) : literalNode(name),
    computed: !plain,
    optional: false,
  };
};
export const assign = (left: Node | string, right: Node, operator = '='): Node => ({
  type: 'AssignmentExpression',
  operator,
  left: typeof left === 'string' ? id(left) : left,
  right,
});
export const binary = (operator: string, left: Node, right: Node): Node => ({
  type: /^(&&|\|\||\?\?)$/.test(operator) ? 'LogicalExpression' : 'BinaryExpression',
  operator,
  left,
  right,
});
export const not = (argument: Node): Node => ({
  type: 'UnaryExpression',
  operator: '!',
  prefix: true,
  argument,
});
export const conditional = (test: Node, consequent: Node, alternate: Node): Node => ({
  type: 'ConditionalExpression',
  test,
  consequent,
  alternate,
});
export const sequence = (expressions: Node[]): Node =>
  expressions.length === 1 ? expressions[0] : { type: 'SequenceExpression', expressions };
export const statementNode = (expression: Node): Node =>
  at(expression, { type: 'ExpressionStatement', expression });
export const block = (body: Node[]): Node => ({ type: 'BlockStatement', body });
export const ifThen = (test: Node, consequent: Node, alternate: Node | null = null): Node => ({
  type: 'IfStatement',
  test,
  consequent,
  alternate,
});
export const give = (argument: Node | null): Node => ({ type: 'ReturnStatement', argument });
export const declare = (kind: string, name: Node | string, init: Node | null = null): Node => ({
  type: 'VariableDeclaration',
  kind,
  declarations: [{ type: 'VariableDeclarator', id: typeof name === 'string' ? id(name) : name, init }],
});
export const func = (params: Node[], body: Node[], name: string | null = null): Node => ({
  type: 'FunctionExpression',
  id: name ? id(name) : null,
  params,
  body: block(body),
  async: false,
  generator: false,
  expression: false,
});
export const arrow = (params: Node[], body: Node[]): Node => ({
  type: 'ArrowFunctionExpression',
  id: null,
  params,
  body: block(body),
  async: false,
  generator: false,
  expression: false,
});
export const property = (key: Node, value: Node, kind = 'init'): Node => ({
  type: 'Property',
  key,
  value,
  kind,
  method: false,
  shorthand: false,
  computed: false,
});

/** Another copy of an expression that has no effect: a name, `this`, a literal, a member of such. */
export function copyNode(node: Node): Node {
  const made: Node = { ...node };
  for (const key of KEYS[node.type] ?? []) {
    const value = node[key] as Node | (Node | null)[] | null | undefined;
    if (Array.isArray(value)) made[key] = value.map((item) => item && copyNode(item));
    else if (value) made[key] = copyNode(value);
  }
  return made;
}

/** An expression that may be evaluated twice: nothing can change it in between, and it does nothing. */
export const isPlain = (node: Node): boolean =>
  /^(Identifier|ThisExpression|Super)$/.test(node.type) || (node.type === 'Literal' && !node.regex);

/** The names that a pattern introduces. */
export function namesOfPattern(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ArrayPattern':
      return (pattern.elements as (Node | null)[]).flatMap((item) => (item ? namesOfPattern(item) : []));
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((item) =>
        namesOfPattern(item.type === 'RestElement' ? item.argument : item.value),
      );
    case 'AssignmentPattern':
      return namesOfPattern(pattern.left);
    case 'RestElement':
      return namesOfPattern(pattern.argument);
    default:
      return [];
  }
}

/** A property's or member's name where the text holds it. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'Literal') return String(key.value);
  return key.type === 'Identifier' && !computed ? (key.name as string) : undefined;
}

/** A function's body as statements, to which others can be added. */
export function bodyOf(node: Node): Node[] {
  if (node.type === 'Program') return node.body as Node[];
  if (node.body.type !== 'BlockStatement') {
    node.body = at(node.body, block([at(node.body, give(node.body))]));
    node.expression = false;
  }
  return node.body.body as Node[];
}

/** How many statements at the start of a body are directives, such as "ram". */
export function directives(body: readonly Node[]): number {
  let count = 0;
  while (
    count < body.length &&
    body[count].type === 'ExpressionStatement' &&
    body[count].expression.type === 'Literal' &&
    typeof body[count].expression.value === 'string'
  )
    count++;
  return count;
}

/** Whether it stops in the middle, for `await` or `yield`: functions within are no part of it. */
export const stops = (node: Node): boolean =>
  contains(
    node,
    (item) => /^(Yield|Await)Expression$/.test(item.type) || (item.type === 'ForOfStatement' && item.await),
    false,
  );
