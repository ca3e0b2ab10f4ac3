/**
 * The benchmark as a user starts it, on emulated boards and in its short form:
 * that it measures everything, not how fast anything is.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COUNTED, instructionTable, type Counts } from './instructions';
import { plot } from './plot';
import { rows, type Results } from './report';

const MAIN = new URL('../cli/mqttlink.ts', import.meta.url).pathname;

function benchmark(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', MAIN, 'benchmark', ...args], {
    encoding: 'utf8',
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
}

test('a short run on emulated boards fills every row, JSON and picture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmark-'));
  try {
    const [json, svg, peers] = ['r.json', 'r.svg', 'p.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(peers, '{"source":"somebody else","oneWay":1}');
    const { status, stdout, stderr } = benchmark('--quick', '--json', json, '--svg', svg, '--peers', peers);
    assert.equal(status, 0, stderr);
    const results = JSON.parse(readFileSync(json, 'utf8')) as Results;
    const { link, bridge } = results;
    assert.equal(link.throughput.length, 6);
    for (const { down, up } of link.throughput) assert.ok(down + up > 0);
    assert.deepEqual(
      link.latency.map(({ delays }) => delays.length),
      [6, 6],
    );
    assert.ok(link.latency.every(({ delays }) => delays.every((ms) => ms > 0 && ms < 60_000)));
    assert.deepEqual(
      bridge.echo.map(({ qos, delays }) => [qos, delays.length]),
      [
        [0, 5],
        [1, 5],
      ],
    );
    assert.equal(bridge.published.length, 2);
    assert.ok(link.idle.exchanges <= 2, 'at rest next to nothing is exchanged');
    for (const { what, value } of rows(results)) assert.ok(stdout.includes(what) && stdout.includes(value));
    assert.match(stdout, /somebody else/);
    assert.equal(readFileSync(svg, 'utf8'), plot(results));
    assert.ok(!stdout.includes(folder), 'no paths');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('where no interpreter counts its instructions, that is said, and nothing is measured', () => {
  const before = { ...process.env };
  try {
    delete process.env['ESPRUINO'];
    delete process.env['ESPRUINO_TARGET'];
    process.env['PATH'] = '/bin:/usr/bin';
    const { status, stdout, stderr } = benchmark('--instructions');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^skipped: no interpreter that counts instructions/);
  } finally {
    Object.assign(process.env, before);
  }
});

test('a table of instructions has a column for each board that was counted, and all rows', () => {
  const counts = Object.fromEntries(COUNTED.map((key, i) => [key, (i + 1) * 1111.4])) as unknown as Counts;
  const both = instructionTable({ host: counts, target: counts }).split('\n');
  assert.equal(both.length, COUNTED.length + 2);
  assert.match(both[0]!, /\| target \| host \|$/);
  assert.match(both[2]!, /\| 1,111 \| 1,111 \|$/);
  assert.match(instructionTable({ target: counts }).split('\n')[0]!, /\| target \|$/);
});

test('what is no option is refused in one line', () => {
  for (const [args, message] of [
    [['--engine', 'none'], /Allowed choices are emulator, espruino/],
    [['--hold', '0'], /A whole number from 1 to 1000 is needed/],
    [['--peers', 'nowhere.json'], /not readable as JSON/],
  ] as const) {
    const { status, stderr } = benchmark(...args);
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /at .*\.ts/);
  }
});
