/**
 * What can be checked of the Markdown files without reading them as a person does: links, paths, commands, tables. Pure
 * functions on text, but for those that look whether a file is there. It must never judge what a sentence says.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders of the repository in which there are Markdown files, beside its root. */
const FOLDERS = ['.github', 'host', 'shared', 'target', 'tools'];

/** Characters that a cell of a table may have: what is longer is no table. */
export const LONGEST_CELL = 200;

/** All Markdown files of a repository, relative to its root. */
export function findPapers(root: string): string[] {
  const inside = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
  );
  return [...readdirSync(root), ...inside].filter((name) => name.endsWith('.md')).sort();
}

/** Lines of a text, each with whether it is within a fenced block, and with that block's language. */
function linesOf(text: string): { line: string; fenced: string | undefined }[] {
  let fenced: string | undefined;
  return text.split('\n').map((line) => {
    const fence = /^\s*```(\w*)/.exec(line);
    const inside = fenced;
    if (fence) fenced = fenced === undefined ? (fence[1] ?? '') : undefined;
    return { line, fenced: fence ? '' : inside };
  });
}

/** The text outside of fenced blocks. */
function prose(text: string): string {
  return linesOf(text)
    .filter(({ fenced }) => fenced === undefined)
    .map(({ line }) => line)
    .join('\n');
}

/** What stands between backticks, outside of fenced blocks; a span may go over the end of a line. */
export function spansOf(text: string): string[] {
  return [...prose(text).matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, span]) =>
    (span ?? '').replace(/\s+/g, ' '),
  );
}

/** The name by which GitHub knows a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** Anchors of a Markdown file: of two headings that are alike the second has a number. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(text).matchAll(/^#+ +(.*)$/gm)].map(([, heading]) => {
    const name = slug(heading ?? '');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before ? `${name}-${String(before)}` : name;
  });
}

/** Links of a Markdown file that lead nowhere; `paper` is its path from the root. */
export function brokenLinks(root: string, paper: string, text: string): string[] {
  const bare = prose(text).replace(/(?<!`)`[^`]+`(?!`)/g, '');
  return [...bare.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path ? join(root, dirname(paper), path) : join(root, paper);
      if (!existsSync(file)) return true;
      if (anchor === undefined) return false;
      const there = path ? readFileSync(file, 'utf8') : text;
      return !anchorsOf(there).includes(anchor);
    });
}

/**
 * Names in backticks that look like files of the repository, and are none. A path begins at the root. What git ignores
 * is made when it is wanted.
 */
export function missingPaths(root: string, text: string): string[] {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['dist', 'node_modules', '.git'].includes(entry.name))
    .map(({ name }) => `${name}/`);
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
  return spansOf(text).filter((span) => {
    if (/[\s*<>|{}]/.test(span) || ignored.includes(span)) return false;
    // Of a file without a folder nobody knows where it is.
    const looks = top.some((folder) => span.startsWith(folder)) || /^[\w.-]+\.(ts|config\.js)$/.test(span);
    return looks && !existsSync(join(root, span));
  });
}

/** Cells of tables that are too long. */
export function longCells(text: string): string[] {
  return linesOf(text)
    .filter(({ line, fenced }) => fenced === undefined && /^\s*\|/.test(line))
    .flatMap(({ line }) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cell) => !/^:?-+:?$/.test(cell) && [...cell].length > LONGEST_CELL);
}

export interface Command {
  /** As it stands in the text. */
  readonly line: string;
  /** The script of package.json, or the file that Node runs. */
  readonly script?: string;
  readonly file?: string;
  /** What follows: a command of the script, if there is one, and options. */
  readonly subcommand?: string;
  readonly options: readonly string[];
}

/** Commands of npm and Node in fenced blocks and in backticks. */
export function commandsOf(text: string): Command[] {
  const typed = linesOf(text)
    .filter(({ fenced }) => fenced === 'sh' || fenced === 'console')
    .map(({ line }) => line.trim());
  return [...typed, ...spansOf(text)].flatMap((line): Command[] => {
    const words = line.split(' ');
    const options = words.filter((word) => /^--\w/.test(word) && word !== '--import');
    if (words[0] === 'node') {
      const file = words.slice(1).find((word) => /\.[jt]s$/.test(word));
      return file ? [{ line, file, options }] : [];
    }
    const script = words[1] === 'run' ? words[2] : words[1];
    if (words[0] !== 'npm' || script === undefined || ['ci', 'pack'].includes(script)) return [];
    const [subcommand] = words.slice(words.indexOf('--') + 1);
    const has = words.includes('--') && subcommand !== undefined && /^[a-z]+$/.test(subcommand);
    return [{ line, script, options, ...(has && { subcommand }) }];
  });
}

/** Options in backticks that stand for themselves, as `--seed N` in a sentence about a command. */
export function optionsOf(text: string): string[] {
  return spansOf(text).flatMap((span) => (span.startsWith('--') ? [span.split(' ')[0] ?? ''] : []));
}
