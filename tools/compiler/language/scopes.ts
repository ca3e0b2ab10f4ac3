/** Which names a scope declares, and their renaming. It knows the language's rules, and none of Espruino's. */
import {
  type Node,
  childNodes,
  isClass,
  isFunctionNode,
  isLoop,
  namesOfPattern,
  replaceChildren,
} from './tree';

/** The names that `let`, `const`, classes and functions declare directly among statements. */
export function lexicalNames(body: readonly (Node | null)[]): Node[] {
  return body.flatMap((item) => {
    if (!item) return [];
    if (item.type === 'VariableDeclaration' && item.kind !== 'var')
      return (item.declarations as Node[]).flatMap(({ id }) => namesOfPattern(id));
    return /^(Function|Class)Declaration$/.test(item.type) ? [item.id as Node] : [];
  });
}

/** The names that `var` declares anywhere in a function, but not in those within it. */
export function varNames(node: Node): Node[] {
  const found: Node[] = [];
  const visit = (item: Node): void => {
    if (item.type === 'VariableDeclaration' && item.kind === 'var')
      found.push(...(item.declarations as Node[]).flatMap(({ id }) => namesOfPattern(id)));
    if (!isFunctionNode(item) && !isClass(item)) childNodes(item).forEach(visit);
    else if (isClass(item) && item.superClass) visit(item.superClass);
  };
  childNodes(node).forEach(visit);
  return found;
}

/** What a node declares for what is within it. */
export function declaredBy(node: Node): Node[] {
  if (isFunctionNode(node)) {
    const own = node.type === 'FunctionExpression' && node.id ? [node.id as Node] : [];
    return [...own, ...(node.params as Node[]).flatMap(namesOfPattern), ...varNames(node)];
  }
  if (node.type === 'Program') return [...lexicalNames(node.body), ...varNames(node)];
  if (node.type === 'BlockStatement') return lexicalNames(node.body);
  if (node.type === 'SwitchStatement')
    return lexicalNames((node.cases as Node[]).flatMap((item) => item.consequent));
  if (isLoop(node))
    return lexicalNames(
      [node.init ?? node.left ?? null].filter((item) => item?.type === 'VariableDeclaration'),
    );
  if (node.type === 'CatchClause') return node.param ? namesOfPattern(node.param) : [];
  return [];
}

const isKey = (parent: Node, key: string): boolean =>
  (key === 'property' && parent.type === 'MemberExpression' && !parent.computed) ||
  (key === 'key' && !parent.computed) ||
  key === 'label' ||
  key === 'meta';

/**
 * Puts what `make` gives in the place of each use of a name in the scope at hand. Declarations of that scope's own are
 * uses too; what an inner scope declares under that name is another.
 */
export function replaceName(
  node: Node,
  name: string,
  make: (use: Node, parent: Node) => Node,
  inner = false,
): void {
  if (inner && declaredBy(node).some((item) => item.name === name)) return;
  replaceChildren(node, (child, key) => {
    if (child.type === 'Identifier') {
      if (child.name !== name || isKey(node, key)) return child;
      if (node.type === 'Property' && node.shorthand) node.shorthand = false;
      return make(child, node);
    }
    replaceName(child, name, make, true);
    return child;
  });
}

/** Whether a name is used within a node, other than where it is declared anew. */
export function usesName(node: Node, name: string): boolean {
  let found = false;
  const look = (item: Node, parent: Node | undefined, key: string): void => {
    if (found) return;
    if (item.type === 'Identifier') {
      if (item.name === name && !(parent && isKey(parent, key))) found = true;
      return;
    }
    if (declaredBy(item).some((other) => other.name === name)) return;
    replaceChildren(item, (child, childKey) => {
      look(child, item, childKey);
      return child;
    });
  };
  look(node, undefined, '');
  return found;
}

/** Whether a function within a node uses a name. */
export function isCaptured(node: Node, name: string): boolean {
  if (isFunctionNode(node) || isClass(node)) return usesName(node, name);
  return childNodes(node).some(
    (child) => !declaredBy(child).some((item) => item.name === name) && isCaptured(child, name),
  );
}
