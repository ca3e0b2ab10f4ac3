/**
 * Has typed code count how deep its functions are nested, so that an emulated
 * ESP8266 can overrun its stack as a real one does. It must not change what
 * the code does otherwise.
 */
import { parse } from 'acorn';
import type { AnyNode, Node } from 'acorn';
import { COUNTER } from './natives';

/** Text to be put at a place of the source. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

const BEGIN = `${COUNTER}(1);try{`;
const END = `}finally{${COUNTER}(-1)}`;

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function collect(node: AnyNode, into: Insertion[]): void {
  if (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  ) {
    const { body } = node;
    if (body.type === 'BlockStatement')
      into.push({ at: body.end - 1, text: END }, { at: body.start + 1, text: BEGIN });
    else into.push({ at: body.end, text: `)${END}}` }, { at: body.start, text: `{${BEGIN}return(` });
  }
  for (const value of Object.values(node) as unknown[])
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(one)) collect(one, into);
}

/** @returns the source as it is where it does not parse: the error is for whoever runs it */
export function countNesting(source: string): string {
  let program: AnyNode;
  try {
    program = parse(source, { ecmaVersion: 'latest', preserveParens: true });
  } catch {
    return source;
  }
  const insertions: Insertion[] = [];
  collect(program, insertions);
  let text = source;
  // From the back. Of two at the same place, what is put there last stands first: an inner function's end.
  for (const { at, text: more } of insertions.sort((a, b) => b.at - a.at))
    text = text.slice(0, at) + more + text.slice(at);
  return text;
}
