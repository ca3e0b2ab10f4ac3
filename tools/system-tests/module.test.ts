/**
 * The library as an Espruino module: the example in plain JavaScript runs on both engines, and the typings hold
 * together without any other file of the project. What an instance costs in memory is measured where the
 * interpreter is.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import ts from 'typescript';
import { checkScript } from '../bundler/check';
import { findEspruino } from '../rig/engines/espruino';
import { ENGINES, readBundle, startWorld } from '../rig/world';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const example = readFileSync(join(root, 'host/apps/plain.js'), 'latin1');
const typings = readFileSync(join(root, 'dist/mqttlink.d.ts'), 'utf8');

/** Milliseconds for what takes a second or two on an idle PC. */
const SOON = 90_000;

const open: { stop(): Promise<unknown> }[] = [];
after(async () => {
  for (let last = open.pop(); last; last = open.pop()) await last.stop();
});

/** What the compiler says of a plain JavaScript application beside the typings. Files exist in memory only. */
function complaints(source: string): string[] {
  const files = new Map([
    [join(root, 'app.js'), source],
    [join(root, 'mqttlink.d.ts'), typings],
  ]);
  const options: ts.CompilerOptions = {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    noImplicitAny: false,
    target: ts.ScriptTarget.ES2020,
    lib: ['lib.es2020.d.ts'],
    module: ts.ModuleKind.CommonJS,
    // The names that Espruino has on every board; of the project's own files it takes no other.
    types: ['espruino-types'],
    paths: { mqttlink: [join(root, 'mqttlink.d.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion, true);
  };
  const program = ts.createProgram(
    [join(root, 'app.js'), join(root, 'shared/espruino.d.ts')],
    { ...options, skipDefaultLibCheck: true },
    host,
  );
  return [join(root, 'app.js'), join(root, 'mqttlink.d.ts')].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
}

test('the typings need no other file and know the example to be right', () => {
  assert.doesNotMatch(typings, /\bimport\b|<reference|\bBoard\b|_handler/);
  assert.deepEqual(complaints(example), []);
});

test('the typings tell what is wrong', () => {
  const cases: [from: string, to: string, complaint: RegExp][] = [
    ['link.statusHandler(', 'link.statusHandlr(', /'statusHandlr' does not exist.*'statusHandler'/s],
    ['sckin: D8', 'sckinn: D8', /'sckinn' does not exist|'sckin' is missing/],
    ["broker: '192.168.0.9'", 'broker: 1883', /'number' is not assignable to type 'string \| string\[\]'/],
    ['Status.BROKER_OK', 'Status.BROKER_OKAY', /'BROKER_OKAY' does not exist/],
    ["'gone'", '{}', /not assignable to parameter of type 'Message'/],
  ];
  for (const [from, to, complaint] of cases) {
    assert.ok(example.includes(from), from);
    assert.match(complaints(example.replace(from, to)).join('\n'), complaint);
  }
});

test('Espruino can run the example', () => {
  assert.deepEqual(checkScript(example), []);
});

test('the module offers the numbers that the typings name', () => {
  const exported: { Status?: Record<string, number> } = {};
  const board = ['clearWatch', 'digitalRead', 'digitalWrite', 'getTime'];
  new Function('exports', ...board, readBundle('mqttlink'))(exported);
  const named = [...typings.matchAll(/^ {4}([A-Z_]+) = (\d+),?$/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  assert.ok(named.length > 20);
  assert.deepEqual(Object.entries(exported.Status ?? {}), named);
  assert.deepEqual(Object.keys(exported).sort(), ['MQTTLink', 'defaultStatusHandler']);
});

for (const engine of ENGINES) {
  const skip =
    engine === 'espruino' && !findEspruino()
      ? 'no Espruino interpreter: put it on the PATH as espruino-linux, or name it in ESPRUINO'
      : false;

  test(`the example publishes, receives and tells of an outage, engine ${engine}`, { skip }, async (t) => {
    const lines: string[] = [];
    const world = await startWorld({
      engine,
      app: 'simple',
      // All that an owner changes too; and a look at the memory.
      hostBundle:
        example.replace(/\{ ssid: [^}]*\}/, "require('Storage').readJSON('net.json')") +
        ";setTimeout(function(){print('variables',process.memory().usage)},2000);",
      hostFiles: { mqttlink: readBundle('mqttlink') },
      onLine: (board, line) => {
        if (board === 'host') lines.push(line);
      },
    });
    open.push(world);
    const until = async (what: string, found: () => unknown): Promise<void> => {
      for (const end = Date.now() + SOON; !found(); await new Promise((resolve) => setTimeout(resolve, 20)))
        assert.ok(Date.now() < end, `${what}. The host printed:\n${lines.join('\n')}`);
    };
    const { host, port } = world.address;
    const client = await connectAsync(`mqtt://${host}:${String(port)}`, { reconnectPeriod: 200 });
    open.push({ stop: () => client.endAsync(true) });
    const payloads: string[] = [];
    client.on('message', (_topic, payload) => payloads.push(String(payload)));
    client.on('error', () => undefined);
    await client.subscribeAsync('result', { qos: 1 });

    await until('no count', () => payloads.some((text) => /^count \d+$/.test(text)));
    const again = setInterval(() => client.publish('green', 'on'), 300);
    await until('nothing received', () => lines.includes('got green on')).finally(() => clearInterval(again));
    await world.broker?.stop();
    await until('no outage', () => lines.some((line) => /no connection to the broker/.test(line)));
    await world.broker?.start();
    await until('no report', () => payloads.some((text) => /^back after \d+ failures$/.test(text)));
    await until('no memory', () => lines.some((line) => /^variables/.test(line)));
    t.diagnostic(`${engine}: ${lines.find((line) => /^variables/.test(line)) ?? ''}`);
  });
}
