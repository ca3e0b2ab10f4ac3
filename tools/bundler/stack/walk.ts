/**
 * How deep the interpreter stands at each place of a function's text: its parser executes as it descends, so the stack
 * in use is the sum of the frames along the way. It follows `src/jsparse.c` function by function, and must know nothing
 * of what a call reaches.
 */
import type { AnyNode, Program } from 'acorn';
import type { FunctionNode } from '../check/scopes';
import type { Costs, Frames, Tails } from './costs';
import type { FlowCallNode } from './calls';
import type { Script } from './script';

/** A call, and what is in use when `jspeFunctionCall` is entered for it. */
export interface CallSite {
  readonly node: FlowCallNode;
  readonly depth: number;
}

export interface Walk {
  readonly sites: readonly CallSite[];
  /** The deepest place that calls nothing. */
  readonly deepest: { readonly depth: number; readonly node: AnyNode };
}

/**
 * @param start what is in use above the function: 0 for a function, whose own `jspeFunctionCall` then counts; for a
 *   script what is in use when its statements are run
 */
export function walkFunction(node: FunctionNode | Program, script: Script, costs: Costs, start = 0): Walk {
  const walker = new Walker(costs, script, node);
  walker.enter(node, start);
  return { sites: walker.sites, deepest: walker.deepest };
}

class Walker {
  readonly sites: CallSite[] = [];
  deepest: { depth: number; node: AnyNode };
  readonly #frames: Frames;
  readonly #tails: Tails;
  readonly #parentheses: ReadonlyMap<AnyNode, number>;
  /** Of the expression under way, pairs of parentheses that have been gone into. */
  readonly #inside = new Map<AnyNode, number>();

  constructor({ frames, tails }: Costs, script: Script, node: AnyNode) {
    this.#parentheses = script.parentheses;
    this.#frames = frames;
    this.#tails = tails;
    this.deepest = { depth: 0, node };
  }

  enter(node: FunctionNode | Program, start: number): void {
    const { jspeFunctionCall, jspeBlockNoBrackets, jspeBlockOrStatement, jspeExpression } = this.#frames;
    if (node.type === 'Program') {
      for (const item of node.body) this.#statement(item, start + jspeBlockOrStatement);
      return;
    }
    const at = start + jspeFunctionCall;
    this.#leaf(node, at, 'enter');
    this.#leaf(node, at, 'leave');
    if (node.body.type !== 'BlockStatement') return this.#assignment(node.body, at + jspeExpression, true);
    const [first] = node.body.body;
    // A function that begins with `return` is its value, without a block.
    if (first?.type === 'ReturnStatement') {
      if (first.argument) this.#expression(first.argument, at, true);
      return;
    }
    for (const item of node.body.body) this.#statement(item, at + jspeBlockNoBrackets);
  }

