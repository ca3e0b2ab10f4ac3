/** What helpers take of a board's memory, with their code in flash, is what the lowering says of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findEspruino } from '../../rig/engines/espruino/find';
import { HELPERS, type HelperName } from './helpers';
import costs from './helpers/costs.json';

/** By how much builds differ, in variables. */
const SLACK = 6;

const espruino = findEspruino();
const names = Object.keys(HELPERS) as HelperName[];

function withNeeds(name: HelperName, done = new Set<HelperName>()): string {
  if (done.has(name)) return '';
  done.add(name);
  const { needs = [], code } = HELPERS[name];
  return needs.map((other) => withNeeds(other, done)).join('') + code + '\n';
}

/** A script that defines each helper from Storage and says what that took. */
function script(): string {
  const parts = names.map((name) => {
    const before = (HELPERS[name].needs ?? []).map((other) => withNeeds(other)).join('') || ' ';
    return `one(${JSON.stringify(name)}, ${JSON.stringify(before)}, ${JSON.stringify(HELPERS[name].code)});`;
  });
  return `
var storage = require("Storage"), used, number = 0;
function one(name, before, code) {
  var file = "h" + number++;
  storage.write(file + "b", before);
  storage.write(file, code);
  eval(storage.read(file + "b"));
  used = process.memory().usage;
  eval(storage.read(file));
  print("USED " + name + " " + (process.memory().usage - used));
}
${parts.join('\n')}
quit();
`;
}

test(
  'the helpers take the variables that are said',
  { skip: espruino ? false : 'no Espruino interpreter: put espruino-linux on the PATH' },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpers-'));
    try {
      writeFileSync(join(folder, 'script.js'), script());
      const { stdout } = spawnSync(espruino!, ['script.js'], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'ignore'],
        encoding: 'latin1',
        timeout: 20_000,
        killSignal: 'SIGKILL',
      });
      const seen = [...stdout.matchAll(/USED (\w+) (-?\d+)/g)].map(
        ([, name, used]) => [name, Number(used)] as const,
      );
      assert.deepEqual(
        seen.map(([name]) => name),
        names,
      );
      // A helper that was needed before is replaced, which takes nothing.
      const wrong = seen.filter(([name, used]) => used > costs[name as HelperName] + SLACK);
      assert.deepEqual(wrong, []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('each helper is measured', () => {
  assert.deepEqual(Object.keys(costs), names);
});
