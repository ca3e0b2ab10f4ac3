/**
 * What is left when expressions are simple and generators are gone: loops whose variables functions keep, labels, `switch`,
 * and declarations in the order that Espruino needs.
 */
import type { LoweringContext } from './context';
import { exactNumber } from './literals';
import { lowerLabels } from './labels';
import { declaredBy, isCaptured, lexicalNames, replaceName, usesName, varNames } from './scopes';
import {
  type Node,
  array,
  at,
  assign,
  binary,
  block,
  call,
  childNodes,
  conditional,
  contains,
  copyNode,
  declare,
  directives,
  func,
  give,
  id,
  isFunctionNode,
  isLoop,
  isPlain,
  literalNode,
  not,
  replaceChildren,
  sequence,
  statementNode,
  walk,
} from './tree';

export function finish(context: LoweringContext): void {
  const { program } = context;
  lowerLabels(context, program);
  visit(context, program, program);
  renameReserved(context);
  orderAll(program);
}

/** A `return` that is the very last word of a function is an error to Espruino, and does nothing. */
function dropLastReturn({ body }: Node): void {
  if (body.type !== 'BlockStatement') return;
  const last = (body.body as Node[]).at(-1);
  if (last?.type === 'ReturnStatement' && !last.argument) body.body.pop();
}

function visit(context: LoweringContext, node: Node, owner: Node): void {
  if (isFunctionNode(node)) dropLastReturn(node);
  replaceChildren(node, (child, key) => {
    visit(context, child, isFunctionNode(child) ? child : owner);
    if (key === 'label') return child;
    if (child.type === 'Literal')
      return typeof child.value === 'number' && key !== 'key' ? exactNumber(child) : child;
    return change(context, child, node, owner);
  });
}

function change(context: LoweringContext, node: Node, parent: Node, owner: Node): Node {
  if (node.loc) context.place = node;
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
      keepTurns(context, node);
      if (node.type === 'ForInStatement') guardKeys(context, node);
      return node;
    case 'ExpressionStatement':
      // Espruino looks at a member only when its value is asked for, and a getter may do something.
      if (node.expression.type === 'MemberExpression') node.expression = not(node.expression);
      return node;
    case 'TryStatement':
      return swallow(context, node);
    case 'SwitchStatement':
      return lowerSwitch(context, node, owner);
    case 'DoWhileStatement':
      if (node.body.type !== 'BlockStatement') node.body = block([node.body]);
      // Straight in a case, it would revive code behind a `break`.
      return parent.type === 'BlockStatement' || parent.type === 'Program' ? node : block([node]);
    case 'UnaryExpression':
      return node.operator === 'delete' && parent.type !== 'ExpressionStatement' && node.start !== undefined
        ? sequence([node, literalNode(true)])
        : node;
    default:
      return node;
  }
}

/** `for...in` over nothing does nothing, and methods of classes are no keys. */
function guardKeys(context: LoweringContext, node: Node): void {
  const { right } = node;
  if (/^(Object|Array)Expression$/.test(right.type)) return;
  if (context.methods.size) {
    const names = array([...context.methods].map((name) => literalNode(name)));
    node.type = 'ForOfStatement';
    node.await = false;
    node.right = at(right, call(context.helper('keysOf'), [right, names]));
  } else if (right.type !== 'CallExpression') node.right = binary('||', right, array([]));
}

/** A `finally` that leaves for good takes what was thrown with it, which Espruino throws all the same. */
function swallow(context: LoweringContext, node: Node): Node {
  if (!node.finalizer || !endsAway(node.finalizer.body) || node.swallows) return node;
  const handler = { type: 'CatchClause', param: id(context.fresh('$e')), body: block([]) };
  const inner = node.handler ? block([{ ...node, finalizer: null }]) : node.block;
  return { ...node, block: inner, handler, swallows: true };
}

/** Gives each turn of a loop a variable of its own where a function keeps it, as Espruino does for what a block declares. */
function keepTurns(context: LoweringContext, node: Node): void {
  const head = node.type === 'ForStatement' ? node.init : node.left;
  if (head?.type !== 'VariableDeclaration' || head.kind === 'var') return;
  for (const { name } of lexicalNames([head])) {
    if (
      !isCaptured(node.body, name) &&
      !(node.update && isCaptured(node.update, name)) &&
      !(node.test && isCaptured(node.test, name))
    )
      continue;
    const turn = context.fresh('$' + name);
    const { body } = node;
    // Only the head takes the new name; the body's own is a copy of it.
    node.body = block([]);
    replaceName(node, name, (use) => at(use, id(turn)));
    const statements = body.type === 'BlockStatement' ? (body.body as Node[]) : [body as Node];
    const written = node.type === 'ForStatement' && contains(body, (item) => writes(item, name));
    const back = (): Node => statementNode(assign(turn, id(name)));
    if (written) {
      beforeContinue(body, back);
      statements.push(back());
    }
    node.body = block([declare('let', name, id(turn)), ...statements]);
  }
}

