/** A release has all that it needs, and nothing that is not in its sums. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUILT, SUMS, makeRelease } from './';
import { notesOf } from './notes';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'release-'));
after(() => rmSync(folder, { recursive: true }));

/** A repository with as much as a release asks for. */
function repository(name: string, built: readonly string[] = BUILT): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'dist'), { recursive: true });
  mkdirSync(join(root, 'host'));
  for (const file of ['package.json', 'LICENSE', 'README.md', 'host/README.md'])
    cpSync(join(ROOT, file), join(root, file));
  for (const file of built) writeFileSync(join(root, 'dist', file), `// ${file}\n`);
  return root;
}

test('it has bundles, types, package, notes and sums, and the sums are right', () => {
  const root = repository('whole');
  const output = join(root, 'dist', 'release');
  mkdirSync(output);
  writeFileSync(join(output, 'of-an-earlier-one.tgz'), '');
  const names = makeRelease(root, output);
  assert.deepEqual([...names].sort(), readdirSync(output).sort());
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const tarball = `${String(name)}-${String(version)}.tgz`;
  assert.deepEqual([...names].sort(), [...BUILT, tarball, 'release-notes.md', SUMS].sort());
  const check = spawnSync('sha256sum', ['--check', '--strict', SUMS], { cwd: output, encoding: 'utf8' });
  assert.equal(check.status, 0, check.stderr);
  assert.equal(check.stdout.trim().split('\n').length, names.length - 1);
  const packed = spawnSync('tar', ['-tzf', tarball], { cwd: output, encoding: 'utf8' }).stdout.split('\n');
  for (const file of [...BUILT.map((built) => `dist/${built}`), 'README.md', 'LICENSE', 'host/README.md'])
    assert.ok(packed.includes(`package/${file}`), file);
  // A release in a release, or the settings with their passwords.
  assert.ok(!packed.some((file) => /release\/|net\.jsonc$|pins\.jsonc$/.test(file)));
  // The same sources make the same release.
  const sums = readFileSync(join(output, SUMS), 'utf8');
  makeRelease(root, output);
  assert.equal(readFileSync(join(output, SUMS), 'utf8'), sums);
});

test('what is missing is named, and nothing is made', () => {
  const root = repository('half', BUILT.slice(1));
  assert.throws(() => makeRelease(root, join(root, 'out')), /^Error: dist\/target\.js is missing/);
  assert.ok(!readdirSync(root).includes('out'));
});

test('the notes are those of the version, and of no other', () => {
  const paper =
    '## A\n### 1.0\nno\n## Release notes\n\n### 1.10\nother\n\n### 1.1 (today)\n- [a](x.md#y) [b](https://c)\n';
  assert.equal(notesOf(paper, '1.1'), '# 1.1 (today)\n\n- a [b](https://c)\n');
  assert.equal(notesOf(`${paper}## Behind\nno\n`, '1.1'), '# 1.1 (today)\n\n- a [b](https://c)\n');
  assert.throws(() => notesOf(paper, '1.0'), /no release notes of 1\.0/);
  assert.throws(() => notesOf('# x', '1.0'), /no chapter/);
  assert.throws(() => notesOf('## Release notes\n### 2\n\n', '2'), /say nothing/);
});
