/**
 * What all passes share while one script is lowered: names that are free, helpers that are needed, what was found. It
 * holds no rule of its own.
 */
import { type Accessors, findAccessors } from './accessors';
import { type HelperName, HELPERS } from './helpers';
import { type Node, id, namesOfPattern, walk } from './tree';

export interface Finding {
  readonly node: Node;
  readonly text: string;
  readonly kind: 'error' | 'warning';
}

/** A function (or the script) whose temporary variables are counted. */
interface Frame {
  readonly node: Node;
  /** Temporary variables in use by the statements around. */
  depth: number;
}

export class LoweringContext {
  readonly findings: Finding[] = [];
  readonly helpers = new Map<HelperName, string>();
  /** What is being lowered, as the author wrote it: whoever asks for a helper asks for its sake. */
  place: Node | undefined;
  /** Where each helper was first needed. */
  readonly places = new Map<HelperName, Node>();
  /** Whether the script makes or may meet what `for...of` walks through, beside arrays and strings. */
  readonly iterables: boolean;
  private readonly used = new Set<string>();
  /** Names declared anywhere in the script. */
  readonly declared = new Set<string>();
  /** Classes that are declared under a name. */
  readonly classes = new Map<
    string,
    { node: Node; hasStatics: boolean; members: readonly string[]; parameters?: number }
  >();
  /** Functions that are declared under a name. */
  readonly functions = new Set<string>();
  /** Functions that have one name for good, by it: what they say of themselves. */
  readonly named = new Map<string, { name: string; length: number } | null>();
  /** Whether the script has dates. */
  dates = false;
  /** Whether the script has typed arrays. */
  typed = false;
  /** By name: the functions that assign to it. */
  readonly writers = new Map<string, Set<Node>>();
  /** Names of properties that the script reads. */
  readonly members = new Set<string>();
  private readonly frames: Frame[] = [];
  private readonly told = new Set<string>();
  private readonly ownMembers = new Set<string>();
  /** Names of methods of the script's classes. */
  readonly methods = new Set<string>();
  /** Whether a regular expression of the script is one that Espruino does not run. */
  ownRegExps = false;
  /** What of it is read by a getter or written by a setter. */
  readonly accessors: Accessors;
  /** Whether the script has an object with a getter. */
  getters = false;

  constructor(
    readonly program: Node,
    readonly source: string,
    taken: Iterable<string> = [],
  ) {
    this.collect(program, program);
    this.accessors = findAccessors(program);
    this.iterables =
      ['Map', 'Set', 'WeakMap', 'WeakSet'].some((name) => this.used.has(name) && !this.declared.has(name)) ||
      ['iterator', 'matchAll', 'keys', 'values', 'entries'].some((name) => this.memberOfUnknown.has(name)) ||
      this.generators;
    for (const name of taken) this.used.add(name);
  }

  private generators = false;
  /** Whether the script has promises. */
  waits = false;
  private readonly memberOfUnknown = new Set<string>();

