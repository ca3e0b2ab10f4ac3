/**
 * Rewrites what Espruino's parser refuses or misreads into what it runs, from the inside out; what it runs stays as it
 * was written. Loops, labels, generators and the order of declarations are other passes'.
 */
import { markUnused } from './accessors';
import { markChanging } from './changing-arrays';
import { lowerClass } from './classes';
import type { LoweringContext } from './context';
import {
  lowerArray,
  lowerAssignment,
  lowerCall,
  lowerChain,
  lowerNew,
  lowerObject,
  lowerTagged,
  lowerUpdate,
  methodOfChain,
} from './expressions';
import { lowerBuiltIn, lowerDate, lowerNewRegExp, lowerRegExp } from './builtins';
import { isPattern, unfoldAssignment, unfoldDeclaration, unfoldParameters } from './patterns';
import {
  type Node,
  at,
  block,
  bodyOf,
  call,
  contains,
  declare,
  directives,
  id,
  isClass,
  isFunctionNode,
  isLoop,
  literalNode,
  member,
  nothing,
  replaceChildren,
  sequence,
  statementNode,
} from './tree';

export function simplifySyntax(context: LoweringContext): void {
  markChanging(context.program);
  context.within(context.program, () => statements(context, context.program));
  declareTemps(context.program);
}

/** Puts the variables that a function's expressions needed at its start. */
function declareTemps(node: Node): void {
  const temps = (node.temps ?? []) as string[];
  if (node.argumentsName) {
    const body = bodyOf(node);
    body.splice(directives(body), 0, declare('var', node.argumentsName, id('arguments')));
  }
  if (!temps.length) return;
  const body = bodyOf(node);
  body.splice(directives(body), 0, {
    type: 'VariableDeclaration',
    kind: 'var',
    declarations: temps.map((name) => ({ type: 'VariableDeclarator', id: id(name), init: null })),
  });
  node.temps = undefined;
}

function statements(context: LoweringContext, node: Node): void {
  replaceChildren(node, (child) => lowerNode(context, child));
}

/** What stands for a node: statements where it is one, else an expression. */
export function lowerNode(context: LoweringContext, node: Node): Node | Node[] {
  if (node.loc) context.place = node;
  if (isFunctionNode(node)) return lowerFunction(context, node);
  if (isClass(node)) {
    const made = lowerClass(context, node);
    // What the class needs around it is lowered like any other code.
    return made === node ? lowerClassBody(context, node) : lowerAll(context, made);
  }
  if (/(Statement|Declaration)$/.test(node.type) || node.type === 'SwitchCase')
    return context.scoped(() => lowerStatement(context, node));
  return lowerExpression(context, node);
}

function lowerAll(context: LoweringContext, made: Node | Node[]): Node | Node[] {
  if (!Array.isArray(made)) return lowerNode(context, made);
  return made.flatMap((item) => lowerNode(context, item));
}

function lowerClassBody(context: LoweringContext, node: Node): Node {
  replaceChildren(node, (child) => lowerNode(context, child));
  return node;
}

function lowerFunction(context: LoweringContext, node: Node): Node {
  return context.within(node, () => {
    unfoldParameters(context, node);
    if (node.body.type === 'BlockStatement') statements(context, node.body);
    else node.body = lowerNode(context, node.body);
    declareTemps(node);
    if (!node.ownArguments) return node;
    node.type = 'FunctionExpression';
    node.id = null;
    const usesThis = contains(node.body, (item) => item.type === 'ThisExpression');
    return usesThis ? at(node, call(member(node, 'bind'), [{ type: 'ThisExpression' }])) : node;
  });
}

