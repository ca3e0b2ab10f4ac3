/**
 * What each pass makes of a few telling programs, and how many of a board's variables that saves: a file each. With
 * `SNAPSHOTS=write` the files become what the passes now make, to be looked at before they are committed; the variables only
 * where an interpreter of an ESP8266's size is found.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findSmall } from '../../../benchmark/memory';
import { writeFlash } from '../../../rig/engines/espruino/flash';
import { passes } from '../property/passes';

const folder = dirname(fileURLToPath(import.meta.url));
const isWritten = process.env['SNAPSHOTS'] === 'write';
const found = findSmall();

interface Snapshot {
  readonly pass: string;
  readonly saved: number | undefined;
  readonly before: string;
  readonly after: string;
}

const FORMAT = /^pass: (.+)\nvariables saved: (-?\d+|unknown)\n--- before\n([^]*)--- after\n([^]*)$/;

function parse(text: string): Snapshot {
  const [, pass = '', saved = '', before = '', after = ''] = FORMAT.exec(text) ?? [];
  assert.ok(passes[pass], `it names a pass: ${pass}`);
  return { pass, saved: saved === 'unknown' ? undefined : Number(saved), before, after };
}

/** Variables in use once a program has run from flash, as on a board. */
function usage(program: string, interpreter: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'snapshot-'));
  // At the end of the program itself: a timer's turn takes some on its own, now more and now less.
  const look = 'print("usage", process.memory().usage); setTimeout(function () { quit(); }, 1);';
  try {
    writeFileSync(join(directory, 'espruino.flash'), writeFlash({ '.bootcde': `${program}\n${look}` }));
    // The end of its input would stop the interpreter's event loop.
    const { stdout } = spawnSync('/bin/sh', ['-c', 'mkfifo input && exec "$0" <>input', interpreter], {
      cwd: directory,
      encoding: 'latin1',
      timeout: 10_000,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/usage (\d+)/.exec(stdout)?.[1]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
  test(name, () => {
    const path = join(folder, name);
    const snapshot = parse(readFileSync(path, 'utf8'));
    const after = `${passes[snapshot.pass]!(snapshot.before).trimEnd()}\n`;
    const saved =
      'path' in found ? usage(snapshot.before, found.path) - usage(after, found.path) : snapshot.saved;
    if (isWritten) {
      const text = `pass: ${snapshot.pass}\nvariables saved: ${String(saved ?? 'unknown')}\n`;
      writeFileSync(path, `${text}--- before\n${snapshot.before}--- after\n${after}`);
      return;
    }
    assert.equal(after, snapshot.after);
    assert.equal(saved, snapshot.saved);
  });
}
