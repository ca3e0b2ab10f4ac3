/** That an interpreter which lost events is not believed: its script is run again, and in the end fails. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inEspruino } from './run';

/** Runs a script on a program that prints as the interpreter does, and loses events in its first runs. */
async function runWith(losses: number): Promise<{ text: string; runs: number; told: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'losing-'));
  const program = join(folder, 'interpreter');
  const count = join(folder, 'runs');
  writeFileSync(
    program,
    `#!/bin/sh
echo run >> ${count}
printf 'BEGIN\\none\\n'
[ $(wc -l < ${count}) -gt ${String(losses)} ] || echo 'New interpreter error: FIFO_FULL'
printf 'two\\nEND\\n'
`,
  );
  chmodSync(program, 0o755);
  const told: string[] = [];
  const { error } = console;
  console.error = (text: string) => told.push(text);
  try {
    const [text = ''] = await inEspruino(program, ['print(1)']);
    return { text, runs: readFileSync(count, 'latin1').trim().split('\n').length, told };
  } finally {
    console.error = error;
    rmSync(folder, { recursive: true });
  }
}

test('what a script printed while events were lost is told, and the script is run again', async () => {
  const { text, runs, told } = await runWith(1);
  assert.equal(text, 'one\ntwo');
  assert.equal(runs, 2);
  assert.match(told.join('\n'), /^0\.js: New interpreter error: FIFO_FULL, so it is run again \(1 of 2\)$/);
});

test('a script in which events are lost each time does not print what it should', async () => {
  const { text, runs } = await runWith(9);
  assert.equal(text, 'one\nNew interpreter error: FIFO_FULL\ntwo');
  assert.equal(runs, 3);
});