function lowerStatement(context: LoweringContext, node: Node): Node | Node[] {
  switch (node.type) {
    case 'ExpressionStatement': {
      const { expression } = node;
      markUnused(expression);
      if (expression.type === 'AssignmentExpression' && isPattern(expression.left)) {
        const made = unfoldAssignment(context, expression, false);
        return { ...node, expression: lowerNode(context, made) as Node };
      }
      break;
    }
    case 'DebuggerStatement':
      context.warn(node, 'debugger is left out: it would stop the board');
      return { type: 'EmptyStatement' };
    case 'VariableDeclaration':
      unfoldDeclaration(context, node);
      break;
    case 'ForStatement':
      markUnused(node.init);
      markUnused(node.update);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      unfoldHead(context, node);
      if (node.type === 'ForOfStatement' && (node.await || node.changing || context.iterables)) {
        const made = iterate(context, node);
        if (made) return lowerAll(context, made);
      }
      break;
    case 'LabeledStatement':
      if (
        node.body.type === 'ForOfStatement' &&
        (node.body.await || node.body.changing || context.iterables)
      ) {
        node.body.labels = [...((node.labels as string[] | undefined) ?? []), node.label.name as string];
        const made = lowerNode(context, node.body);
        return Array.isArray(made) || made.type !== 'ForOfStatement' ? made : { ...node, body: made };
      }
      break;
    case 'TryStatement': {
      const { handler } = node;
      if (handler?.param && isPattern(handler.param)) {
        const name = id(context.fresh('$e'));
        const declaration = at(handler.param, declare('let', handler.param, { ...name }));
        handler.body.body.unshift(declaration);
        handler.param = name;
      }
      break;
    }
  }
  if (isLoop(node)) loopBody(node);
  replaceChildren(node, (child) => lowerNode(context, child));
  return node;
}

/** A loop's body in braces, for what other passes add to it. */
function loopBody(node: Node): void {
  if (node.body.type !== 'BlockStatement' && /VariableDeclaration/.test(node.body.type))
    node.body = block([node.body]);
}

/** Takes a pattern out of the head of `for...of` or `for...in`. */
function unfoldHead(context: LoweringContext, node: Node): void {
  const { left } = node;
  const isDeclared = left.type === 'VariableDeclaration';
  const target = isDeclared ? left.declarations[0].id : left;
  if (target.type === 'Identifier' && isDeclared) return;
  if (target.type === 'Identifier' && !context.iterables && !node.await && !node.changing) return;
  const name = id(context.fresh('$item'));
  const taken = isDeclared
    ? at(target, declare(left.kind, target, { ...name }))
    : at(
        target,
        statementNode({ type: 'AssignmentExpression', operator: '=', left: target, right: { ...name } }),
      );
  node.left = declare('const', name);
  const body = node.body.type === 'BlockStatement' ? (node.body.body as Node[]) : [node.body as Node];
  node.body = at(node.body, block([taken, ...body]));
}

/** `for...of` over what has an iterator, which is told apart when it runs; undefined where it surely is an array. */
function iterate(context: LoweringContext, node: Node): Node[] | undefined {
  if (!node.await && (node.right.type === 'ArrayExpression' || node.right.type === 'Literal'))
    return undefined;
  const iterator = context.fresh('$walk');
  const result = context.fresh('$turn');
  const { kind, declarations } = node.left;
  const maybeAwait = (value: Node): Node =>
    node.await ? { type: 'AwaitExpression', argument: value } : value;
  const next = maybeAwait(call(member(iterator, 'next')));
  const value = maybeAwait(member(result, 'value'));
  const body = node.body.type === 'BlockStatement' ? (node.body.body as Node[]) : [node.body as Node];
  const loop = at(node, {
    type: 'ForStatement',
    init: null,
    test: {
      type: 'UnaryExpression',
      operator: '!',
      prefix: true,
      argument: member(
        { type: 'AssignmentExpression', operator: '=', left: id(result), right: next },
        'done',
      ),
    },
    update: null,
    body: block([at(node.left, declare(kind, declarations[0].id, value)), ...body]),
  });
  const leaves = contains(
    node.body,
    (item) =>
      /^(Break|Return|Continue|Throw)/.test(item.type) || /(Call|New|Yield|Await)Expression/.test(item.type),
    false,
  );
  const start: Node = {
    type: 'VariableDeclaration',
    kind: 'let',
    declarations: [
      {
        type: 'VariableDeclarator',
        id: id(iterator),
        init: call(context.helper(node.await ? 'walkAsync' : 'walk'), [node.right]),
      },
      { type: 'VariableDeclarator', id: id(result), init: null },
    ],
  };
  const labelled = (node.labels as string[] | undefined) ?? [];
  const inner = labelled.reduceRight<Node>(
    (body, name) => ({ type: 'LabeledStatement', label: id(name), body }),
    loop,
  );
  if (!leaves) return [block([start, inner])];
  const leave = statementNode(maybeAwait(call(context.helper('leave'), [id(iterator), id(result)])));
  return [
    block([start, { type: 'TryStatement', block: block([inner]), handler: null, finalizer: block([leave]) }]),
  ];
}

