/**
 * Which name means what in a script: scopes, bindings and the functions that own them. It only collects; what
 * is wrong with any of it is for its users to say.
 */
import type { AnyNode, Pattern, Program } from 'acorn';
import { KEYS } from 'eslint-visitor-keys';

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

/** A name declared in the script. */
export interface Binding {
  readonly name: string;
  readonly owner: FunctionInfo;
  /** In force when its function begins: a parameter, `arguments`, a function expression's own name. */
  readonly fromStart: boolean;
  /** What was ever assigned to it. */
  readonly values: AnyNode[];
  /** A `let` or `const` of a loop's head. */
  readonly loop?: AnyNode;
}

/** An identifier that is read or written. */
export interface Reference {
  readonly node: AnyNode;
  /** None: a global of the interpreter. */
  readonly binding: Binding | undefined;
  readonly inside: FunctionInfo;
  /** Operand of `typeof`, which asks whether the name exists. */
  readonly probed: boolean;
}

/** A function, or the script itself. */
export interface FunctionInfo {
  readonly node: FunctionNode | Program;
  readonly parent: FunctionInfo | undefined;
  readonly references: Reference[];
  readonly calls: AnyNode[];
  readonly returns: AnyNode[];
}

export interface Scopes {
  readonly functions: ReadonlyMap<AnyNode, FunctionInfo>;
  readonly references: ReadonlyMap<AnyNode, Reference>;
  /** Bindings by the identifier that declares them. */
  readonly declarations: ReadonlyMap<AnyNode, Binding>;
  /** Everything ever stored under a property's name, whatever the object. */
  readonly members: ReadonlyMap<string, AnyNode[]>;
}

interface Scope {
  readonly parent: Scope | undefined;
  readonly owner: FunctionInfo;
  readonly names: Map<string, Binding>;
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** The nodes directly below one, in the order of the text. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const key of KEYS[node.type]!) {
    const value = (node as unknown as Record<string, AnyNode | (AnyNode | null)[] | null | undefined>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item) found.push(item);
    } else if (value) found.push(value);
  }
  return found;
}

/** A member's or property's name where the text holds it. */
export function staticName(key: AnyNode, computed: boolean): string | undefined {
  if (key.type === 'Literal') return String(key.value);
  return key.type === 'Identifier' && !computed ? key.name : undefined;
}

/** The identifiers that a declaration's left side introduces. */
export function patternNames(pattern: Pattern | AnyNode): (AnyNode & { name: string })[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((item) => (item ? patternNames(item) : []));
    case 'ObjectPattern':
      return pattern.properties.flatMap((item) => patternNames(item.type === 'Property' ? item.value : item));
    default:
      return [];
  }
}

