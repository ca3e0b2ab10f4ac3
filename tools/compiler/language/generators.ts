/**
 * Generators and async functions as functions of a state, which helpers run (`helpers/generators.ts`). What contains no
 * `yield` or `await` stays as it is; the rest becomes the cases of a `switch`, and its variables the function's.
 */
import type { LoweringContext } from './context';
import { Emitter } from './emitter';
import { declaredBy, isCaptured, lexicalNames, replaceName, usesName, varNames } from './scopes';
import {
  type Node,
  arrow,
  at,
  array,
  assign,
  bodyOf,
  block,
  call,
  contains,
  copyNode,
  declare,
  directives,
  func,
  give,
  id,
  isFunctionNode,
  isLoop,
  literalNode,
  member,
  replaceChildren,
  sequence,
  statementNode,
  stops,
} from './tree';

export function lowerGenerators(context: LoweringContext): void {
  const go = (node: Node): void => {
    replaceChildren(node, (child) => {
      go(child);
      if (isFunctionNode(child) && (child.async || child.generator)) lowerOne(context, child);
      return child;
    });
  };
  go(context.program);
}

function lowerOne(context: LoweringContext, node: Node): void {
  const body = bodyOf(node);
  const kind = node.generator ? (node.async ? 'generateAsync' : 'generate') : 'async';
  const lead = body.splice(0, directives(body));
  const { async } = node;
  node.async = false;
  node.generator = false;
  node.expression = false;
  boxTurns(context, node.body, node);
  separateNames(context, node);
  const state = context.fresh('$c');
  const emitter = new Emitter(context, state, async && kind === 'generateAsync');
  const functions = body.filter((item) => item.type === 'FunctionDeclaration');
  // An argument of its own is asked for within a function of another kind.
  const isArrow = node.type === 'ArrowFunctionExpression';
  let args: Node[] = [];
  if (
    !isArrow &&
    usesName(node.body, 'arguments') &&
    contains(
      block(body.filter((item) => !functions.includes(item))),
      (item) => item.type === 'Identifier' && item.name === 'arguments',
      false,
    )
  ) {
    const name = context.fresh('$args');
    replaceName(node.body, 'arguments', (use) => at(use, id(name)));
    args = [declare('var', name, id('arguments'))];
  }
  const vars = varNames(node.body).map((item) => item.name as string);
  dropVars(node.body);
  const cases = emitter.run((node.body.body as Node[]).filter((item) => !functions.includes(item)));
  const names = [...new Set([...emitter.names, ...vars])].filter(
    (name) => !(node.params as Node[]).some((param) => param.name === name),
  );
  const made = at(node, arrow([id(state)], [cases]));
  const declared = names.length
    ? [
        {
          type: 'VariableDeclaration',
          kind: 'var',
          declarations: names.map((name) => ({ type: 'VariableDeclarator', id: id(name), init: null })),
        },
      ]
    : [];
  node.body.body = [
    ...lead,
    ...args,
    ...declared,
    ...functions,
    ...emitter.functions,
    at(node, give(call(context.helper(kind), [made]))),
  ];
}

/**
 * All variables of such a function are the function's own, so names that are declared twice become different. Blocks that
 * do not stop keep theirs.
 */
function separateNames(context: LoweringContext, node: Node): void {
  const taken = new Set<string>([...(node.params as Node[]).map((param) => param.name as string)]);
  for (const { name } of varNames(node.body)) taken.add(name);
  const go = (item: Node): void => {
    if (isFunctionNode(item) || !stops(item)) return;
    for (const name of new Set(ownNames(item).map((one) => one.name as string))) {
      // A name of a block may be one of the outside to the rest of the function.
      const isFree = item !== node.body && usesName(node.body, name);
      if (!taken.has(name) && !isFree) {
        taken.add(name);
        continue;
      }
      const other = context.fresh('$' + name);
      taken.add(other);
      replaceName(item, name, (use) => at(use, id(other)));
    }
    for (const key of Object.keys(item)) {
      const value = item[key] as unknown;
      if (Array.isArray(value)) {
        for (const one of value) if (one && typeof (one as Node).type === 'string') go(one as Node);
      } else if (value && typeof (value as Node).type === 'string') go(value as Node);
    }
  };
  go(node.body);
}

const ownNames = (item: Node): Node[] =>
  item.type === 'BlockStatement' ||
  isLoop(item) ||
  item.type === 'SwitchStatement' ||
  item.type === 'CatchClause'
    ? declaredBy(item)
    : [];

/**
 * Variables of a loop's turn that functions keep: all of a turn are fields of one object, which such a function is given.
 */
function boxTurns(context: LoweringContext, node: Node, owner: Node): void {
  const visit = (item: Node): void => {
    replaceChildren(item, (child) => {
      if (isFunctionNode(child)) return child;
      visit(child);
      if (isLoop(child) && stops(child)) boxLoop(context, child);
      return child;
    });
  };
  visit(node);
  void owner;
}