function lowerExpression(context: LoweringContext, node: Node): Node {
  switch (node.type) {
    case 'ChainExpression':
      return lowerNode(context, lowerChain(context, node)) as Node;
    case 'AssignmentExpression':
      if (isPattern(node.left)) return lowerNode(context, unfoldAssignment(context, node, true)) as Node;
      break;
    case 'SequenceExpression': {
      // Only the last one's value counts.
      const list = node.expressions as Node[];
      list.slice(0, -1).forEach(markUnused);
      node.expressions = list.map((item, index) =>
        item.type === 'AssignmentExpression' && isPattern(item.left) && index < list.length - 1
          ? unfoldAssignment(context, item, false)
          : item,
      );
      break;
    }
    case 'UnaryExpression':
      if (node.operator === 'delete' && node.argument.type === 'ChainExpression') {
        const made = lowerChain(context, node.argument);
        made.consequent = { type: 'Literal', value: true };
        made.alternate = { ...node, argument: made.alternate };
        return lowerNode(context, made) as Node;
      }
      break;
    case 'MemberExpression':
      if (
        context.isGlobal(node.object, 'Symbol') &&
        !node.computed &&
        /^(asyncIterator|iterator)$/.test(node.property.name)
      )
        return at(node, literalNode('@@' + node.property.name));
      break;
    case 'CallExpression':
      node.callee = methodOfChain(node.callee);
      break;
    case 'TaggedTemplateExpression':
      node.tag = methodOfChain(node.tag);
      break;
    case 'Literal':
      return node.regex ? at(node, lowerRegExp(context, node, node.regex.pattern, node.regex.flags)) : node;
    case 'MetaProperty':
      return newTarget(context, node);
    case 'Identifier':
      return node.name === 'arguments' ? ownArguments(context, node) : lowered(context, node);
  }
  replaceChildren(node, (child, key) => {
    // Names that are no variables.
    if (child.type === 'Identifier' && isName(node, key)) return child;
    return lowerNode(context, child);
  });
  if (node.loc) context.place = node;
  return lowered(context, node);
}

/** What `new` was said of, which its object knows. */
function newTarget(context: LoweringContext, node: Node): Node {
  const made: Node = member({ type: 'ThisExpression' }, 'constructor');
  const outer = context.nearestFunction();
  if (!outer?.id || outer.ofClass) return at(node, made);
  const test: Node = {
    type: 'BinaryExpression',
    operator: 'instanceof',
    left: { type: 'ThisExpression' },
    right: id(outer.id.name),
  };
  return at(node, { type: 'ConditionalExpression', test, consequent: made, alternate: nothing() });
}

function isName(parent: Node, key: string): boolean {
  return (key === 'property' || key === 'key' || key === 'label') && !parent.computed;
}

/** `arguments` of the function around an arrow function, which Espruino takes for the arrow function's own. */
function ownArguments(context: LoweringContext, node: Node): Node {
  if (context.owner.type !== 'ArrowFunctionExpression') return node;
  if (context.owner.ownArguments && node.start === undefined) return node;
  const outer = context.nearestFunction();
  if (!outer) return node;
  outer.argumentsName ??= context.fresh('$args');
  return at(node, id(outer.argumentsName));
}

/** An expression whose parts have been lowered. */
function lowered(context: LoweringContext, node: Node): Node {
  switch (node.type) {
    case 'ArrayExpression':
      return at(node, lowerArray(context, node));
    case 'ObjectExpression':
      return at(node, lowerObject(context, node));
    case 'CallExpression':
      return at(node, lowerBuiltIn(context, lowerCall(context, node)));
    case 'NewExpression':
      return at(node, lowerDate(context, lowerNewRegExp(context, lowerNew(context, node))));
    case 'TaggedTemplateExpression':
      return at(node, lowerBuiltIn(context, lowerTagged(context, node)));
    case 'AssignmentExpression':
      return at(node, lowerAssignment(context, node));
    case 'BinaryExpression':
    case 'MemberExpression':
    case 'UpdateExpression':
      return at(node, lowerBuiltIn(context, lowerUpdate(context, node)));
    case 'UnaryExpression':
    case 'Identifier':
      return at(node, lowerBuiltIn(context, node));
    case 'SequenceExpression':
      return sequence(node.expressions);
    default:
      return node;
  }
}
