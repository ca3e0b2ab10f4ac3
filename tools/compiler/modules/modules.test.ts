/**
 * Where `require("X")` leads, on real folders and a real HTTP server on the
 * loopback: in which order the places are looked at, what is taken, and what is
 * said of each that has not got it.
 */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { fileNameOf } from './cache';
import { findModule } from '.';
import type { From, Source } from '.';

const MODULE = 'exports.connect = function (i2c) { return i2c; };\n';

type Page = (request: IncomingMessage, response: ServerResponse) => void;

let root = '';
const pages = new Map<string, Page>();
let asked: string[] = [];
const server = createServer((request, response) => {
  const url = request.url ?? '';
  asked.push(url);
  const page = pages.get(url);
  if (page) page(request, response);
  else response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not here</html>');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/modules`;

const home = process.env['XDG_CACHE_HOME'];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'modules-'));
  process.env['XDG_CACHE_HOME'] = join(root, 'cache');
  pages.clear();
  asked = [];
});
afterEach(() => rmSync(root, { recursive: true }));
after(() => {
  if (home === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = home;
  server.close();
  server.closeAllConnections();
});

function file(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

function page(name: string, text: string, type = 'application/javascript'): void {
  pages.set(`/modules/${name}`, (_request, response) =>
    response.writeHead(200, { 'content-type': type }).end(text),
  );
}

const find = (name: string, more: Partial<From> = {}) =>
  findModule(name, {
    applicationFolder: join(root, 'app'),
    web: { addresses: address, within: 300 },
    ...more,
  });

async function source(name: string, more: Partial<From> = {}): Promise<Source> {
  const found = await find(name, more);
  return found.kind === 'source' ? found : assert.fail(JSON.stringify(found));
}

async function missing(name: string, more: Partial<From> = {}): Promise<string> {
  const found = await find(name, more);
  return found.kind === 'missing' ? found.lookedAt.join('\n') : assert.fail(JSON.stringify(found));
}

async function refused(name: string, more: Partial<From> = {}): Promise<string> {
  const found = await find(name, more);
  return found.kind === 'refused' ? found.why : assert.fail(JSON.stringify(found));
}

test('the firmware comes first, as it does on the board, and each board has its own', async () => {
  file('app/modules/Storage.js', MODULE);
  file('app/modules/net.js', MODULE);
  assert.equal((await find('Storage', { board: 'PUCKJS' })).kind, 'firmware');
  assert.equal((await find('net', { board: 'PICO_R1_3' })).kind, 'firmware');
  assert.equal((await find('net', { board: 'PUCKJS' })).kind, 'source');
  assert.equal((await find('net')).kind, 'firmware');
});

test('then the folder "modules" beside the application or above it, then packages, then the web', async () => {
  page('X.js', 'exports.from = "web";');
  file('node_modules/X/package.json', '{"main":"lib/x"}');
  const inPackage = file('node_modules/X/lib/x.js', 'exports.from = "package";');
  file('modules/X.js', 'exports.from = "above";');
  const own = file('app/modules/X.js', 'exports.from = "own";');
  assert.deepEqual(await source('X'), { kind: 'source', path: own, code: 'exports.from = "own";' });
  rmSync(own);
  assert.match((await source('X')).code, /above/);
  rmSync(join(root, 'modules'), { recursive: true });
  assert.equal((await source('X')).path, inPackage);
  assert.deepEqual(asked, []);
  rmSync(join(root, 'node_modules'), { recursive: true });
  assert.deepEqual(await source('X'), {
    kind: 'source',
    path: `${address}/X.js`,
    code: 'exports.from = "web";',
  });
  assert.deepEqual(asked, ['/modules/X.min.js', '/modules/X.js']);
});

test('a file that cannot be a module ends the search of its place only, and is named with what is wrong', async () => {
  file('app/modules/A.js', 'exports.a = 1;\nvar = 2;');
  file('app/modules/B.js', 'export const b = 1;');
  file('app/modules/C.js', ' \n');
  assert.match(await missing('A'), /modules\/A\.js is no JavaScript, line 2, column 5: Unexpected token/);
  assert.match(await missing('B'), /modules\/B\.js is an ES module: import it/);
  assert.match(await missing('C'), /modules\/C\.js is empty/);
  page('A.min.js', MODULE);
  assert.equal((await source('A')).code, MODULE);
});

test('a package of several files becomes one, and what it requires by name stays', async () => {
  file('node_modules/two/package.json', '{"main":"index.js"}');
  file(
    'node_modules/two/index.js',
    'exports.sum = require("./part").one + require("Storage").x + require("net").y;',
  );
  const part = file('node_modules/two/part.js', 'exports.one = 1;');
  const { code } = await source('two');
  const module = { exports: {} as { sum?: number } };
  const given = new Function('module', 'exports', 'require', code) as (...all: unknown[]) => void;
  given(module, module.exports, (name: string) => (name === 'net' ? { y: 30 } : { x: 200 }));
  assert.equal(module.exports.sum, 231);
  rmSync(part);
  assert.match(await missing('two'), /index\.js:1: Could not resolve ".\/part"/);
});

test('a package with the name of one of Node’s modules is meant, never Node’s', async () => {
  assert.match(await missing('inspector'), /no node_modules of .*app has a package inspector/);
  file('node_modules/inspector/index.js', MODULE);
  assert.equal((await source('inspector')).code, MODULE);
});

test('names that can be no module are refused before anything is looked at', async () => {
  file('secret.js', MODULE);
  for (const [name, why] of [
    ['./X', /is a path\. Use import/],
    ['../secret', /is a path/],
    ['a/../../secret', /can be no module/],
    ['/etc/passwd', /is a path/],
    ['https://example.org/X.js', /is an address\. Save the file/],
    ['a b', /can be no module/],
    ['a?b', /can be no module/],
    ['', /names no module/],
    ['n'.repeat(29), /has 29 characters, and Espruino finds modules of at most 28/],
  ] as const)
    assert.match(await refused(name), why);
  assert.deepEqual(asked, []);
  assert.match(await missing('n'.repeat(28)), /404/);
});

test('a module that is nowhere: each place that was looked at, with what was wrong there', async () => {
  mkdirSync(join(root, 'app/modules'), { recursive: true });
  const lines = (await missing('BME28', { board: 'PUCKJS' })).split('\n');
  assert.equal(lines[0], 'the firmware of PUCKJS has no such module');
  assert.match(lines[1] ?? '', /app\/modules has no BME28\.js$/);
  assert.match(lines[2] ?? '', /^no node_modules of .*app has a package BME28$/);
  assert.deepEqual(lines.slice(3), [
    `${address}/BME28.min.js answers 404`,
    `${address}/BME28.js answers 404`,
  ]);
});

test('from the web: a redirect is followed', async () => {
  page('new.js', MODULE);
  pages.set('/modules/X.min.js', (_request, response) =>
    response.writeHead(302, { location: '/modules/new.js' }).end(),
  );
  assert.equal((await source('X')).code, MODULE);
  pages.set('/modules/Y.min.js', (_request, response) =>
    response.writeHead(302, { location: '/modules/Y.min.js' }).end(),
  );
  assert.match(await missing('Y'), /\/modules cannot be reached \(redirect count exceeded\)/);
});

test('from the web: no answer in time, a text in part, a web page, too much of it', async () => {
  pages.set('/modules/slow.min.js', () => undefined);
  const before = Date.now();
  assert.equal((await missing('slow')).split('\n').at(-1), `${address} did not answer within 0.3 s`);
  assert.ok(Date.now() - before < 3000, 'an address that does not answer is asked once');

  pages.set('/modules/part.min.js', (_request, response) => {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('exports.a = 1;');
    setTimeout(() => response.destroy(), 20);
  });
  assert.match(await missing('part'), /part\.min\.js broke off before the end\n.*part\.js answers 404/);

  page('html.min.js', '<!DOCTYPE html><html><body>Welcome to the hotel</body></html>', 'text/html');
  page('html.js', '\n <p>', 'application/javascript');
  assert.match(
    await missing('html'),
    /html\.min\.js is a web page, not JavaScript\n.*html\.js is a web page/,
  );

  page('big.min.js', `exports.a = "${'x'.repeat(300 * 1024)}";`);
  assert.match(await missing('big'), /big\.min\.js is longer than 256 KB/);
  assert.deepEqual(readdirSync(root), [], 'nothing of all that was kept');
});

test('what has come is kept, whole and for its owner alone, and serves without the web', async () => {
  page('X.min.js', MODULE);
  await Promise.all(Array.from({ length: 8 }, () => source('X')));
  const path = fileNameOf(`${address}/X.min.js`);
  assert.equal(readFileSync(path, 'utf8'), MODULE);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dirname(path)), ['X.min.js']);
  pages.clear();
  asked = [];
  assert.equal((await source('X')).code, MODULE);
  assert.deepEqual(asked, []);
  // A port at which nothing listens any more.
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const offline = `http://127.0.0.1:${String(port)}/modules`;
  assert.equal(
    (await missing('X', { web: { addresses: offline } })).split('\n').at(-1),
    `${offline} cannot be reached (ECONNREFUSED)`,
  );
});