function boxLoop(context: LoweringContext, loop: Node): void {
  if (loop.body.type !== 'BlockStatement') loop.body = block([loop.body]);
  const head = (
    loop.type === 'ForStatement' ? loop.init : /^For/.test(loop.type) ? loop.left : null
  ) as Node | null;
  const heads = head?.type === 'VariableDeclaration' && head.kind !== 'var' ? lexicalNames([head]) : [];
  const statements = loop.body.body as Node[];
  // The head's variables are copied into the turn.
  for (const { name } of heads) {
    if (!isCaptured(loop.body, name)) continue;
    const turn = context.fresh('$' + name);
    const { body } = loop;
    loop.body = block([]);
    replaceName(loop, name, (use) => at(use, id(turn)));
    loop.body = body;
    statements.unshift(declare('let', name, id(turn)));
  }
  const box = context.fresh('$turn');
  let boxed = false;
  const scan = (item: Node): void => {
    if (isFunctionNode(item) || (isLoop(item) && item !== loop && stops(item))) return;
    if (
      stops(item) &&
      (item.type === 'BlockStatement' || item.type === 'SwitchStatement' || item.type === 'CatchClause')
    ) {
      for (const { name } of declaredBy(item)) {
        if (!isCaptured(item, name)) continue;
        boxed = true;
        unpack(item, name, box);
      }
    }
    replaceChildren(item, (child) => {
      scan(child);
      return child;
    });
  };
  scan(loop.body);
  if (!boxed) return;
  closeOver(loop.body, box);
  (loop.body.body as Node[]).unshift(declare('let', box, { type: 'ObjectExpression', properties: [] }));
}

/** A variable of a scope as a field of the box. */
function unpack(scope: Node, name: string, box: string): void {
  const list = (
    scope.type === 'CatchClause' ? scope.body.body : scope.type === 'SwitchStatement' ? null : scope.body
  ) as Node[] | null;
  const toField = (): Node => member(box, name);
  const convert = (items: Node[]): Node[] =>
    items.flatMap((item) => {
      if (item.type === 'FunctionDeclaration' && item.id.name === name)
        return [statementNode(assign(toField(), { ...item, type: 'FunctionExpression', id: null }))];
      if (item.type === 'ClassDeclaration' && item.id.name === name)
        return [statementNode(assign(toField(), { ...item, type: 'ClassExpression' }))];
      if (item.type !== 'VariableDeclaration' || item.kind === 'var') return [item];
      const made: Node[] = [];
      for (const declarator of item.declarations as Node[]) {
        if (declarator.id.name !== name) {
          made.push(at(item, { ...item, declarations: [declarator] }));
          continue;
        }
        made.push(
          at(
            declarator,
            statementNode(
              at(
                declarator,
                assign(
                  at(declarator.id, toField()),
                  declarator.init ?? {
                    type: 'UnaryExpression',
                    operator: 'void',
                    prefix: true,
                    argument: literalNode(0),
                  },
                ),
              ),
            ),
          ),
        );
      }
      return made;
    });
  if (scope.type === 'CatchClause') {
    const param = scope.param as Node;
    if (param?.name === name) {
      list!.unshift(statementNode(assign(toField(), copyNode(param))));
      const marker = list!.shift()!;
      replaceName(scope.body, name, (use) => at(use, toField()));
      list!.unshift(marker);
      return;
    }
  }
  if (scope.type === 'SwitchStatement')
    for (const item of scope.cases as Node[]) item.consequent = convert(item.consequent);
  else if (scope.type === 'BlockStatement') {
    const made = convert(scope.body);
    // Functions are there from the start.
    const isFunctionField = (item: Node): boolean =>
      item.type === 'ExpressionStatement' &&
      /^FunctionExpression$/.test(item.expression.right?.type) &&
      item.expression.left.object?.name === box;
    scope.body = [...made.filter(isFunctionField), ...made.filter((item) => !isFunctionField(item))];
  }
  replaceName(scope, name, (use) => at(use, toField()));
}

/** Functions that speak of the box are made by one that is given this turn's. */
function closeOver(node: Node, box: string): void {
  replaceChildren(node, (child) => {
    if (isFunctionNode(child) && usesName(child, box) && child.type !== 'FunctionDeclaration')
      return at(child, call(wrap(box, child), [id(box)]));
    if (!isFunctionNode(child)) closeOver(child, box);
    return child;
  });
}

function wrap(box: string, child: Node): Node {
  // An arrow function keeps `this`.
  return child.type === 'ArrowFunctionExpression'
    ? arrow([id(box)], [give(child)])
    : func([id(box)], [give(child)]);
}

export const emptyList = (): Node => array([]);

/** `var` of what stays as it is: the variable is the function's, so what is left is what it is given. */
function dropVars(node: Node): void {
  replaceChildren(node, (child, key) => {
    if (isFunctionNode(child)) return child;
    dropVars(child);
    if (child.type !== 'VariableDeclaration' || child.kind !== 'var') return child;
    const list = child.declarations as Node[];
    if (key === 'left') return list[0].id;
    const given = list.filter((item) => item.init).map((item) => at(item, assign(item.id, item.init)));
    if (key === 'init') return given.length ? sequence(given) : literalNode(0);
    return given.map((item) => statementNode(item));
  });
}
