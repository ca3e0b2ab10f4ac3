/** The program as a person calls it: by name, by a script of npm, and wrongly. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inPackage } from '../package';

/** Runs the program from another folder than the repository's. */
function mqttlink(words: string, script?: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), inPackage('tools/cli/mqttlink.ts'), ...words.split(' ')],
    {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...(script && { npm_lifecycle_event: script }) },
    },
  );
}

/** Commands that the help names. */
function commands(): string[] {
  return [...mqttlink('help').stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name ?? '');
}

test('each command says what it is called as, by name and by its script of npm', () => {
  const { scripts } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const names = commands().filter((name) => name !== 'help');
  for (const name of ['start', 'boards', 'flash', 'ports', 'selftest', 'benchmark'])
    assert.ok(names.includes(name), name);
  for (const name of names) {
    assert.match(mqttlink(`help ${name}`).stdout, new RegExp(`^Usage: mqttlink ${name}\\b`));
    if (!(name in scripts)) continue;
    assert.match(scripts[name] ?? '', new RegExp(` tools/cli/mqttlink\\.ts ${name}$`));
    const called = name === 'start' ? 'npm start --' : `npm run ${name} --`;
    assert.ok(mqttlink(`${name} --help`, name).stdout.startsWith(`Usage: ${called} `), called);
  }
});

test('what is no command or option is one line or two, with what may have been meant', () => {
  const unknown = mqttlink('flahs');
  assert.equal(unknown.status, 1);
  assert.equal(unknown.stderr, "error: unknown command 'flahs'\n(Did you mean flash?)\n");
  const asked = mqttlink('help flahs');
  assert.equal(asked.status, 1);
  assert.match(asked.stderr, /^There is no command flahs\. [^\n]*\n$/);
  const option = mqttlink('ports --nowhere');
  assert.equal(option.status, 1);
  assert.equal(option.stderr, "error: unknown option '--nowhere'\n");
});
