/**
 * The Markdown files hold what they name: each link, each path and each command is there, the README is short, and no
 * table is a text. And what is wrong is found: each check has a text with that fault.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  LONGEST_CELL,
  anchorsOf,
  brokenLinks,
  commandsOf,
  findPapers,
  longCells,
  missingPaths,
  optionsOf,
} from './papers';
import type { Command } from './papers';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a newcomer reads in one go. Bytes */
const README_LIMIT = 12_288;

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const papers = findPapers(ROOT).map((paper) => ({ paper, text: readFileSync(join(ROOT, paper), 'utf8') }));

const run = promisify(execFile);

/** Of several processors one is enough. */
async function oneByOne<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

/** What a command prints when it is asked; undefined where it takes no such question. */
async function helpOf({ script, subcommand }: Command): Promise<string | undefined> {
  const line = script === undefined ? undefined : scripts[script];
  const words = line?.split('&&').at(-1)?.trim().split(' ') ?? [];
  if (words[0] !== 'node' || !words.includes('tsx')) return undefined;
  const args = [...words.slice(1), ...(subcommand === undefined ? [] : [subcommand]), '--help'];
  return (await run(process.execPath, args, { cwd: ROOT, timeout: 60_000 })).stdout;
}

test('all papers of the repository are looked at', () => {
  const names = papers.map(({ paper }) => paper);
  for (const name of ['README.md', '.github/CONTRIBUTING.md', 'tools/benchmark/README.md'])
    assert.ok(names.includes(name), name);
});

test('the README is short', () => {
  assert.ok(statSync(join(ROOT, 'README.md')).size <= README_LIMIT);
});

for (const { paper, text } of papers) {
  test(`${paper}: each link leads somewhere`, () => {
    assert.deepEqual(brokenLinks(ROOT, paper, text), []);
  });

  test(`${paper}: each path is there`, () => {
    assert.deepEqual(missingPaths(ROOT, text), []);
  });

  test(`${paper}: no cell of a table is a text`, () => {
    assert.deepEqual(longCells(text), []);
  });

  test(`${paper}: each command is there`, () => {
    for (const { line, script, file } of commandsOf(text)) {
      if (script !== undefined) assert.ok(script in scripts, line);
      if (file !== undefined) assert.ok(existsSync(join(ROOT, file)), line);
    }
  });
}

describe('options', () => {
  const helps = new Map<string, string>();
  const nameOf = ({ script = '', subcommand = '' }: Command): string => `${script} ${subcommand}`;
  const has = (help: string, option: string): boolean => new RegExp(`${option}(?![\\w-])`).test(help);
  const withOptions = papers
    .flatMap(({ text }) => commandsOf(text))
    .filter(({ options }) => options.length > 0);

  before(async () => {
    const asked = new Map(withOptions.map((command) => [nameOf(command), command]));
    // Options in sentences may belong to any of them.
    for (const script of Object.keys(scripts)) {
      const command = { line: script, script, options: [] };
      if (!asked.has(nameOf(command))) asked.set(nameOf(command), command);
    }
    await oneByOne([...asked], async ([name, command]) => {
      const help = await helpOf(command);
      if (help !== undefined) helps.set(name, help);
    });
  });

  test('each option of a command is known to it', () => {
    for (const command of withOptions) {
      const help = helps.get(nameOf(command));
      if (help === undefined) continue;
      for (const option of command.options)
        assert.ok(has(help, option.replace(/=.*/, '')), `${command.line}: no ${option}`);
    }
  });

  test('each option in a sentence is known to some command', () => {
    const all = [...helps.values()].join('\n');
    for (const { paper, text } of papers)
      for (const option of optionsOf(text)) assert.ok(has(all, option), `${paper}: no ${option}`);
  });
});

test('a link is found that leads nowhere, by its file and by its anchor', () => {
  const text =
    '# Here\n[a](#here) [b](#there) [c](host/README.md) [d](host/none.md) [e](https://x.y) `[f](none)`\n';
  assert.deepEqual(brokenLinks(ROOT, 'README.md', text), ['#there', 'host/none.md']);
  assert.deepEqual(brokenLinks(ROOT, 'README.md', '[a](host/README.md#the-api) [b](host/README.md#no-api)'), [
    'host/README.md#no-api',
  ]);
});

test('headings have the names that GitHub gives them', () => {
  const text =
    '# `publish(topic, done)`\n## Where, why?\n## Where, why?\n```\n# none\n```\n## Wi-Fi & `a_b`\n';
  assert.deepEqual(anchorsOf(text), ['publishtopic-done', 'where-why', 'where-why-1', 'wi-fi--a_b']);
});

test('a path is found that is not there, and one that does not begin at the root', () => {
  const text =
    '`host/supervisor.ts` `host/none.ts` `driver.ts` `host/net.jsonc` `host/` `tools/*.ts` `net.json`\n';
  assert.deepEqual(missingPaths(ROOT, text), ['host/none.ts', 'driver.ts']);
});

test('a cell is found that is too long, and no line of a block', () => {
  const long = 'x'.repeat(LONGEST_CELL + 1);
  assert.deepEqual(
    longCells(`| a | ${long.slice(1)} |\n| ${'-'.repeat(300)} |\n\`\`\`\n| ${long} |\n\`\`\`\n`),
    [],
  );
  assert.deepEqual(longCells(`| a | ${long} |\n`), [long]);
});

test('commands are found in blocks and in sentences, with their options', () => {
  const text = [
    '```sh',
    'npm ci',
    'npm run flash -- both --target-port P',
    '```',
    'As `npm start -- --app\nNAME`, `node tools/cli/test.js WORD`, `npm test`.',
  ].join('\n');
  const found = commandsOf(text).map(({ script, file, subcommand, options }) => [
    script ?? file,
    subcommand,
    options,
  ]);
  assert.deepEqual(found, [
    ['flash', 'both', ['--target-port']],
    ['start', undefined, ['--app']],
    ['tools/cli/test.js', undefined, []],
    ['test', undefined, []],
  ]);
  assert.deepEqual(optionsOf('`--seed N` and `npm run soak -- --minutes 1`'), ['--seed']);
});
