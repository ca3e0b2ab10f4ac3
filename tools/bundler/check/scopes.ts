/**
 * Which name means what in a script, as eslint-scope finds it, and what is kept under which name. It only collects;
 * what is wrong with any of it is for its users to say.
 */
import type { AnyNode, Pattern, Program } from 'acorn';
import { type Scope, type Variable, analyze } from 'eslint-scope';
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

export function isFunction(node: AnyNode): node is FunctionNode {
  const { type } = node;
  return (
    type === 'FunctionExpression' || type === 'FunctionDeclaration' || type === 'ArrowFunctionExpression'
  );
}

const NONE: readonly AnyNode[] = [];

type Fields = Record<string, AnyNode | (AnyNode | null)[] | null | undefined>;

/** The nodes directly below one, in the order of the text. All passes walk by it: it is what a build calls most. */
export function children(node: AnyNode): readonly AnyNode[] {
  const keys = KEYS[node.type]!;
  if (keys.length === 0) return NONE;
  const found: AnyNode[] = [];
  for (let n = 0; n < keys.length; n++) {
    const value = (node as unknown as Fields)[keys[n]!];
    if (!value) continue;
    if (!Array.isArray(value)) {
      found.push(value);
      continue;
    }
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (item) found.push(item);
    }
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

/** A block's function is its whole function's on a board, and in a browser once its block has run. */
function blockFunctions(scopes: readonly Scope[]): ReadonlyMap<Scope, ReadonlyMap<string, Variable>> {
  const found = new Map<Scope, Map<string, Variable>>();
  for (const scope of scopes) {
    if (scope === scope.variableScope) continue;
    for (const variable of scope.variables) {
      if (!variable.defs.some(({ type }) => type === 'FunctionName')) continue;
      const names = found.get(scope.variableScope) ?? new Map<string, Variable>();
      found.set(scope.variableScope, names.set(variable.name, variable));
    }
  }
  return found;
}

const LOOP = /^For(In|Of)?Statement$/;

/** What stands where: all that is no question of scopes. */
interface Gathered {
  readonly probed: ReadonlySet<AnyNode>;
  readonly assignments: readonly { readonly target: AnyNode; readonly value: AnyNode }[];
  readonly members: Map<string, AnyNode[]>;
}

function gather(program: Program, functions: Map<AnyNode, FunctionInfo>): Gathered {
  const probed = new Set<AnyNode>();
  const assignments: { target: AnyNode; value: AnyNode }[] = [];
  const members = new Map<string, AnyNode[]>();

  function keep(key: AnyNode, computed: boolean, value: AnyNode | null | undefined): void {
    const name = staticName(key, computed);
    if (name === undefined || !value) return;
    const known = members.get(name);
    if (known) known.push(value);
    else members.set(name, [value]);
  }

  function assign(target: AnyNode, value: AnyNode | null | undefined): void {
    if (!value) return;
    if (target.type === 'MemberExpression') keep(target.property, target.computed, value);
    assignments.push({ target, value });
  }

  function visit(node: AnyNode, owner: FunctionInfo): void {
    let inside = owner;
    if (node.type === 'Identifier') node.range = [node.start, node.end];
    if (isFunction(node)) {
      // Only where a parameter has a default it matters what stands before the body; moved code has no such place.
      const plain = node.params.every(({ type }) => type === 'Identifier');
      node.body.range = [plain ? -1 : node.body.start, node.body.end];
      inside = { node, parent: owner, references: [], calls: [], returns: [] };
      functions.set(node, inside);
      if (node.body.type !== 'BlockStatement') inside.returns.push(node.body);
    }
    switch (node.type) {
      case 'UnaryExpression':
        if (node.operator === 'typeof') probed.add(node.argument);
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        keep(node.key, node.computed, node.value as AnyNode | null);
        break;
      case 'VariableDeclarator':
        assign(node.id, node.init);
        break;
      case 'AssignmentExpression':
        assign(node.left, node.right);
        break;
      case 'CallExpression':
      case 'NewExpression':
        owner.calls.push(node);
        break;
      case 'ReturnStatement':
        if (node.argument) owner.returns.push(node.argument);
        break;
    }
    for (const child of children(node)) visit(child, inside);
  }

  const owner: FunctionInfo = { node: program, parent: undefined, references: [], calls: [], returns: [] };
  functions.set(program, owner);
  for (const statement of program.body) visit(statement, owner);
  return { probed, assignments, members };
}

export function findScopes(program: Program): Scopes {
  const functions = new Map<AnyNode, FunctionInfo>();
  const { probed, assignments, members } = gather(program, functions);
  const { scopes } = analyze(program, { ecmaVersion: 2022, sourceType: 'script' });
  const references = new Map<AnyNode, Reference>();
  const declarations = new Map<AnyNode, Binding>();
  const bindings = new Map<Variable, Binding>();
  const inBlocks = blockFunctions(scopes);

  function ownerOf(scope: Scope): FunctionInfo {
    let at: Scope = scope;
    while (!functions.has(at.block)) at = at.upper!;
    return functions.get(at.block)!;
  }

  function bindingOf(variable: Variable): Binding {
    const found = bindings.get(variable);
    if (found) return found;
    const { name, scope, identifiers, defs } = variable;
    // A class has its name within itself as well.
    const known = identifiers[0] && declarations.get(identifiers[0]);
    // A function's own name is a name of its scope, unless that has another such.
    const outer = scope.type === 'function' ? scope.upper : null;
    const around =
      outer?.type === 'function-expression-name' && outer.block === scope.block
        ? outer.set.get(name)
        : undefined;
    const loop = defs.find(({ type }) => type === 'Variable') && LOOP.test(scope.block.type);
    const binding: Binding = known ??
      (around && bindingOf(around)) ?? {
        name,
        owner: ownerOf(scope),
        fromStart:
          !defs.length ||
          scope.type === 'function-expression-name' ||
          (scope.type === 'class' && scope.block.type === 'ClassExpression') ||
          defs.some(({ type }) => /^(Parameter|CatchClause)$/.test(type)),
        values: [],
        loop: loop && scope.type === 'for' ? scope.block : undefined,
      };
    bindings.set(variable, binding);
    for (const id of identifiers) declarations.set(id, binding);
    if (!known)
      for (const { type, node } of defs)
        if (/^(FunctionName|ClassName)$/.test(type)) binding.values.push(node);
    return binding;
  }

  for (const { variables } of scopes) for (const variable of variables) bindingOf(variable);

  function resolve(from: Scope, name: string, resolved: Variable | null): Binding | undefined {
    for (let at: Scope | null = from; at; at = at.upper) {
      const variable = (resolved?.scope === at ? resolved : at.set.get(name)) ?? inBlocks.get(at)?.get(name);
      if (variable) return bindingOf(variable);
    }
    return undefined;
  }

  for (const scope of scopes) {
    for (const { identifier, from, resolved } of scope.references) {
      if (identifier.type !== 'Identifier' || declarations.has(identifier) || references.has(identifier))
        continue;
      const binding = resolve(from, identifier.name, resolved);
      const inside = ownerOf(from);
      const reference = { node: identifier, binding, inside, probed: probed.has(identifier) };
      references.set(identifier, reference);
      inside.references.push(reference);
    }
  }
  for (const { target, value } of assignments) {
    const binding = references.get(target)?.binding ?? declarations.get(target);
    binding?.values.push(value);
  }
  return { functions, references, declarations, members };
}
