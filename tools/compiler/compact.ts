/**
 * Takes out of a program what costs room on a board and has no meaning: comments and blanks. It must change no name and
 * no statement.
 */
import { minify } from 'terser';

export async function compact(code: string): Promise<{ code: string; map: string }> {
  const result = await minify(code, {
    compress: false,
    mangle: false,
    // Plain ASCII, so that a character is the same byte however it reaches the board; and what is within braces is
    // skipped at half of what it takes otherwise.
    format: { ascii_only: true, braces: true, comments: false, semicolons: true },
    sourceMap: true,
  });
  return { code: result.code ?? '', map: result.map as string };
}
