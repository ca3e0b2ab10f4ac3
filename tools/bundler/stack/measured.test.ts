/**
 * The bound against what is: a corpus of small programs, and the real target, on an interpreter that records its deepest
 * stack. `ESPRUINO_STACK` names it, and it leaves the figure, in bytes, in the file that `ESPR_STACK` names. A real host
 * runs on the one that `ESPRUINO_STACK_HOST` names, whose `__stack()` gives what is in use.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { findBound } from './chain';
import { CORPUS } from './corpus';
import { readScript } from './script';
import { CM4, LX106 } from './costs';
import { analyse } from './';
import { haveNativeWires } from '../../rig/engines/espruino';
import { readBundle, startWorld, type WorldOptions } from '../../rig/world';

const interpreter = process.env['ESPRUINO_STACK'] ? resolve(process.env['ESPRUINO_STACK']) : '';

const hostInterpreter = process.env['ESPRUINO_STACK_HOST'] ? resolve(process.env['ESPRUINO_STACK_HOST']) : '';

const skip = interpreter ? false : 'no interpreter that records its stack: name it in ESPRUINO_STACK';

/** The bound is to be of use: no more than this times what is measured. */
const LOOSE = 1.35;

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

/** What users do to a pair, from its start to the end of an outage. */
async function live(
  environment: Readonly<Record<string, string>>,
  options: Pick<WorldOptions, 'app' | 'hostBundle' | 'hostFiles'>,
): Promise<string[]> {
  const saved = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  const lines: string[] = [];
  const world = await startWorld({
    engine: 'espruino',
    nativeWires: true,
    ...options,
    onLine: (name, line) => lines.push(`${name}: ${line}`),
    onEvent: (text) => lines.push(`event: ${text}`),
  });
  /** Until a line says so that was not there before. */
  const until = async (words: RegExp, act: () => unknown): Promise<void> => {
    const from = lines.length;
    await act();
    for (const end = Date.now() + 60_000; !lines.slice(from).some((line) => words.test(line));) {
      assert.ok(Date.now() < end, `no ${String(words)} within a minute: ${lines.slice(-20).join(' | ')}`);
      await sleep(50);
    }
  };
  let client: MqttClient | undefined;
  try {
    await until(/host: .* running/, () => undefined);
    client = await connectAsync({ ...world.address, reconnectPeriod: 0 });
    let echoes = 0;
    client.on('message', () => void echoes++);
    await client.subscribeAsync('echoed/#', { qos: 1 });
    // The host subscribes when it runs, and not before.
    for (const end = Date.now() + 30_000; Date.now() < end && echoes < 1; await sleep(500))
      await client.publishAsync('echo/in', 'there?', { qos: 0 });
    echoes = 0;
    for (let i = 0; i < 10; i++)
      await client.publishAsync('echo/in', 'x'.repeat(i % 5 ? 16 : 200), { qos: 1 });
    for (const end = Date.now() + 60_000; Date.now() < end && echoes < 10;) await sleep(50);
    assert.ok(echoes >= 10, `${String(echoes)} echoes: ${lines.slice(-20).join(' | ')}`);
    // More than the link carries, and more than there is room for.
    await client.publishAsync('echo/in', 'x'.repeat(3000), { qos: 1 });
    for (let i = 0; i < 20; i++) client.publish('echo/in', 'x'.repeat(300), { qos: i & 1 ? 1 : 0 });
    await sleep(2000);
    await client.endAsync(true);
    await until(/no connection to the broker/, () => world.broker?.stop());
    await until(/connected to the broker/, () => world.broker?.start());
    await until(/Wi-Fi is down/, () => world.pair.setAccessPoint(false));
    await until(/Wi-Fi is up/, () => world.pair.setAccessPoint(true));
    await until(/host: .* running/, () => world.pair.crashTarget());
  } finally {
    client?.end(true);
    await world.stop();
    for (const [name, value] of Object.entries(saved))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
  return lines;
}

const isTarget = (): boolean => interpreter !== '' && board() === LX106;
const wireless = haveNativeWires() ? false : 'no interpreter with wires: name it in ESPRUINO';
const unable = skip || wireless;

// The Wi-Fi that such a target has is a stand-in in JavaScript, of which the bound knows nothing.
test('the real target stays within its bound, whatever happens', { skip: unable }, async (t) => {
  if (!isTarget()) return t.skip("the interpreter is not the target's");
  const record = join(folder, 'target');
  writeFileSync(record, '');
  const bound = findBound(readScript(readFileSync('dist/target.js', 'latin1')), LX106).chains[0]!.depth;
  await live({ ESPRUINO_TARGET: interpreter, ESPR_STACK: record }, { app: 'echo' });
  const depth = Number(readFileSync(record, 'utf8'));
  t.diagnostic(`at most ${String(bound)}, measured ${String(depth)}`);
  assert.ok(depth <= bound, `measured ${String(depth)}, at most ${String(bound)}`);
});

test('the real target lives on the stack of an ESP8266', { skip: unable }, async (t) => {
  if (!isTarget()) return t.skip("the interpreter is not the target's");
  const lines = await live(
    { ESPRUINO_TARGET: interpreter, ESPR_STACK: join(folder, 'small'), ESPR_STACK_SIZE: '5300' },
    { app: 'echo' },
  );
  // It is crashed once by the test, and started once by the host.
  assert.deepEqual(
    lines.filter((line) => /target starts|exception/.test(line)).length <= 3,
    true,
    lines.join('\n'),
  );
});

/** An application that prints how much is in use where each of its functions begins, and echoes. */
const NOTING = `
  var M = require("mqttlink"), at = 0, deepest = {};
  function note(what) {
    if (at > (deepest[what] | 0)) { deepest[what] = at; print("STACK " + what + " " + at); }
  }
  function done() { at = __stack(); note("done"); }
  function timer() { at = __stack(); note("timer"); }
  function woken() { at = __stack(); note("promise"); }
  function connected() { at = __stack(); note("connect"); }
  function message(topic, text, retained, qos) {
    at = __stack();
    note("message");
    if (link.pubqLen() < 12) link.publish("echoed" + topic.substr(4), text, false, qos, done);
  }
  function started() {
    at = __stack();
    note("userStart");
    link.subscribe("echo/#", message, 1);
    link.exitGate.sleep(50).then(woken);
  }
  function status(l, s, detail) {
    at = __stack();
    note("status");
    return M.defaultStatusHandler(l, s, detail);
  }
  setTimeout(timer, 1);
  var settings = require("Storage").readJSON("net.json"), pins = require("Storage").readJSON("pins.json");
  for (var name in pins) pins[name] = Pin(pins[name]);
  var link = new M.MQTTLink(pins, settings, { userStart: started });
  link.on("connect", connected);
  link.statusHandler(status);`;

/** Where the callbacks of a host's application begin. */
const CALLBACKS = ['connect', 'done', 'message', 'promise', 'status', 'userStart'];

const noHost = hostInterpreter
  ? wireless
  : "no host's interpreter that records its stack: name it in ESPRUINO_STACK_HOST";

test('no callback of the application begins deeper than its bound on a host', { skip: noHost }, async (t) => {
  const record = join(folder, 'host');
  writeFileSync(record, '');
  const module = readBundle('mqttlink');
  const lines = await live(
    { ESPRUINO: hostInterpreter, ESPR_STACK: record },
    { app: 'echo', hostBundle: NOTING, hostFiles: { mqttlink: module } },
  );
  const measured = new Map<string, number>();
  for (const line of lines) {
    const [, what = '', bytes = '0'] = /^host: STACK (\w+) (\d+)/.exec(line) ?? [];
    if (what) measured.set(what, Number(bytes));
  }
  // What stands below `__stack()` itself is the same everywhere, and the corpus holds a timer's function to its entry.
  const { entries, frames } = CM4;
  const begins = entries.timer + frames.jspeFunctionCall + frames.jspeBlockNoBrackets;
  const below = measured.get('timer')! - begins;
  const found = CALLBACKS.map((what) => [what, (measured.get(what) ?? NaN) - below] as const);
  const depths = found.map(([what, depth]) => `${what} ${String(depth)}`);
  t.diagnostic(`${depths.join(', ')}; deepest at all ${readFileSync(record, 'utf8').trim()}`);
  const bound = analyse(module, undefined, CM4, true).bound.applications[0]!.depth;
  for (const [what, depth] of found)
    assert.ok(depth <= bound, `${what}: measured ${String(depth)}, at most ${String(bound)}`);
});
