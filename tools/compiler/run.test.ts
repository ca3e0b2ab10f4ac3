/** Compiled applications on an emulated board: what they print, what its console knows of them, and how they begin. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Running, runPrograms } from '../rig/engines/emulator/testing';
import { type CompileRequest, compileApplication } from '.';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Runs an application alone; its console's output is added to `typed`. */
async function run(
  name: string,
  text: string,
  options: { readonly typed?: (bytes: string) => void } & Omit<CompileRequest, 'entry'> = {},
): Promise<Running> {
  const { typed, ...request } = options;
  writeFileSync(join(folder, name), text);
  const { code, files } = await compileApplication({ entry: join(folder, name), ...request });
  return runPrograms(
    { host: code, files: { host: files } },
    typed ? { onConsole: (board, bytes) => board === 'host' && typed(bytes) } : {},
  );
}

test('what people write runs: factories, one const in two branches, callbacks that use what comes later', async () => {
  const running = await run(
    'shapes.ts',
    `import { launch } from 'espruino-mqtt-link';
     const createThing = (step: number) => { let n = 0; return { next: () => (n += step) }; };
     const one = createThing(1);
     const two = createThing(2);
     function pick(high: boolean): string {
       if (high) { const word = 'high'; return word; }
       else { const word = 'low'; return word; }
     }
     const report = (): void => { print(pick(true), pick(false), start, one.next() + two.next(), typeof link); };
     setTimeout(report, 10);
     const start = 7;
     const link = launch((l) => { l.subscribe('t', () => link?.publish('u', 'v')); });`,
  );
  try {
    assert.equal(await running.until('host', /high/), 'high low 7 3 undefined');
    // Neither board has settings, and that is all that is said.
    assert.ok(running.said('host').some((line) => /^pins\.json: missing/.test(line)));
  } finally {
    await running.pair.stop();
  }
});

test('what launch gives is a link to the strictest application, which ends at its first use where there is none', async () => {
  const running = await run(
    'strict.ts',
    `import { launch } from 'espruino-mqtt-link';
     const link = launch((l, interval) => { setInterval(() => link.publish('count', 1), interval * 1000); });
     if (!link) print('no link');
     setTimeout(() => print('later'), 50);
     link.on('connect', () => link.publish('state', 'here', true, 1));
     print('beyond');`,
  );
  try {
    await running.until('host', /^later$/);
    const said = running.said('host').join('\n');
    assert.match(said, /^pins\.json: missing[^\n]*\nno link\n[^]* at \.bootcde:\d/m);
    assert.doesNotMatch(said, /beyond/);
  } finally {
    await running.pair.stop();
  }
});

test("an application's names are known at the board's console as they were written", async () => {
  let seen = '';
  const running = await run(
    'console.ts',
    `import { MQTTLink } from 'espruino-mqtt-link';
     let humidity = 41;
     function double(n: number): number { return 2 * n; }
     const station = { name: 'shed' };
     setInterval(() => { humidity++; }, 1e6);
     print('ready', double(1), station.name, typeof MQTTLink);`,
    { typed: (bytes) => (seen += bytes) },
  );
  try {
    await running.until('host', /^ready 2 shed function$/);
    running.pair.type('host', 'print("now", humidity, double(humidity), station.name)\n');
    await running.until('host', /now 41 82 shed/).catch(() => assert.match(seen, /now 41 82 shed/));
  } finally {
    await running.pair.stop();
  }
});

test('onInit and the listeners of init run once the program has, and save() is told and left out', async () => {
  const name = 'init.js';
  const text = [
    'function onInit() { print("onInit", ready); }',
    'E.on("init", function () { print("init", ready); });',
    'save();',
    'var ready = "yes";',
    'function later() { save(); }',
  ].join('\n');
  const running = await run(name, text);
  try {
    await running.until('host', /^onInit yes$/);
    assert.deepEqual(
      running.said('host').filter((line) => /init|save/i.test(line)),
      ['init yes', 'onInit yes'],
    );
  } finally {
    await running.pair.stop();
  }
  const { warnings } = await compileApplication({ entry: join(folder, name) });
  assert.deepEqual(
    warnings.map(({ line, column, text }) => [line, column, text.replace(/:.*/, '')]),
    [
      [3, 1, 'save() is left out'],
      [5, 20, 'save() throws'],
    ],
  );
});
