/** Whether a text is the body of an Espruino module: JavaScript, and no ES module. It must never run it. */
import { parse } from 'acorn';

/** @returns what is wrong with it, for a line that begins with its place; undefined: it is one */
export function notAScript(text: string): string | undefined {
  if (/^\s*</.test(text)) return 'is a web page, not JavaScript';
  if (!text.trim()) return 'is empty';
  try {
    parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    });
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (/'import' and 'export' may appear only/.test(message))
      return 'is an ES module: import it, instead of require';
    const place = loc ? `, line ${String(loc.line)}, column ${String(loc.column + 1)}` : '';
    return `is no JavaScript${place}: ${message.replace(/ \(\d+:\d+\)$/, '')}`;
  }
  return undefined;
}

/** Paths of files that a script wants by `require`. */
export function requiresFiles(text: string): boolean {
  return /\brequire\s*\(\s*['"]\.{1,2}\//.test(text);
}
