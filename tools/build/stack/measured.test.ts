/**
 * The bound against what is: a corpus of small programs, and the real target, on an interpreter that records its deepest
 * stack. `ESPRUINO_STACK` names it, and it leaves the figure, in bytes, in the file that `ESPR_STACK` names.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBound } from './chain';
import { CORPUS } from './corpus';
import { readScript } from './script';
import { CM4, LX106 } from './costs';
import { haveNativeWires } from '../../espruino';
import { startWorld } from '../../world';

const interpreter = process.env['ESPRUINO_STACK'] ? resolve(process.env['ESPRUINO_STACK']) : '';
/** A module of the ESP8266's firmware that an interpreter may lack. */
const TELNET = `try { require('TelnetServer'); } catch (e) { Modules.addCached('TelnetServer', 'exports.setOptions = function () {}'); }\n`;

const skip = interpreter ? false : 'no interpreter that records its stack: name it in ESPRUINO_STACK';

/** The bound is to be of use: no more than this times what is measured. */
const LOOSE = 1.35;

/** What the host says when its target has done its deepest work. */
const CONNECTED = /connected to the broker/;

let folder = '';
before(() => void (folder = mkdtempSync(join(tmpdir(), 'stack-'))));
after(() => rmSync(folder, { recursive: true }));

function run(program: string): { depth: number; text: string } {
  writeFileSync(join(folder, 'program.js'), program);
  const record = join(folder, 'depth');
  writeFileSync(record, '');
  const { stdout, error } = spawnSync(interpreter, ['program.js'], {
    cwd: folder,
    encoding: 'latin1',
    input: '',
    timeout: 20_000,
    // Code that costs no variables, as in flash.
    env: { ...process.env, ESPR_STACK: record, ESPR_FILE_STATIC: '1' },
  });
  if (error) throw error;
  return { depth: Number(readFileSync(record, 'utf8')), text: stdout };
}

const board = () => (/PIXLJS/.test(run('print(process.env.BOARD)').text) ? CM4 : LX106);

test('no small program goes deeper than its bound, which is not loose', { skip }, (t) => {
  const costs = board();
  const faults: string[] = [];
  let worst = { ratio: 0, what: '' };
  for (const [setup, statements] of CORPUS) {
    const program = `${setup};var later=setTimeout;later(function(){${statements}},1);`;
    const { depth, text } = run(program);
    assert.doesNotMatch(text, /Uncaught/, program);
    const bound = findBound(readScript(program), costs).chains[0]!.depth;
    const ratio = bound / depth;
    const what = `${statements} (${setup}): at most ${String(bound)}, measured ${String(depth)}`;
    if (ratio > worst.ratio) worst = { ratio, what };
    if (depth > bound || ratio > LOOSE) faults.push(what);
  }
  t.diagnostic(
    `${costs.board}, ${String(CORPUS.length)} programs; the loosest is ${worst.ratio.toFixed(2)}: ${worst.what}`,
  );
  assert.deepEqual(faults, []);
});

// The Wi-Fi that such a target has is a stand-in in JavaScript, of which the bound knows nothing.
test(
  'the real target stays within its bound',
  { skip: skip || (haveNativeWires() ? false : 'no interpreter with wires: name it in ESPRUINO') },
  async (t) => {
    const costs = board();
    if (costs !== LX106) return t.skip("the interpreter is not the target's");
    const record = join(folder, 'target');
    writeFileSync(record, '');
    const bundle = readFileSync('dist/target.js', 'latin1');
    const bound = findBound(readScript(bundle), costs).chains[0]!.depth;
    const environment = { ESPRUINO_TARGET: interpreter, ESPR_STACK: record };
    const saved = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
    Object.assign(process.env, environment);
    const lines: string[] = [];
    const world = await startWorld({
      engine: 'espruino',
      nativeWires: true,
      app: 'echo',
      targetBundle: TELNET + bundle,
      onLine: (name, line) => lines.push(`${name}: ${line}`),
    });
    try {
      for (const end = Date.now() + 60_000; Date.now() < end && !lines.some((line) => CONNECTED.test(line));)
        await sleep(100);
      await sleep(5_000);
    } finally {
      await world.stop();
      for (const [name, value] of Object.entries(saved))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
    const depth = Number(readFileSync(record, 'utf8'));
    t.diagnostic(`at most ${String(bound)}, measured ${String(depth)}; ${lines.slice(-3).join(' | ')}`);
    assert.ok(
      lines.some((line) => CONNECTED.test(line)),
      lines.join('\n'),
    );
    assert.ok(depth <= bound, `measured ${String(depth)}, at most ${String(bound)}\n${lines.join('\n')}`);
  },
);
