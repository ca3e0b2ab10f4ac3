/**
 * What an application requires by name and its board's firmware lacks: it goes to the board's Storage under that name, so
 * that it runs from flash. A module that nobody requires must never get there.
 */
import { type AnyNode, parse } from 'acorn';
import { analyze } from 'eslint-scope';
import { children } from '../bundler/check/scopes';

export interface Required {
  readonly name: string;
  /** In the text. */
  readonly offset: number;
}

/** The names that a script gives to the firmware's `require`. */
export function findRequires(code: string): Required[] {
  const program = parse(code, {
    ecmaVersion: 'latest',
    ranges: true,
    allowReturnOutsideFunction: true,
    allowHashBang: true,
  });
  const scopes = analyze(program, { ecmaVersion: 2022, sourceType: 'script' });
  const own = new Set<AnyNode>(
    scopes.scopes
      .flatMap(({ references }) => references)
      .flatMap(({ identifier, resolved }) => (resolved ? [identifier] : [])),
  );
  const found: Required[] = [];
  const visit = (node: AnyNode): void => {
    if (
      node.type === 'CallExpression' &&
      node.callee.type === 'Identifier' &&
      node.callee.name === 'require'
    ) {
      const [name] = node.arguments;
      if (!own.has(node.callee) && name?.type === 'Literal' && typeof name.value === 'string')
        found.push({ name: name.value, offset: node.start });
    }
    children(node).forEach(visit);
  };
  visit(program);
  return found;
}