test('what has changed on the web is told, and not taken', async () => {
  page('X.min.js', MODULE);
  await source('X');
  page('X.min.js', 'exports.evil = 1;');
  assert.equal((await source('X')).note, undefined, 'it is young');
  const path = fileNameOf(`${address}/X.min.js`);
  utimesSync(path, 0, 0);
  for (let build = 0; build < 2; build++) {
    const { code, note } = await source('X');
    assert.equal(code, MODULE);
    assert.match(
      note ?? '',
      /X\.min\.js has changed since it was loaded; the old one is used\. To have the new one, delete \//,
    );
  }
  page('X.min.js', MODULE);
  assert.equal((await source('X')).note, undefined);
  asked = [];
  await source('X');
  assert.deepEqual(asked, [], 'it was compared a moment ago');
});

test('where nothing can be kept the module is used all the same, and that is said', async () => {
  page('X.min.js', MODULE);
  process.env['XDG_CACHE_HOME'] = file('no-folder', '');
  const { code, note } = await source('X');
  assert.equal(code, MODULE);
  assert.match(note ?? '', /X\.min\.js could not be kept for the next build: ENOTDIR/);
});

test('a folder may stand in place of the address, and addresses are tried in their order', async () => {
  const folder = dirname(file('mine/X.js', 'exports.mine = 1;'));
  page('X.min.js', MODULE);
  page('Y.min.js', MODULE);
  const web = { addresses: ` ${folder}/ | ${address}/`, within: 300 };
  assert.match((await source('X', { web })).code, /mine/);
  assert.equal((await source('Y', { web })).code, MODULE);
  assert.match(
    await missing('Z', { web }),
    /mine\/Z\.min\.js does not exist\n.*mine\/Z\.js does not exist\nhttp/,
  );
});

test('over the link sockets are refused in words, whatever the firmware has', async () => {
  for (const name of ['net', 'http', 'tls'])
    assert.match(
      await refused(name, { overLink: true, board: 'PICO_R1_3' }),
      new RegExp(`^require\\("${name}"\\): the link carries MQTT and no sockets\\.`),
    );
  assert.equal((await find('Storage', { overLink: true })).kind, 'firmware');
});
