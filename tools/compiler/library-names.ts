/**
 * Puts the library's own names where an application imports them, so that an import costs no variable. It must change
 * nothing else, but for the application's own names that the library has already.
 */
import { type AnyNode, type ImportDeclaration, parse } from 'acorn';
import { type Reference, type Scope, type Variable, analyze } from 'eslint-scope';
import MagicString from 'magic-string';
import { children } from '../bundler/check/scopes';

/** Something about an import that cannot be. */
export interface ImportProblem {
  /** In the text. */
  readonly offset: number;
  readonly text: string;
}

export interface Named {
  readonly code: string;
  readonly map: string;
  /** Which of the library's exports are used. */
  readonly used: ReadonlySet<string>;
  readonly problems: readonly ImportProblem[];
}

/** By what is exported: its name on the board, or for an enumeration its numbers. */
export type Exports = ReadonlyMap<string, string | Readonly<Record<string, number>>>;

type Id = AnyNode & { type: 'Identifier' };

function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | undefined {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : undefined;
}

/** What an import takes; `*`: everything, as an object. */
function importedName(specifier: ImportDeclaration['specifiers'][number]): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return specifier.imported.type === 'Identifier'
    ? specifier.imported.name
    : String(specifier.imported.value);
}

/** A module's text while names in it are replaced. */
class Names {
  readonly text: MagicString;
  readonly used = new Set<string>();
  readonly problems: ImportProblem[] = [];
  readonly program;
  private readonly parents = new Map<AnyNode, AnyNode>();
  private readonly scopes: readonly Scope[];
  private readonly top: Scope;
  private readonly references: readonly Reference[];
  /** Names that were written into a scope, or one within it. */
  private readonly written = new Map<Scope, Set<string>>();

  constructor(
    code: string,
    private readonly exports: Exports,
    private readonly taken: ReadonlySet<string>,
  ) {
    this.text = new MagicString(code);
    this.program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', ranges: true });
    const relate = (node: AnyNode): void => {
      for (const child of children(node)) {
        this.parents.set(child, node);
        relate(child);
      }
    };
    relate(this.program);
    this.scopes = analyze(this.program, { ecmaVersion: 2022, sourceType: 'module' }).scopes;
    this.top = this.scopes.find(({ type }) => type === 'module')!;
    this.references = this.scopes.flatMap(({ references }) => references);
  }

  /** Another spelling of a name, wherever it stands. */
  private spell(id: Id, by: string): void {
    let holder = this.parents.get(id);
    if (holder?.type === 'AssignmentPattern' && holder.left === id) holder = this.parents.get(holder);
    const isShort = holder?.type === 'Property' && holder.shorthand;
    this.text.overwrite(id.start, id.end, isShort ? `${id.name}: ${by}` : by);
  }

  private refuse(node: AnyNode, text: string): void {
    this.problems.push({ offset: node.start, text });
  }

  /** Replaces what stands for one of the library's exports. */
  private put(reference: Reference, node: AnyNode, imported: string): void {
    const known = this.exports.get(imported);
    if (known === undefined) return this.refuse(node, `the library has no ${imported}`);
    this.used.add(imported);
    if (typeof known !== 'string') return this.putNumber(node, imported, known);
    for (let scope: Scope | null = reference.from; scope; scope = scope.upper)
      this.written.set(scope, (this.written.get(scope) ?? new Set()).add(known));
    if (node.type === 'Identifier') this.spell(node, known);
    else this.text.overwrite(node.start, node.end, known);
  }

  private putNumber(node: AnyNode, imported: string, numbers: Readonly<Record<string, number>>): void {
    const user = this.parents.get(node);
    const member = user?.type === 'MemberExpression' && user.object === node ? memberName(user) : undefined;
    const value = member === undefined ? undefined : numbers[member];
    if (user && value !== undefined) this.text.overwrite(user.start, user.end, String(value));
    else
      this.refuse(
        node,
        `${imported} stands for numbers, as in ${imported}.${Object.keys(numbers)[0]!}, and is no object`,
      );
  }

  private putAll(variable: Variable, imported: string): void {
    for (const reference of this.references) {
      if (reference.resolved !== variable) continue;
      const node = reference.identifier;
      const user = this.parents.get(node)!;
      if (user.type === 'ExportSpecifier') continue;
      const member = user.type === 'MemberExpression' && user.object === node ? memberName(user) : undefined;
      if (imported !== '*') this.put(reference, node, imported);
      else if (member !== undefined) this.put(reference, user, member);
      else this.refuse(node, 'name what you need of the library, as in import { MQTTLink } …');
    }
  }

  replaceImports(sources: ReadonlySet<string>): void {
    for (const node of this.program.body) {
      // What is exported is nobody's but the console's.
      if (node.type === 'ExportNamedDeclaration' && !node.declaration) this.text.remove(node.start, node.end);
      if (node.type !== 'ImportDeclaration' || !sources.has(String(node.source.value))) continue;
      this.text.remove(node.start, node.end);
      for (const specifier of node.specifiers) {
        const variable = this.top.set.get(specifier.local.name);
        if (variable) this.putAll(variable, importedName(specifier));
      }
    }
  }

  /** Gives another name to what of the application's own would hide, or be, one of the library's. */
  separate(): void {
    const all = new Set([
      ...this.taken,
      ...this.references.map(({ identifier }) => (identifier as Id).name),
      ...this.scopes.flatMap(({ set }) => [...set.keys()]),
    ]);
    const another = (name: string): string => {
      let n = 1;
      while (all.has(`${name}_${String(n)}`)) n++;
      all.add(`${name}_${String(n)}`);
      return `${name}_${String(n)}`;
    };
    for (const scope of this.scopes) {
      const names = scope === this.top ? this.taken : this.written.get(scope);
      for (const variable of scope.variables) {
        if (!names?.has(variable.name) || variable.defs.some(({ type }) => type === 'ImportBinding'))
          continue;
        const by = another(variable.name);
        const uses = this.references.filter(({ resolved }) => resolved === variable);
        const ids = new Set<AnyNode>([
          ...variable.identifiers,
          ...uses.map(({ identifier }) => identifier as AnyNode),
        ]);
        for (const id of ids) this.spell(id as Id, by);
      }
    }
    const free = new Map<string, string>();
    for (const { identifier, resolved } of this.references) {
      const { name } = identifier as Id;
      if (resolved || !this.taken.has(name)) continue;
      if (!free.has(name)) free.set(name, another(name));
      this.spell(identifier as Id, free.get(name)!);
    }
  }
}

/**
 * @param code a module that rollup has put together, whose only imports are the library's
 * @param sources what the library is called where it is imported
 * @param taken all names that the library has on the board
 */
export function nameImports(
  code: string,
  sources: ReadonlySet<string>,
  exports: Exports,
  taken: ReadonlySet<string>,
): Named {
  const names = new Names(code, exports, taken);
  names.replaceImports(sources);
  names.separate();
  const { text, used, problems } = names;
  return {
    code: text.toString(),
    map: text.generateMap({ hires: true, includeContent: true }).toString(),
    used,
    problems,
  };
}