function writes(node: Node, name: string): boolean {
  if (node.type === 'UpdateExpression')
    return node.argument.type === 'Identifier' && node.argument.name === name;
  return node.type === 'AssignmentExpression' && node.left.type === 'Identifier' && node.left.name === name;
}

/** Puts a statement before each `continue` of the loop whose body this is. */
function beforeContinue(node: Node, make: () => Node): void {
  replaceChildren(node, (child) => {
    if (child.type === 'ContinueStatement' && !child.label) return block([make(), child]);
    if (!isLoop(child) && !isFunctionNode(child)) beforeContinue(child, make);
    return child;
  });
}

/** `default` stands last for Espruino, and what a case declares would stay behind the `switch`. */
function lowerSwitch(context: LoweringContext, node: Node, owner: Node): Node {
  const cases = node.cases as Node[];
  const index = cases.findIndex((item) => !item.test);
  let made: Node = node;
  if (index >= 0 && index < cases.length - 1) made = reorder(context, node, index, owner);
  return lexicalNames(cases.flatMap((item) => item.consequent)).length ? at(node, block([made])) : made;
}

const endsAway = (body: readonly Node[]): boolean => {
  const last = body[body.length - 1] as Node | undefined;
  if (!last) return false;
  if (last.type === 'BlockStatement') return endsAway(last.body);
  return /^(Break|Return|Continue|Throw)Statement$/.test(last.type);
};

function reorder(context: LoweringContext, node: Node, index: number, owner: Node): Node {
  const cases = node.cases as Node[];
  const before = index > 0 ? cases[index - 1].consequent : [{ type: 'BreakStatement' }];
  const last = cases[cases.length - 1];
  if (endsAway(before) && endsAway(cases[index].consequent)) {
    if (!endsAway(last.consequent)) last.consequent.push({ type: 'BreakStatement', label: null });
    cases.push(...cases.splice(index, 1));
    return node;
  }
  // Which case it is, is found out first; cases then are numbers.
  const temp = id(context.fresh('$case'));
  void owner;
  const value = isPlain(node.discriminant) ? node.discriminant : id(context.fresh('$value'));
  let chosen: Node = literalNode(index);
  for (let n = cases.length - 1; n >= 0; n--)
    if (cases[n].test)
      chosen = conditional(binary('===', copyNode(value), cases[n].test), literalNode(n), chosen);
  const first = isPlain(node.discriminant) ? [] : [declare('let', value, node.discriminant)];
  cases.forEach((item, n) => (item.test = literalNode(n)));
  node.discriminant = copyNode(temp);
  return block([...first, declare('let', temp, chosen), node]);
}

/** Words that Espruino reserves, and letters that its names cannot have. */
function renameReserved(context: LoweringContext): void {
  const rename = (node: Node): void => {
    for (const { name } of declaredBy(node)) {
      if (!/^(of|static)$/.test(name) && /^[\w$]+$/.test(name)) continue;
      const other = context.fresh(name.replace(/[^\w$]/g, '_') + '_');
      replaceName(node, name, (use) => at(use, id(other)));
    }
  };
  walk(context.program, rename);
}

/** Functions first, in the order of the text, and `var` where it is not certain to have run before it is asked for. */
function orderAll(program: Node): void {
  const go = (node: Node, owner: Node): void => {
    if (node.type === 'Program') orderBody(node, node.body, varsToHoist(node));
    else if (isFunctionNode(node) && node.body.type === 'BlockStatement')
      orderBody(node.body, node.body.body, varsToHoist(node));
    else if (node.type === 'BlockStatement' && !node.ordered) {
      ownNames(node, owner);
      orderBody(node, node.body, []);
    } else if (node.type === 'SwitchCase')
      node.consequent = (node.consequent as Node[]).map((item) => shelter(asVariable(item)));
    for (const child of childNodes(node)) go(child, isFunctionNode(node) ? node : owner);
  };
  go(program, program);
}

