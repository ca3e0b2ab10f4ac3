/**
 * Methods of `MQTTLink` that an application does not name are not kept ready on its board: there a method takes five to ten
 * variables. `link.all()` gives an object with those, for whoever looks at a board from its console. It must leave every
 * method that the application may call.
 */
import { type AnyNode, parse } from 'acorn';
import MagicString from 'magic-string';

interface Method {
  readonly name: string;
  readonly node: AnyNode;
  readonly made: AnyNode;
  readonly isGetter: boolean;
}

/** A method that an expression of the library's top level gives to the class, or to what it makes. */
function methodOf(node: AnyNode, className: string): Method | undefined {
  const isClass = (one: AnyNode): boolean =>
    one.type === 'MemberExpression'
      ? isClass(one.object) && (one.property as { name?: string }).name === 'prototype'
      : one.type === 'Identifier' && one.name === className;
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
    const { object, property } = node.left;
    if (!isClass(object) || property.type !== 'Identifier' || node.right.type !== 'FunctionExpression')
      return undefined;
    return { name: property.name, node, made: node.right, isGetter: false };
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const [owner, name, descriptor] = node.arguments as AnyNode[];
  if ((node.callee.property as { name?: string }).name !== 'defineProperty' || !owner || !isClass(owner))
    return undefined;
  if (name?.type !== 'Literal' || descriptor?.type !== 'ObjectExpression') return undefined;
  const [get] = descriptor.properties;
  if (get?.type !== 'Property' || get.value.type !== 'FunctionExpression') return undefined;
  return { name: String(name.value), node, made: get.value, isGetter: true };
}

/**
 * @param code the library's
 * @param className what `MQTTLink` is called in it
 * @param isNamed whether the application names a method
 */
export function withoutMethods(
  code: string,
  className: string,
  isNamed: (name: string) => boolean,
): { code: string; map: string } {
  const text = new MagicString(code);
  let end = 0;
  const left: Method[] = [];
  for (const statement of parse(code, { ecmaVersion: 'latest' }).body) {
    if (statement.type !== 'ExpressionStatement') continue;
    const { expression } = statement;
    const nodes = expression.type === 'SequenceExpression' ? expression.expressions : [expression];
    const methods = nodes.map((node) => methodOf(node, className));
    if (!methods.some((method) => method)) continue;
    end = statement.end;
    let kept = 0;
    nodes.forEach((node, n) => {
      if (n > 0) text.remove(nodes[n - 1]!.end, node.start);
      const method = methods[n];
      if (method && !isNamed(method.name)) left.push(method);
      else if (kept++ > 0) text.appendRight(node.start, ',');
    });
    if (!kept) text.remove(nodes[nodes.length - 1]!.end, end);
  }
  if (!left.length) return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
  text.appendLeft(end, `\n${className}.prototype.all=function(){return{`);
  left.forEach(({ name, node, made, isGetter }, n) => {
    text.overwrite(
      node.start,
      made.start + (isGetter ? 'function'.length : 0),
      isGetter ? `get ${name}` : `${name}:`,
    );
    if (made.end < node.end) text.remove(made.end, node.end);
    text.appendLeft(made.end, n < left.length - 1 ? ',' : '}};');
    text.move(node.start, node.end, end);
  });
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}