export function findScopes(program: Program): Scopes {
  const functions = new Map<AnyNode, FunctionInfo>();
  const references = new Map<AnyNode, Reference>();
  const declarations = new Map<AnyNode, Binding>();
  const members = new Map<string, AnyNode[]>();

  function declare(
    scope: Scope,
    id: AnyNode & { name: string },
    fromStart: boolean,
    loop?: AnyNode,
  ): Binding {
    const binding = scope.names.get(id.name) ?? {
      name: id.name,
      owner: scope.owner,
      fromStart,
      values: [],
      loop,
    };
    scope.names.set(id.name, binding);
    declarations.set(id, binding);
    return binding;
  }

  /** `var` and functions belong to the whole function, whichever block they stand in. */
  function declareFunctionLevel(scope: Scope, node: AnyNode): void {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      for (const item of node.declarations) for (const id of patternNames(item.id)) declare(scope, id, false);
    }
    if (node.type === 'FunctionDeclaration' && node.id) declare(scope, node.id, false).values.push(node);
    // No declaration stands in an expression but those of a function within it.
    if (
      isFunction(node) ||
      /Declaration$|Expression$|^ExpressionStatement$|^ReturnStatement$/.test(node.type)
    )
      return;
    for (const child of children(node)) declareFunctionLevel(scope, child);
  }

  function declareBlockLevel(scope: Scope, statements: readonly AnyNode[], loop?: AnyNode): void {
    for (const node of statements) {
      if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
        for (const item of node.declarations)
          for (const id of patternNames(item.id)) declare(scope, id, false, loop);
      }
      if (node.type === 'ClassDeclaration' && node.id) declare(scope, node.id, false).values.push(node);
    }
  }

  function block(parent: Scope): Scope {
    return { parent, owner: parent.owner, names: new Map() };
  }

  function enterFunction(node: FunctionNode, outer: Scope): void {
    const owner: FunctionInfo = { node, parent: outer.owner, references: [], calls: [], returns: [] };
    functions.set(node, owner);
    const scope: Scope = { parent: outer, owner, names: new Map() };
    if (node.type === 'FunctionExpression' && node.id) declare(scope, node.id, true).values.push(node);
    for (const param of node.params) for (const id of patternNames(param)) declare(scope, id, true);
    if (node.type !== 'ArrowFunctionExpression') {
      scope.names.set('arguments', { name: 'arguments', owner, fromStart: true, values: [] });
    }
    for (const param of node.params) visit(param, scope);
    if (node.body.type === 'BlockStatement') {
      for (const statement of node.body.body) declareFunctionLevel(scope, statement);
      declareBlockLevel(scope, node.body.body);
      for (const statement of node.body.body) visit(statement, scope);
    } else {
      owner.returns.push(node.body);
      visit(node.body, scope);
    }
  }

  function refer(node: AnyNode & { name: string }, scope: Scope, probed: boolean): void {
    let at: Scope | undefined = scope;
    while (at && !at.names.has(node.name)) at = at.parent;
    const reference = { node, binding: at?.names.get(node.name), inside: scope.owner, probed };
    references.set(node, reference);
    scope.owner.references.push(reference);
  }

  function keep(name: string | undefined, value: AnyNode | null | undefined): void {
    if (name === undefined || !value) return;
    const values = members.get(name);
    if (values) values.push(value);
    else members.set(name, [value]);
  }

  function assign(target: AnyNode, value: AnyNode | null | undefined, scope: Scope): void {
    if (!value) return;
    if (target.type === 'MemberExpression') keep(staticName(target.property, target.computed), value);
    if (target.type !== 'Identifier') return;
    let at: Scope | undefined = scope;
    while (at && !at.names.has(target.name)) at = at.parent;
    at?.names.get(target.name)?.values.push(value);
  }

  function visit(node: AnyNode, scope: Scope): void {
    let inner = scope;
    switch (node.type) {
      case 'Identifier':
        // A declaring identifier is no reference.
        if (!declarations.has(node)) refer(node, scope, false);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        enterFunction(node, scope);
        return;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && node.argument.type === 'Identifier') {
          refer(node.argument, scope, true);
          return;
        }
        break;
      case 'MemberExpression':
        visit(node.object, scope);
        if (node.computed) visit(node.property, scope);
        return;
      case 'Property':
        keep(staticName(node.key, node.computed), node.value);
        if (node.computed) visit(node.key, scope);
        visit(node.value, scope);
        return;
      case 'MethodDefinition':
      case 'PropertyDefinition':
        keep(staticName(node.key, node.computed), node.value);
        if (node.computed) visit(node.key, scope);
        if (node.value) visit(node.value, scope);
        return;
      case 'LabeledStatement':
        visit(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
      case 'VariableDeclarator':
        assign(node.id, node.init, scope);
        break;
      case 'AssignmentExpression':
        assign(node.left, node.right, scope);
        break;
      case 'CallExpression':
      case 'NewExpression':
        scope.owner.calls.push(node);
        break;
      case 'ReturnStatement':
        if (node.argument) scope.owner.returns.push(node.argument);
        break;
      case 'BlockStatement':
        inner = block(scope);
        declareBlockLevel(inner, node.body);
        break;
      case 'SwitchStatement':
        inner = block(scope);
        declareBlockLevel(
          inner,
          node.cases.flatMap((item) => item.consequent),
        );
        break;
      case 'ForStatement':
        inner = block(scope);
        if (node.init) declareBlockLevel(inner, [node.init], node);
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        inner = block(scope);
        declareBlockLevel(inner, [node.left], node);
        break;
      case 'CatchClause':
        inner = block(scope);
        if (node.param) for (const id of patternNames(node.param)) declare(inner, id, true);
        break;
      case 'ClassExpression':
        inner = block(scope);
        if (node.id) declare(inner, node.id, true).values.push(node);
        break;
      case 'MetaProperty':
        return;
    }
    for (const child of children(node)) visit(child, inner);
  }

  const owner: FunctionInfo = { node: program, parent: undefined, references: [], calls: [], returns: [] };
  functions.set(program, owner);
  const scope: Scope = { parent: undefined, owner, names: new Map() };
  for (const statement of program.body) declareFunctionLevel(scope, statement);
  declareBlockLevel(scope, program.body);
  for (const statement of program.body) visit(statement, scope);
  return { functions, references, declarations, members };
}