/** Behind a `break`, Espruino reads on through a case, and takes the methods of a class for calls unless in braces. */
function shelter(node: Node): Node {
  const isBare = (item: Node): boolean => item.type === 'ClassExpression';
  if (node.type === 'BlockStatement' || !contains(node, isBare, false)) return node;
  if (node.type !== 'VariableDeclaration') return block([node]);
  for (const declarator of node.declarations as Node[])
    if (declarator.init && contains(declarator.init, isBare, false))
      declarator.init = call(func([], [give(declarator.init)]));
  return node;
}

/** A function or class as a variable: Espruino has one of a name in a whole function, and the first one stays. */
function asVariable(node: Node): Node {
  if (!/^(Function|Class)Declaration$/.test(node.type)) return node;
  const type = node.type.replace('Declaration', 'Expression');
  return at(node, declare('let', node.id, { ...node, type, id: null }));
}

/** Functions and classes of a block become its own, unless what is around speaks of them, as old scripts do. */
function ownNames(node: Node, owner: Node): void {
  const body = node.body as Node[];
  const isDeclared = (item: Node): boolean => /^(Function|Class)Declaration$/.test(item.type);
  if (!body.some(isDeclared)) return;
  node.body = [];
  const kept = new Set(
    body.filter(
      (item) =>
        item.type === 'FunctionDeclaration' &&
        usesName(owner.type === 'Program' ? { ...owner, type: 'BlockStatement' } : owner.body, item.id.name),
    ),
  );
  const functions = body
    .filter((item) => item.type === 'FunctionDeclaration' && !kept.has(item))
    .map(asVariable);
  node.body = [
    ...functions,
    ...body
      .filter((item) => item.type !== 'FunctionDeclaration' || kept.has(item))
      .map((item) => (kept.has(item) ? item : asVariable(item))),
  ];
}

function orderBody(holder: Node, body: Node[], vars: string[]): void {
  holder.ordered = true;
  const start = directives(body);
  const isDeclared = (item: Node): boolean => item.type === 'FunctionDeclaration';
  const rest = body.slice(start);
  const declared = rest.filter(isDeclared);
  const hoisted: Node[] = vars.length
    ? [
        {
          type: 'VariableDeclaration',
          kind: 'var',
          declarations: vars.map((name) => ({ type: 'VariableDeclarator', id: id(name), init: null })),
        },
      ]
    : [];
  holder.body = [
    ...body.slice(0, start),
    ...hoisted,
    ...declared,
    ...rest.filter((item) => !isDeclared(item)),
  ];
}

/** The names whose `var` may come too late. */
function varsToHoist(node: Node): string[] {
  const isProgram = node.type === 'Program';
  const body = (isProgram ? node.body : node.body.body) as Node[];
  const params = new Set(isProgram ? [] : (node.params as Node[]).map((param) => param.name as string));
  const functions = new Set(
    body.filter((item) => item.type === 'FunctionDeclaration').map((item) => item.id.name as string),
  );
  const late: string[] = [];
  for (const name of new Set(varNames(node).map((item) => item.name as string))) {
    if (params.has(name) || functions.has(name)) continue;
    if (!declaredFirst(body, name)) late.push(name);
  }
  return late;
}

/** Whether a statement that surely runs declares a name before anything else speaks of it. */
function declaredFirst(body: readonly Node[], name: string): boolean {
  // Functions are there from the start, and what they mention may be asked for as soon as anything is called.
  let mentioned = body.some((item) => item.type === 'FunctionDeclaration' && usesName(item, name));
  for (const item of body) {
    if (item.type === 'FunctionDeclaration') continue;
    const head = item.type === 'ForStatement' ? item.init : /^For(In|Of)/.test(item.type) ? item.left : item;
    const declares =
      head?.type === 'VariableDeclaration' &&
      head.kind === 'var' &&
      (head.declarations as Node[]).some((declarator) => declarator.id.name === name);
    if (declares) {
      const list = head.declarations as Node[];
      const index = list.findIndex((declarator) => declarator.id.name === name);
      const earlier = list
        .slice(0, index + 1)
        .some((declarator) => declarator.init && usesName(declarator.init, name));
      return !mentioned && !earlier;
    }
    if (usesName(item, name)) return false;
    // A function that is called in the meantime would ask for it.
    if (mentioned && contains(item, (inner) => /^(Call|New|TaggedTemplate)Expression$/.test(inner.type)))
      return false;
  }
  mentioned = false;
  return false;
}