  #leaf(node: AnyNode, at: number, tail: keyof Tails): void {
    const depth = at + this.#tails[tail];
    if (depth > this.deepest.depth) this.deepest = { depth, node };
  }

  #block(body: readonly AnyNode[], at: number): void {
    const inside = at + this.#frames.jspeBlock + this.#frames.jspeBlockNoBrackets;
    for (const item of body) this.#statement(item, inside);
  }

  #blockOrStatement(node: AnyNode, above: number): void {
    const at = above + this.#frames.jspeBlockOrStatement;
    if (node.type === 'BlockStatement') this.#block(node.body, at);
    else {
      this.#statement(node, at);
      // It is gone through when it is not executed, too.
      this.#statement(node, at, false);
    }
  }

  #statement(node: AnyNode, above: number, run = true): void {
    const f = this.#frames;
    const at = above + f.jspeStatement;
    this.#leaf(node, at, 'token');
    switch (node.type) {
      case 'ExpressionStatement':
        return this.#expression(node.expression, at, run);
      case 'BlockStatement':
        return run ? this.#block(node.body, above + f.jspeStatementBlock) : undefined;
      case 'VariableDeclaration':
        for (const { init } of node.declarations) {
          this.#leaf(node, at + f.jspeStatementVar, 'store');
          if (init) this.#assignment(init, at + f.jspeStatementVar, run);
        }
        return;
      case 'IfStatement':
        this.#expression(node.test, at + f.jspeStatementIf, run);
        this.#blockOrStatement(node.consequent, at + f.jspeStatementIf);
        if (node.alternate) this.#blockOrStatement(node.alternate, at + f.jspeStatementIf);
        return;
      case 'ForStatement':
        return this.#for(node, at + f.jspeStatementFor, run);
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#leaf(node, at + f.jspeStatementFor, 'store');
        this.#statement(asStatement(node.left), at + f.jspeStatementFor, run);
        this.#expression(node.right, at + f.jspeStatementFor, run);
        return this.#blockOrStatement(node.body, at + f.jspeStatementFor);
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#expression(node.test, at + f.jspeStatementDoOrWhile, run);
        return this.#blockOrStatement(node.body, at + f.jspeStatementDoOrWhile);
      case 'SwitchStatement':
        this.#expression(node.discriminant, at + f.jspeStatementSwitch, run);
        this.#leaf(node, at + f.jspeStatementSwitch, 'maths');
        for (const { test, consequent } of node.cases) {
          if (test) this.#assignment(test, at + f.jspeStatementSwitch, run);
          for (const item of consequent) this.#blockOrStatement(item, at + f.jspeStatementSwitch);
        }
        return;
      case 'TryStatement':
        this.#block(node.block.body, at + f.jspeStatementTry);
        if (node.handler) this.#block(node.handler.body.body, at + f.jspeStatementTry);
        if (node.finalizer) this.#block(node.finalizer.body, at + f.jspeStatementTry);
        return;
      case 'ReturnStatement':
        this.#leaf(node, at + f.jspeStatementReturn, 'store');
        return node.argument ? this.#expression(node.argument, at + f.jspeStatementReturn, run) : undefined;
      case 'ThrowStatement':
        this.#leaf(node, at + f.jspeStatementThrow, 'store');
        return this.#expression(node.argument, at + f.jspeStatementThrow, run);
      case 'FunctionDeclaration':
        this.#leaf(node, at + f.jspeStatementFunctionDecl, 'store');
        return this.#define(node, at + f.jspeStatementFunctionDecl);
      case 'ClassDeclaration':
        return this.#class(node, at + f.jspeStatementFunctionDecl);
      case 'LabeledStatement':
        return this.#statement(node.body, above, run);
      default:
        return;
    }
  }

  #for(node: Extract<AnyNode, { type: 'ForStatement' }>, at: number, run: boolean): void {
    if (node.init) this.#statement(asStatement(node.init), at, run);
    if (node.test) this.#expression(node.test, at, run);
    if (node.update) {
      this.#expression(node.update, at, run);
      this.#expression(node.update, at, false);
    }
    this.#blockOrStatement(node.body, at);
  }

  /** Whether it stands in parentheses, which only `jspeFactor` goes into. */
  #closed(node: AnyNode): boolean {
    return (this.#parentheses.get(node) ?? 0) > (this.#inside.get(node) ?? 0);
  }

  /** `jspeExpression`: with commas. */
  #expression(node: AnyNode, above: number, run: boolean): void {
    const at = above + this.#frames.jspeExpression;
    for (const item of this.#items(node)) this.#assignment(item, at, run);
  }

  #items(node: AnyNode): readonly AnyNode[] {
    return node.type === 'SequenceExpression' && !this.#closed(node) ? node.expressions : [node];
  }

  /** `jspeAssignmentExpression` */
  #assignment(node: AnyNode, above: number, run: boolean): void {
    const f = this.#frames;
    const at = above + f.jspeAssignmentExpression;
    if (!this.#closed(node) && node.type === 'AssignmentExpression') {
      this.#conditional(node.left, at, run);
      this.#assignment(node.right, at + f.__jspeAssignmentExpression, run);
      this.#leaf(node, at + f.__jspeAssignmentExpression, 'store');
      if (node.operator !== '=') this.#leaf(node, at + f.__jspeAssignmentExpression, 'maths');
    } else this.#conditional(node, at, run);
  }

  /** `jspeConditionalExpression` */
  #conditional(node: AnyNode, above: number, run: boolean): void {
    const f = this.#frames;
    const at = above + f.jspeConditionalExpression;
    if (!this.#closed(node) && node.type === 'ConditionalExpression') {
      this.#binary(node.test, at + f.jspeBinaryExpression, run);
      const within = at + f.__jspeConditionalExpression;
      for (const branch of [node.consequent, node.alternate]) {
        if (run) this.#assignment(branch, within, true);
        this.#assignment(branch, within, false);
      }
    } else this.#binary(node, at + f.jspeBinaryExpression, run);
  }

  /** `__jspeBinaryExpression`: an operator's right side stands in the frame of the operator, which is one more. */
  #binary(node: AnyNode, at: number, run: boolean): void {
    if (this.#closed(node) || !(node.type === 'BinaryExpression' || node.type === 'LogicalExpression'))
      return this.#unary(node, at, run);
    this.#binary(node.left as AnyNode, at, run);
    const within = at + this.#frames.__jspeBinaryExpression;
    this.#binary(node.right, within, run);
    if (node.type === 'LogicalExpression' && run) this.#binary(node.right, within, false);
    // It looks for one that binds more.
    this.#leaf(node, within + this.#frames.__jspeBinaryExpression, 'token');
    if (run) this.#leaf(node, within, /^(\+|[!=]==?)$/.test(node.operator) ? 'objectMaths' : 'maths');
  }

  /** `jspeUnaryExpression` */
  #unary(node: AnyNode, above: number, run: boolean): void {
    const f = this.#frames;
    if (!this.#closed(node) && node.type === 'UnaryExpression' && /^[-!~+]$/.test(node.operator)) {
      const at = above + f.jspeUnaryOperator;
      this.#leaf(node, at, 'unary');
      return this.#unary(node.argument, at, run);
    }
    this.#postfix(node, above + f.jspeUnaryExpression, run);
  }

  #postfix(node: AnyNode, above: number, run: boolean): void {
    const f = this.#frames;
    const at = above + f.jspePostfixExpression;
    if (this.#closed(node) || node.type !== 'UpdateExpression')
      return this.#call(node, at + f.jspeFactorFunctionCall, run);
    if (node.prefix) this.#postfix(node.argument, at, run);
    else this.#call(node.argument, at + f.jspeFactorFunctionCall, run);
    this.#leaf(node, at + f.__jspePostfixExpression, 'maths');
  }

  /** Within `jspeFactorFunctionCall`: names, members and calls, one after the other. */
  #call(node: AnyNode, at: number, run: boolean): void {
    const f = this.#frames;
    if (this.#closed(node)) this.#factor(node, at + f.jspeFactor, run);
    else if (node.type === 'MemberExpression') {
      this.#call(node.object as AnyNode, at, run);
      this.#member(node, at + f.jspeFactorMember, run);
    } else if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      this.#call(node.callee as AnyNode, at, run);
      const above = node.type === 'NewExpression' ? at + f.jspeConstruct : at;
      if (run) this.sites.push({ node, depth: above });
      if (node.type === 'NewExpression') this.#leaf(node, above, 'construct');
      const skipped = above + f.jspeFunctionCall + f.jspeParseFunctionCallBrackets;
      for (const arg of node.arguments)
        if (run) this.#assignment(arg as AnyNode, above + f.jspeFunctionCall + f.nativeArguments, true);
        else this.#assignment(arg as AnyNode, skipped, false);
    } else this.#factor(node, at + f.jspeFactor, run);
  }

  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, at: number, run: boolean): void {
    this.#leaf(node, at, run ? (node.computed ? 'index' : 'member') : 'token');
    if (node.computed) this.#assignment(node.property as AnyNode, at, run);
  }

  /** Within `jspeFactor`. */
  #factor(node: AnyNode, at: number, run: boolean): void {
    const f = this.#frames;
    this.#leaf(node, at, 'token');
    if (this.#closed(node)) {
      const inside = this.#inside.get(node) ?? 0;
      this.#inside.set(node, inside + 1);
      for (const item of this.#items(node)) this.#assignment(item, at + f.jspeExpressionOrArrowFunction, run);
      this.#inside.set(node, inside);
      return;
    }
    switch (node.type) {
      case 'Identifier':
        return this.#leaf(node, at, node.name === 'process' ? 'process' : nameTail(node.name));
      case 'Literal':
        if ('regex' in node && node.regex) return this.#leaf(node, at, 'regex');
        return this.#leaf(node, at, typeof node.value === 'string' ? 'string' : 'token');
      case 'ArrayExpression':
        this.#leaf(node, at + f.jspeFactorArray, 'property');
        for (const item of node.elements)
          if (item) this.#assignment(item as AnyNode, at + f.jspeFactorArray, run);
        return;
      case 'ObjectExpression':
        return this.#object(node, at + f.jspeFactorObject, run);
      case 'FunctionExpression':
        return this.#define(node, at);
      case 'ArrowFunctionExpression':
        this.#leaf(node, at + f.jspeExpressionOrArrowFunction + f.jspeArrowFunction, 'define');
        if (node.body.type !== 'BlockStatement') {
          const { jspeExpressionOrArrowFunction, jspeArrowFunction, jspeFunctionDefinitionInternal } = f;
          const within =
            at + jspeExpressionOrArrowFunction + jspeArrowFunction + jspeFunctionDefinitionInternal;
          this.#assignment(node.body, within, false);
        }
        return;
      case 'UnaryExpression':
        if (node.operator === 'typeof') return this.#unary(node.argument, at + f.jspeFactorTypeOf, run);
        if (node.operator === 'delete') return this.#call(node.argument, at + f.jspeFactorDelete, run);
        return this.#unary(node.argument, at - f.jspeFactor + f.jspeFactorVoid, run);
      case 'TemplateLiteral':
        this.#leaf(node, at + f.jspeTemplateLiteral, 'store');
        for (const item of node.expressions)
          if (run) this.#expression(item, at + f.jspeTemplateLiteral + f.jspEvaluateExpressionVar, true);
        return;
      case 'ClassExpression':
        return this.#class(node, at);
      default:
        return;
    }
  }

  #object(node: Extract<AnyNode, { type: 'ObjectExpression' }>, at: number, run: boolean): void {
    if (!run) return;
    this.#leaf(node, at, 'property');
    for (const item of node.properties) {
      if (item.type !== 'Property') continue;
      if (item.method || item.kind !== 'init') this.#define(item.value as AnyNode, at);
      else if (item.shorthand) this.#leaf(item, at, 'longName');
      else this.#assignment(item.value as AnyNode, at, true);
    }
  }

  #class(node: Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>, above: number): void {
    const at = above + this.#frames.jspeClassDefinition;
    this.#leaf(node, at, 'property');
    this.#leaf(node, at, 'longName');
    for (const item of node.body.body)
      if (item.type === 'MethodDefinition') this.#define(item.value, at);
      else if (item.type === 'PropertyDefinition' && item.value) this.#assignment(item.value, at, true);
  }

  #define(node: AnyNode, above: number): void {
    this.#leaf(node, above + this.#frames.jspeFunctionDefinition, 'define');
  }
}

function asStatement(node: AnyNode): AnyNode {
  return node.type === 'VariableDeclaration'
    ? node
    : ({ type: 'ExpressionStatement', expression: node, start: node.start, end: node.end } as AnyNode);
}

/** A name of four characters fits the variable that it stands in. */
function nameTail(name: string): keyof Tails {
  return name.length > 4 ? 'longName' : 'name';
}
