/**
 * Assignments to what has a getter: Espruino reads such a member once more when it has been written to, and takes what it
 * reads for the assignment's value (`__jspeAssignmentExpression` in its jsparse.c ends with the name's value). Where
 * that can be noticed, a helper writes. What no accessor of the script can be meant by must stay as it was written.
 */
import { type Node, childNodes, contains, keyName, walk } from './tree';

export interface Accessors {
  /** Names of accessors; hidden ones as `#name` is kept. */
  readonly names: ReadonlySet<string>;
  /** Those of them whose getter does more than give a value that is there. */
  readonly busy: ReadonlySet<string>;
  /** Whether there are some whose names only the running script knows. */
  readonly unknown: boolean;
}

/** In front of the name of a private member: properties whose names begin so are seen by no loop and no listing. */
export const HIDDEN = '\xff';

/** What a getter may consist of that nobody can notice when it runs once more. */
const QUIET =
  /^(ThisExpression|Literal|Identifier|TemplateLiteral|TemplateElement|(Binary|Logical|Unary|Conditional)Expression)$/;

function isQuiet(node: Node, names: ReadonlySet<string>): boolean {
  if (node.type === 'MemberExpression')
    return !node.computed && node.object.type === 'ThisExpression' && !names.has(nameOf(node)!);
  return QUIET.test(node.type) && childNodes(node).every((child) => isQuiet(child, names));
}

/** @param names those of accessors, which may do anything */
function isBusy(getter: Node | undefined, names: ReadonlySet<string>): boolean {
  const body = getter?.body as Node | undefined;
  if (!body || getter!.async || getter!.generator) return true;
  if (body.type !== 'BlockStatement') return !isQuiet(body, names);
  const [first, further] = body.body as (Node | undefined)[];
  const value = first?.type === 'ReturnStatement' && !further && (first.argument as Node | null);
  return !value || !isQuiet(value, names);
}

/** A member's name where the text holds it. */
function nameOf({ key, property, computed }: Node): string | undefined {
  const name = (key ?? property) as Node;
  return name.type === 'PrivateIdentifier' ? HIDDEN + name.name : keyName(name, computed);
}

/** All accessors that a script has, as it was written. */
export function findAccessors(program: Node): Accessors {
  const names = new Set<string>();
  const getters: { name: string; getter: Node | undefined }[] = [];
  let unknown = false;
  const add = (name: string | undefined, getter: Node | undefined, isGetter: boolean): void => {
    if (name === undefined) {
      unknown = true;
      return;
    }
    names.add(name);
    if (isGetter) getters.push({ name, getter });
  };
  const describe = (name: string | undefined, descriptor: Node | undefined): void => {
    if (descriptor?.type !== 'ObjectExpression') return add(name, undefined, true);
    for (const item of descriptor.properties as Node[]) {
      if (item.type === 'SpreadElement') add(name, undefined, true);
      else if (/^[gs]et$/.test(keyName(item.key, item.computed) ?? 'get'))
        add(name, item.value, keyName(item.key, item.computed) !== 'set');
    }
  };
  walk(program, (item) => {
    if (/^(Property|MethodDefinition)$/.test(item.type) && /^[gs]et$/.test(item.kind))
      add(nameOf(item), item.value, item.kind === 'get');
    if (item.type !== 'CallExpression' || item.callee.type !== 'MemberExpression') return;
    const [, second, third] = item.arguments as (Node | undefined)[];
    const called = keyName(item.callee.property, item.callee.computed);
    if (called === 'defineProperty' && second) describe(keyName(second, true), third);
    if (called !== 'defineProperties' || !second) return;
    if (second.type !== 'ObjectExpression') unknown = true;
    else
      for (const one of second.properties as Node[])
        if (one.type === 'SpreadElement') unknown = true;
        else describe(keyName(one.key, one.computed), one.value);
  });
  const busy = getters.flatMap(({ name, getter }) => (isBusy(getter, names) ? [name] : []));
  return { names, busy: new Set(busy), unknown };
}

/** Whether it would be noticed that Espruino reads what an assignment has written. */
export function readsAfterwards({ names, busy, unknown }: Accessors, node: Node): boolean {
  const left = (node.type === 'UpdateExpression' ? node.argument : node.left) as Node;
  if (left.type !== 'MemberExpression' || !(names.size || unknown)) return false;
  const isUsed = !node.unused;
  const name = keyName(left.property, left.computed);
  if (name !== undefined) return unknown || (isUsed ? names : busy).has(name);
  // Most members that are worked out are elements of arrays, which would only become slower.
  if (isUsed || unknown) return true;
  return busy.size > 0 && (/^(&&|\|\||\?\?)=$/.test(node.operator) || contains(left.property, isCall));
}

const isCall = (node: Node): boolean => node.type === 'CallExpression';

/** Notes of assignments in an expression that nobody asks for their value. */
export function markUnused(node: Node | null | undefined): void {
  switch (node?.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
      node.unused = true;
      return;
    case 'SequenceExpression':
      (node.expressions as Node[]).forEach(markUnused);
      return;
    case 'LogicalExpression':
      markUnused(node.right);
      return;
    case 'ConditionalExpression':
      markUnused(node.consequent);
      markUnused(node.alternate);
      return;
    case 'UnaryExpression':
      if (node.operator === 'void') markUnused(node.argument);
  }
}
