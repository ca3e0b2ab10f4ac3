/**
 * A lowered tree as text that Espruino's lexer reads rightly, with its source map. It must not change what the tree says.
 */
import { GenMapping, addMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping';
import { type Generator, GENERATOR, generate } from 'astring';
import type { Node } from './tree';

interface State {
  write(text: string, node?: Node): void;
}
type Writers = Record<string, (this: Writers, node: Node, state: State) => void>;

const base = GENERATOR as unknown as Writers;

/** The bytes of a character, as escapes: on a board a character is a byte. */
function bytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => '\\x' + byte.toString(16).padStart(2, '0')).join('');
}

/** The inside of a string as written, in ASCII and without what Espruino does not read. */
function plain(raw: string): string {
  return raw
    .replace(/\\(?:\r\n|[\n\r\u2028\u2029])/g, '')
    .replace(/(\\u\{[\da-f]+\}|\\u[\da-f]{4})+|[^\0-\x7f]+|\\[^]/gi, (found) => {
      if (found[0] !== '\\') return bytes(found);
      if (found[1] !== 'u') return found;
      const text = found.replace(/\\u\{?([\da-f]+)\}?/gi, (_whole, digits: string) =>
        String.fromCodePoint(parseInt(digits, 16)),
      );
      return [...text].map((item) => (item > '\x7f' ? bytes(item) : escaped(item))).join('');
    });
}

const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};

function escaped(character: string): string {
  if (NAMED[character]) return NAMED[character];
  if (character < ' ' || (character >= '\x7f' && character <= '\xff'))
    return '\\x' + character.charCodeAt(0).toString(16).padStart(2, '0');
  return character > '\xff' ? bytes(character) : character;
}

function writeString(node: Node, state: State): void {
  const { raw, value } = node;
  if (typeof raw !== 'string') {
    state.write('"' + [...(value as string)].map(escaped).join('') + '"', node);
    return;
  }
  state.write(raw[0] + plain(raw.slice(1, -1)) + raw[0], node);
}

/** Whether an expression's text begins with a literal that Espruino may lose while it skips code. */
function startsWithLiteral(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || !!node.regex;
    case 'TemplateLiteral':
      return true;
    case 'MemberExpression':
      return startsWithLiteral(node.object);
    case 'CallExpression':
      return startsWithLiteral(node.callee);
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return startsWithLiteral(node.left);
    case 'ConditionalExpression':
      return startsWithLiteral(node.test);
    case 'SequenceExpression':
      return startsWithLiteral(node.expressions[0]);
    default:
      return false;
  }
}

const writers: Writers = {
  ...base,
  Literal(node, state) {
    if (typeof node.value === 'string') return writeString(node, state);
    if (node.regex)
      return state.write(`/${node.regex.pattern.replace(/[^\0-\x7f]+/g, bytes)}/${node.regex.flags}`, node);
    // Separators and octals of old are written out.
    if (typeof node.value === 'number' && (!node.raw || /_|^0\d/.test(node.raw)))
      return state.write(String(node.value), node);
    base.Literal.call(this, node, state);
  },
  TemplateLiteral(node, state) {
    state.write('`');
    node.quasis.forEach((quasi: Node, index: number) => {
      const { raw, cooked } = quasi.value;
      const text = raw === undefined ? cooked.replace(/[`\\]|\$(?=\{)/g, '\\$&') : plain(raw);
      // Espruino begins an expression at an escaped one too.
      state.write(
        text.replace(/\\\$\{|\$\\\{/g, '${"$"}{').replace(/((?:^|[^\\])(?:\\\\)*)\\\$/g, '$1$'),
        quasi,
      );
      if (index >= node.expressions.length) return;
      state.write('${');
      const item = node.expressions[index] as Node;
      this[item.type](item, state);
      state.write('}');
    });
    state.write('`');
  },
  ExpressionStatement(node, state) {
    const { expression, directive } = node;
    if (directive !== undefined || expression.type === 'Literal' || !startsWithLiteral(expression))
      return base.ExpressionStatement.call(this, node, state);
    // Something in front of it, which parentheses would not be once the text has been made compact.
    state.write('0, ');
    this[expression.type](expression, state);
    state.write(';');
  },
  MemberExpression(node, state) {
    const { object } = node;
    if (object.type !== 'Literal' || typeof object.value !== 'number')
      return base.MemberExpression.call(this, node, state);
    state.write('(');
    this[object.type](object, state);
    state.write(node.computed ? ')[' : ').');
    this[node.property.type](node.property, state);
    if (node.computed) state.write(']');
  },
};

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * @param lead text in front of it, which is nobody's source
 * @returns the text, and its map to the file's
 */
export function printProgram(
  program: Node,
  lead: string,
  fileName: string,
  source: string,
): { code: string; map: object } {
  const map = new GenMapping({ file: fileName });
  setSourceContent(map, fileName, source);
  const shift = lead.split('\n').length - 1;
  const code = generate(program as never, {
    generator: writers as unknown as Generator,
    sourceMap: {
      file: fileName,
      addMapping: ({
        generated,
        original,
        name,
      }: {
        generated: Place;
        original: Place | null;
        name?: string;
      }) => {
        if (!original) return;
        const moved = { line: generated.line + shift, column: generated.column };
        addMapping(map, { generated: moved, original, source: fileName, ...(name && { name }) } as never);
      },
    } as never,
  });
  return { code: lead + code, map: toEncodedMap(map) };
}
