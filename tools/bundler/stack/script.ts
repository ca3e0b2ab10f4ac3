/** A script as a tree that remembers its parentheses, which cost stack: acorn either forgets them or makes them nodes. */
import { type AnyNode, type Program, parse } from 'acorn';

export interface Script {
  readonly program: Program;
  /** How many pairs stand around an expression. */
  readonly parentheses: ReadonlyMap<AnyNode, number>;
}

/** @throws SyntaxError */
export function readScript(code: string): Script {
  const program = parse(code, { ecmaVersion: 'latest', preserveParens: true });
  const parentheses = new Map<AnyNode, number>();
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      value.forEach((item, index) => (value[index] = strip(item)));
      return value;
    }
    if (!value || typeof value !== 'object' || !('type' in value)) return value;
    const node = value as AnyNode;
    if (node.type === 'ParenthesizedExpression') {
      const inner = strip(node.expression) as AnyNode;
      parentheses.set(inner, (parentheses.get(inner) ?? 0) + 1);
      return inner;
    }
    const fields = node as unknown as Record<string, unknown>;
    for (const key of Object.keys(fields)) fields[key] = strip(fields[key]);
    return node;
  };
  strip(program);
  return { program, parentheses };
}
