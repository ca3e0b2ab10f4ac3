/**
 * Finds where an array is walked through by what may change its length meanwhile: Espruino then visits other elements than
 * the language does (`_jswrap_array_iterate_with_callback` in its jswrap_array.c goes on to the next element before it calls,
 * and sees what is added). Whatever may run is taken for granted only as far as the script itself shows it.
 */
import { type Node, childNodes, isClass, isFunctionNode, keyName, namesOfPattern } from './tree';

/** What call a function once for each element. */
export const WALKERS = /^(forEach|map|filter|some|every|find|findIndex|reduce)$/;

const GROWS = /^push$/;
const MOVES = /^(pop|shift|unshift|splice|sort|reverse)$/;

/** What one function does, those within it included. */
interface Deeds {
  /** Names of arrays, or of the members that hold them, to whose end it adds. */
  readonly grown: Set<string>;
  /** Names of those of which it moves or removes elements. */
  readonly moved: Set<string>;
  /** Names of what it calls. */
  readonly calls: Set<string>;
}

/** What an array goes by: the name of a variable, or of a member of whatever object. */
function arrayName(node: Node): string | undefined {
  if (node.type === 'ChainExpression') return arrayName(node.expression);
  if (node.type === 'Identifier') return node.name as string;
  if (node.type !== 'MemberExpression') return undefined;
  if (node.property.type === 'PrivateIdentifier') return `#${String(node.property.name)}`;
  return keyName(node.property, node.computed);
}

const isLengthOf = (node: Node, name: string | undefined): boolean =>
  (node.type === 'MemberExpression' && arrayName(node) === 'length' && arrayName(node.object) === name) ||
  childNodes(node).some((child) => isLengthOf(child, name));

/** Whether a place may be behind the last element. */
const isFurther = (place: Node, array: string): boolean =>
  (place.type === 'BinaryExpression' && place.operator === '+') || isLengthOf(place, array);

function noteDeeds(node: Node, deeds: Deeds): void {
  const { callee } = node;
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const name = arrayName(callee);
    if (name !== undefined) deeds.calls.add(name);
    const array = callee.type === 'MemberExpression' ? arrayName(callee.object) : undefined;
    if (array !== undefined && name !== undefined) {
      if (GROWS.test(name)) deeds.grown.add(array);
      if (MOVES.test(name)) deeds.moved.add(array);
    }
  }
  const written = (node.type === 'UpdateExpression' ? node.argument : node.left) as Node | undefined;
  if (/^(Assignment|Update)Expression$/.test(node.type) && written?.type === 'MemberExpression') {
    const array = arrayName(written.object);
    if (array !== undefined && arrayName(written) === 'length') deeds.moved.add(array);
    else if (array !== undefined && written.computed && isFurther(written.property, array))
      deeds.grown.add(array);
  }
  for (const child of childNodes(node)) noteDeeds(child, deeds);
}

class Script {
  private readonly known = new Map<Node, Deeds>();
  /** Functions, by all names that they are given. */
  private readonly named = new Map<string, Node[]>();
  /** Names of parameters, and of variables that are no function for good. */
  private readonly variables = new Set<string>();
  /** What any function of the script does. */
  private readonly all: Deeds = { grown: new Set(), moved: new Set(), calls: new Set() };

  constructor(program: Node) {
    this.collect(program);
  }

  private collect(node: Node): void {
    if (isFunctionNode(node)) {
      noteDeeds(node, this.all);
      for (const { name } of (node.params as Node[]).flatMap(namesOfPattern)) this.variables.add(name);
    }
    if (node.type === 'FunctionDeclaration') this.name(node.id.name, node);
    if (isClass(node) && node.id)
      for (const item of node.body.body as Node[])
        if (item.kind === 'constructor') this.name(node.id.name, item.value);
    if (node.type === 'VariableDeclarator')
      for (const { name } of namesOfPattern(node.id))
        this.name(name, node.id.name === name ? node.init : null);
    if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(node.type))
      this.name(arrayName({ ...node, type: 'MemberExpression', property: node.key }), node.value);
    if (node.type === 'AssignmentExpression') this.name(arrayName(node.left), node.right);
    for (const child of childNodes(node)) this.collect(child);
  }

  private name(name: string | undefined, made: Node | null | undefined): void {
    if (name === undefined) return;
    if (!made || !isFunctionNode(made)) this.variables.add(name);
    else this.named.set(name, [...(this.named.get(name) ?? []), made]);
  }

  private deedsOf(node: Node): Deeds {
    let deeds = this.known.get(node);
    if (!deeds) {
      deeds = { grown: new Set(), moved: new Set(), calls: new Set() };
      noteDeeds(node, deeds);
      this.known.set(node, deeds);
    }
    return deeds;
  }

  /** Whether a part of the script, or what it calls, may change an array of a name. */
  changes(part: Node, array: string | undefined, alias: string | undefined, onlyMoves: boolean): boolean {
    const own = this.deedsOf(part);
    if (alias !== undefined && (own.grown.has(alias) || own.moved.has(alias))) return true;
    if (array === undefined) return false;
    const isIn = ({ grown, moved }: Deeds): boolean => moved.has(array) || (!onlyMoves && grown.has(array));
    if (isIn(own)) return true;
    if (!isIn(this.all)) return false;
    const seen = new Set<Node>();
    const reaches = (deeds: Deeds): boolean =>
      isIn(deeds) ||
      [...deeds.calls].some((name) => {
        // What a variable or a parameter holds may be any function of the script.
        if (this.variables.has(name) && !this.isBuiltIn(name)) return true;
        return (this.named.get(name) ?? []).some((node) => {
          if (seen.has(node)) return false;
          seen.add(node);
          return reaches(this.deedsOf(node));
        });
      });
    return part.type === 'Identifier'
      ? reaches({ ...own, calls: new Set([part.name as string]) })
      : reaches(own);
  }

  /** Whether only built-in objects have methods of that name: the script stores no function under it. */
  private isBuiltIn(name: string): boolean {
    return WALKERS.test(name) || GROWS.test(name) || MOVES.test(name);
  }
}

/** Marks the calls and the loops that are concerned; `changing` then is true of them. */
export function markChanging(program: Node): void {
  const calls: Node[] = [];
  const loops: Node[] = [];
  const find = (node: Node): void => {
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
      if (WALKERS.test(arrayName(node.callee) ?? '') && node.arguments.length > 0) calls.push(node);
    } else if (node.type === 'ForOfStatement' && !node.await) loops.push(node);
    for (const child of childNodes(node)) find(child);
  };
  find(program);
  if (calls.length + loops.length === 0) return;
  const script = new Script(program);
  for (const call of calls) {
    const [callback] = call.arguments as [Node];
    const isReduce = arrayName(call.callee) === 'reduce';
    const alias = isFunctionNode(callback)
      ? (callback.params[isReduce ? 3 : 2] as Node | undefined)
      : undefined;
    const given = alias?.type === 'Identifier' ? (alias.name as string) : undefined;
    if (isFunctionNode(callback) || /^(Identifier|MemberExpression)$/.test(callback.type))
      call.changing = script.changes(
        callback.type === 'MemberExpression'
          ? { type: 'Identifier', name: arrayName(callback) ?? '' }
          : callback,
        arrayName(call.callee.object),
        given,
        false,
      );
  }
  for (const loop of loops) loop.changing = script.changes(loop.body, arrayName(loop.right), undefined, true);
}
