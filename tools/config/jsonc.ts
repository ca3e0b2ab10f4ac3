/**
 * JSON with comments, read so that a mistake can be told by its line. Pure; it
 * must not show the text itself, in which there are passwords.
 */
import { getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';

export interface Parsed {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line of each field, from 1. */
  readonly lines: Readonly<Record<string, number>>;
}

/** What the parser's codes mean to a person. */
const MEANING: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is neither a string in double quotes, nor a number, true or false',
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'the name of a field is expected here, in double quotes',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'there must be a colon between name and value',
  CommaExpected: 'there must be a comma before this',
  CloseBraceExpected: 'the closing } is missing',
  CloseBracketExpected: 'the closing ] is missing',
  EndOfFileExpected: 'there is something after the closing }',
  UnexpectedEndOfString: 'the closing " of a string is missing',
  UnexpectedEndOfComment: 'the closing */ of a comment is missing',
  InvalidUnicode: 'this \\u is no character',
  InvalidEscapeCharacter: 'a \\ in a string must be written \\\\',
  InvalidCharacter: 'this character may not be in a string',
};

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** @throws Error that begins with the line and says what is wrong there. */
export function parseJsonc(text: string): Parsed {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const code = printParseErrorCode(first.error);
    throw new Error(`line ${String(lineAt(text, first.offset))}: ${MEANING[code] ?? code}`);
  }
  if (tree?.type !== 'object') throw new Error('line 1: an object in { } is expected');
  const lines: Record<string, number> = {};
  const doubles: { name: string; line: number; text: string }[] = [];
  for (const property of tree.children ?? []) {
    const name = String(property.children?.[0]?.value);
    const line = lineAt(text, property.offset);
    const first = lines[name];
    if (first === undefined) lines[name] = line;
    else doubles.push({ name, line, text: `${name} in lines ${String(first)} and ${String(line)}` });
  }
  const [one, ...more] = doubles;
  if (one)
    throw new Error(
      `line ${String(one.line)}: ${one.name} is there twice, first in line ${String(lines[one.name])}` +
        (more.length ? `; so are ${more.map(({ text: other }) => other).join(', ')}` : '') +
        ': keep one of each',
    );
  return { fields: getNodeValue(tree) as Record<string, unknown>, lines };
}