  private collect(node: Node, owner: Node): void {
    walk(node, (item) => {
      if (item.type === 'Identifier') {
        this.used.add(item.name);
        this.dates ||= item.name === 'Date';
        if (/^(Ui|I)nt\d+(Clamped)?Array$|^Float\d+Array$/.test(item.name)) this.typed = true;
      }
      if (item.generator) this.generators = true;
      if (item.async || (item.type === 'Identifier' && item.name === 'Promise')) this.waits = true;
      if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(item.type)) this.own(item);
      if (
        item.type === 'AssignmentExpression' &&
        item.left.type === 'MemberExpression' &&
        !item.left.computed
      )
        this.ownMembers.add(item.left.property.name);
      if (item.type === 'MemberExpression' && item.property.type === 'Identifier' && !item.computed) {
        this.members.add(item.property.name);
        if (item.object.type !== 'Identifier' || item.object.name !== 'Object')
          this.memberOfUnknown.add(item.property.name);
      }
      if (item.type === 'VariableDeclarator') {
        this.declare(namesOfPattern(item.id));
        for (const name of namesOfPattern(item.id))
          this.nameFunction(name, item.id === name ? item.init : null);
      }
      if (item.type === 'FunctionDeclaration' && item !== owner) this.nameFunction(item.id, item);
      if (/^(Function|Class)/.test(item.type) && item.id) this.declare([item.id]);
      if (item.type === 'FunctionDeclaration') this.functions.add(item.id.name);
      if (item.type === 'ClassDeclaration') this.addClass(item.id.name, item);
      if (
        item.type === 'VariableDeclarator' &&
        item.init?.type === 'ClassExpression' &&
        item.id.type === 'Identifier'
      )
        this.addClass(item.id.name, item.init);
      if (item.type === 'CatchClause' && item.param) this.declare(namesOfPattern(item.param));
      if (item.type === 'AssignmentExpression')
        for (const { name } of namesOfPattern(item.left)) this.write(name, owner);
      if (item.type === 'UpdateExpression' && item.argument.type === 'Identifier')
        this.write(item.argument.name, owner);
      if (item !== owner && Array.isArray(item.params)) {
        const params = (item.params as Node[]).flatMap(namesOfPattern);
        this.declare(params);
        for (const name of params) this.nameFunction(name, null);
        this.collect(item, item);
        return false;
      }
      return true;
    });
  }

  private own(item: Node): void {
    const name = item.key.type === 'Identifier' && !item.computed ? (item.key.name as string) : undefined;
    if (name !== undefined) this.ownMembers.add(name);
    if (item.type === 'MethodDefinition' && !item.static && item.kind !== 'constructor' && name)
      this.methods.add(name);
    if (item.type === 'Property' && item.kind === 'get') this.getters = true;
  }

  private addClass(name: string, node: Node): void {
    const members = node.body.body as Node[];
    const constructor = members.find((item) => item.kind === 'constructor');
    const params = constructor?.value.params as Node[] | undefined;
    const fixed = params?.every((param) => param.type !== 'RestElement');
    const counted = params
      ? fixed && !/\barguments\b/.test(this.source.slice(constructor!.start, constructor!.end))
      : !node.superClass;
    // Of two classes with one name nothing is known.
    if (this.classes.has(name)) {
      this.classes.set(name, { node, hasStatics: true, members: ['name'] });
      return;
    }
    this.classes.set(name, {
      node,
      ...(counted && { parameters: params?.length ?? 0 }),
      hasStatics: members.some((item) => item.static || item.type === 'StaticBlock'),
      members: members.filter((item) => item.static).map((item) => item.key?.name as string),
    });
  }

  /** Notes a name, and the function that it stands for; of two of one name nothing is known. */
  private nameFunction(name: Node, made: Node | null | undefined): void {
    if (name.type !== 'Identifier') return;
    const known = !this.named.has(name.name) && !!made && /Function/.test(made.type) ? made : undefined;
    const params = (known?.params ?? []) as Node[];
    const first = params.findIndex(({ type }) => /^(AssignmentPattern|RestElement)$/.test(type));
    this.named.set(
      name.name,
      known
        ? {
            name: (known.id?.name as string | undefined) ?? (name.name as string),
            length: first < 0 ? params.length : first,
          }
        : null,
    );
  }

  private declare(names: readonly Node[]): void {
    for (const { name } of names) this.declared.add(name);
  }

  private write(name: string, owner: Node): void {
    const writers = this.writers.get(name) ?? new Set();
    writers.add(owner);
    this.writers.set(name, writers);
  }

  error(node: Node, text: string): void {
    this.findings.push({ node, text, kind: 'error' });
  }

  warn(node: Node, text: string): void {
    this.findings.push({ node, text, kind: 'warning' });
  }

  /** A warning that says all with its first place. */
  once(about: string, node: Node, text: string): void {
    if (this.told.has(about)) return;
    this.told.add(about);
    this.warn(node, text);
  }

  /** Whether a member of that name is the script's own. */
  defines(name: string): boolean {
    return this.ownMembers.has(name);
  }

  /** Whether a name that nothing in the script declares is meant. */
  isGlobal(node: Node, name: string): boolean {
    return node.type === 'Identifier' && node.name === name && !this.declared.has(name);
  }

  /** A name that the script does not use. */
  fresh(base: string): string {
    let name = base;
    for (let count = 1; this.used.has(name); count++) name = base + count;
    this.used.add(name);
    return name;
  }

  /** The name of a helper, which from now on is part of the script. */
  helper(name: HelperName): Node {
    let known = this.helpers.get(name);
    if (!known) {
      known = this.fresh('$' + name);
      this.helpers.set(name, known);
      if (this.place) this.places.set(name, this.place);
      for (const other of HELPERS[name].needs ?? []) this.helper(other);
    }
    return id(known);
  }

  /** Runs `work` for what is within a function, or the script. */
  within<T>(node: Node, work: () => T): T {
    this.frames.push({ node, depth: 0 });
    try {
      return work();
    } finally {
      this.frames.pop();
    }
  }

  get owner(): Node {
    return this.frames[this.frames.length - 1].node;
  }

  /** The innermost function that has `this` and `arguments` of its own. */
  nearestFunction(): Node | undefined {
    return this.frames
      .map(({ node }) => node)
      .reverse()
      .find((node) => node.type !== 'ArrowFunctionExpression' && node.type !== 'Program');
  }

  /** Temporary variables that `work` takes are free again behind it. */
  scoped<T>(work: () => T): T {
    const frame = this.frames[this.frames.length - 1];
    const { depth } = frame;
    try {
      return work();
    } finally {
      frame.depth = depth;
    }
  }

  /** A temporary variable of the function at hand. */
  temp(): Node {
    const frame = this.frames[this.frames.length - 1];
    // A digit first, since what the library declares has a letter there.
    const name = '$' + ++frame.depth;
    const temps = (frame.node.temps ??= []) as string[];
    if (!temps.includes(name)) temps.push(name);
    return id(name);
  }
}
