/**
 * Takes out of a program what costs room on a board and has no meaning: comments and blanks. Each statement of the top
 * level gets a line, so that a board can name it. It must change no name and no statement.
 */
import { parse } from 'acorn';
import MagicString from 'magic-string';
import { minify } from 'terser';
import { chain } from './maps';

function inLines(code: string): { code: string; map: string } {
  const text = new MagicString(code);
  const { body } = parse(code, { ecmaVersion: 'latest', allowReturnOutsideFunction: true });
  for (const { start } of body.slice(1)) text.appendLeft(start, '\n');
  if (body.length) text.append('\n');
  return { code: text.toString(), map: text.generateMap({ hires: true }).toString() };
}

export async function compact(code: string): Promise<{ code: string; map: string }> {
  const result = await minify(code, {
    compress: false,
    mangle: false,
    // A module of Espruino is the body of a function.
    parse: { bare_returns: true },
    // Plain ASCII, so that a character is the same byte however it reaches the board; and what is within braces is
    // skipped at half of what it takes otherwise.
    format: { ascii_only: true, braces: true, comments: false },
    sourceMap: true,
  });
  const lines = inLines(result.code ?? '');
  return { code: lines.code, map: chain([lines.map, result.map as string]) };
}
