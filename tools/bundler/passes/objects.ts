/**
 * Objects of the top level that are only asked for their properties become one name a property. On a board that saves three
 * variables for the object and its name, and one for each function in it; a name costs what a key did. What is used as a
 * whole stays, and so does what a method may mean by `this`.
 */
import type { AnyNode, Program } from 'acorn';
import { staticName } from '../check/scopes';
import type { Facts } from './facts';
import { type Name, type View, replace, undefinedValue, variable } from './script';

export type Object = Extract<AnyNode, { type: 'ObjectExpression' }>;
type Member = Extract<AnyNode, { type: 'MemberExpression' }>;

/** Why an object cannot become one name a property; undefined: it can. */
export function whyWhole(
  view: View,
  facts: Facts,
  name: Name,
  object: Object,
): { node: AnyNode; why: string } | undefined {
  const keys = new Set<string>();
  for (const item of object.properties) {
    const key = item.type === 'Property' ? staticName(item.key, item.computed) : undefined;
    if (item.type !== 'Property' || item.kind !== 'init' || key === undefined || key === '__proto__')
      return { node: item, why: 'has more than plain properties' };
    if (keys.has(key)) return { node: item, why: `has ${key} twice` };
    keys.add(key);
  }
  const members: Member[] = [];
  for (const { node } of name.references) {
    const member = view.parent(node);
    if (member.type !== 'MemberExpression' || member.object !== node || member.computed)
      return { node, why: 'is used as a whole' };
    if (
      view.parent(member).type === 'UnaryExpression' &&
      (view.parent(member) as { operator: string }).operator === 'delete'
    )
      return { node, why: 'has a property deleted' };
    members.push(member);
  }
  for (const member of members) {
    const key = staticName(member.property, false)!;
    if (!keys.has(key) && key in {})
      return { node: member, why: `is asked for ${key}, which every object has` };
    const user = view.parent(member);
    const isCalled = user.type === 'CallExpression' && user.callee === member;
    if (isCalled && facts.mayUseThis(object, key))
      return { node: member, why: `is what this means in its method ${key}` };
  }
  return undefined;
}

/** One name a property in place of an object. */
export function dissolve(view: View, facts: Facts, name: Name, object: Object, at: number): void {
  const { program } = view;
  const spelling = new Map<string, string>();
  const written = new Set<string>();
  const given = new Set(
    object.properties.flatMap((item) =>
      item.type === 'Property' ? [staticName(item.key, item.computed)!] : [],
    ),
  );
  for (const { node } of name.references) {
    const member = view.parent(node) as Member;
    const user = view.parent(member);
    const key = staticName(member.property, false)!;
    if (
      (user.type === 'AssignmentExpression' && user.left === member) ||
      user.type === 'UpdateExpression' ||
      (/^For(In|Of)/.test(user.type) && (user as { left: AnyNode }).left === member)
    )
      written.add(key);
  }
  const nameFor = (key: string): string => {
    const known = spelling.get(key);
    if (known) return known;
    const made = view.fresh(`${name.binding.name}_${key}`);
    spelling.set(key, made);
    facts.setEarly(made, !given.has(key) && facts.isEarlyField(object, key));
    return made;
  };
  const made: AnyNode[] = [];
  for (const item of object.properties) {
    if (item.type !== 'Property') continue;
    const key = staticName(item.key, item.computed)!;
    const value = item.value as AnyNode;
    if (value.type === 'FunctionExpression' && !value.id && !written.has(key)) {
      const id = { ...item.key, type: 'Identifier', name: nameFor(key) };
      made.push({ ...value, type: 'FunctionDeclaration', id, expression: false } as AnyNode);
    } else made.push(variable(nameFor(key), value, item.key));
  }
  for (const { node } of name.references) {
    const member = view.parent(node) as Member;
    const key = staticName(member.property, false)!;
    if (!given.has(key) && !written.has(key)) replace(view, member, undefinedValue(member));
    else replace(view, member, { ...member.property, name: nameFor(key) } as AnyNode);
  }
  for (const key of written) if (!given.has(key)) made.push(variable(nameFor(key), null, object));
  program.body.splice(at, 1, ...(made as Program['body']));
}
