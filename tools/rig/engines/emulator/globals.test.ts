/** What a board's realm has and lacks, without need of the interpreter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoardName } from '../../boards';
import { runPrograms } from './testing';

const HAS: Record<BoardName | 'both', readonly string[]> = {
  both: [
    'print',
    'console.log',
    'digitalWrite',
    'digitalRead',
    'pinMode',
    'setWatch',
    'clearWatch',
    'setTimeout',
    'setInterval',
    'clearTimeout',
    'clearInterval',
    'changeInterval',
    'getTime',
    'setTime',
    'Date.now',
    'getSerial',
    'load',
    'reset',
    'require("Storage").write',
    'process.memory',
    'E.CRC32',
    'E.toString',
    'E.toUint8Array',
    'E.toArrayBuffer',
    'E.getErrorFlags',
    'E.setTimeZone',
    'E.setDST',
    'E.on',
    'E.clip',
    'E.hwRand',
    'E.getSizeOf',
    'D4.read',
    'D4.write',
    'D4.set',
    'D4.reset',
    'D4.toggle',
    'D4.mode',
    'D4.getInfo',
    'atob',
    'btoa',
    'Promise.all',
    'Object.assign',
    'Object.entries',
    '"".padStart',
    '"".padEnd',
    '[].includes',
    'new Uint8Array(1).fill',
    'new Uint8Array(1).subarray',
    'new DataView(new ArrayBuffer(2)).getUint16',
    '({}).on',
    'Math.clip',
  ],
  host: [],
  target: [
    'require("Wifi").connect',
    'require("net").connect',
    'require("dgram").createSocket',
    'require("ESP8266").reboot',
    'require("ESP8266").getResetInfo',
  ],
};

const THROWS: Record<BoardName | 'both', readonly string[]> = {
  both: [
    ...'Map Set WeakMap WeakSet WeakRef Symbol Reflect Proxy BigInt Intl Atomics SharedArrayBuffer WebAssembly'.split(
      ' ',
    ),
    ...'RangeError URIError EvalError AggregateError escape unescape queueMicrotask structuredClone'.split(
      ' ',
    ),
    ...'process.exit() process.nextTick() Buffer setImmediate() performance navigator window'.split(' '),
    'Array.from([1])',
    'Array.of(1)',
    'Object.freeze({})',
    'Object.is(1,1)',
    'Number.isInteger(1)',
    'Number.isNaN(1)',
    'Math.trunc(1)',
    'Math.hypot(1)',
    'Math.imul(1,1)',
    'Promise.resolve().finally(print)',
    'Promise.race([])',
    'Promise.allSettled([])',
    '[1].flat()',
    '[1].at(0)',
    '[1].keys()',
    '[1].lastIndexOf(1)',
    '[1].copyWithin(0,0)',
    '"a".codePointAt(0)',
    '"a".at(0)',
    '"a".trimStart()',
    '"a".normalize()',
    '"a".localeCompare("b")',
    '"a".matchAll(/a/g)',
    'String.raw``',
    'Uint8Array.from([1])',
    'new ArrayBuffer(1).slice(0)',
    'ArrayBuffer.isView(1)',
    '({}).propertyIsEnumerable("a")',
    'require("fs")',
    'require("tls")',
    'require("http")',
    'undefinedName',
  ],
  host: ['require("Wifi")', 'require("net")', 'require("dgram")', 'require("ESP8266")'],
  target: [],
};

function program(board: BoardName): string {
  const has = [...HAS.both, ...HAS[board]].map(
    (it) => `check(${JSON.stringify(it)},typeof ${it}==="function");`,
  );
  const lacks = [...THROWS.both, ...THROWS[board]].map(
    (it) => `threw=false;try{${it}}catch(e){threw=true;}check(${JSON.stringify(it)},threw);`,
  );
  return `var threw;function check(n,ok){if(!ok)print("wrong",n);}\n${has.join('\n')}\n${lacks.join('\n')}\nprint("checked");`;
}

test('each board has what Espruino has there and lacks what it lacks', async () => {
  const run = await runPrograms({ host: program('host'), target: program('target') });
  try {
    for (const board of ['host', 'target'] as const) {
      await run.until(board, /^checked$/);
      assert.deepEqual(run.said(board), ['checked'], board);
    }
  } finally {
    await run.pair.stop();
  }
});

test('values are of the realm, not of the thread around', async () => {
  const host = `
    print(E.toUint8Array("a") instanceof Uint8Array, E.toArrayBuffer("a") instanceof ArrayBuffer);
    print(require("Storage").list() instanceof Array, process.memory() instanceof Object, getTime instanceof Function);
    var e; try { require("none"); } catch (x) { e = x; }
    print(e instanceof Error, new Date() instanceof Date);
    print(print.constructor === Function, typeof print.constructor("return this")().process.exit);`;
  const run = await runPrograms({ host });
  try {
    await run.until('host', /undefined$/);
    assert.deepEqual(run.said('host'), ['true true', 'true true true', 'true true', 'true undefined']);
  } finally {
    await run.pair.stop();
  }
});

test('what is kept counts as memory in use, in typed arrays too', async () => {
  const host = `
    var kept = [];
    function grown(make) {
      var before = process.memory().usage;
      for (var i = 0; i < 200; i++) kept.push(make(i));
      return process.memory().usage - before;
    }
    grown(Array);
    var bytes = grown(function () { return new Uint8Array(1000); });
    var text = grown(function (i) { return (i + "x".repeat(994)).split("").reverse().join(""); });
    print("grown", bytes, text);`;
  const run = await runPrograms({ host });
  try {
    const [, bytes = 0, text = 0] = (await run.until('host', /^grown/)).split(' ').map(Number);
    for (const one of [bytes, text]) assert.ok(one > 150 && one < 300, `${String(bytes)}, ${String(text)}`);
  } finally {
    await run.pair.stop();
  }
});

test('each board starts its clock at power-up, and setTime moves Date with it', async () => {
  const host = `
    print(getTime() >= 0 && getTime() < 5, process.env.BOARD, process.env.VERSION, LED1 === D1);
    var t = setTimeout(function () { print("timer", Math.round(getTime() - 1e9) < 5); }, 50);
    setTime(1e9);
    print(new Date().getFullYear(), new Date().toISOString().slice(0, 19), Math.round(Date.now() / 1000));`;
  const run = await runPrograms({ host, target: 'print(process.env.BOARD, process.memory().total);' });
  try {
    await run.until('host', /^timer/);
    await run.until('target', /./);
    assert.deepEqual(run.said('host'), [
      'true EMULATOR 2v29 true',
      '2001 2001-09-09T01:46:40 1000000000',
      'timer true',
    ]);
    assert.deepEqual(run.said('target'), ['ESP8266_4MB 1600']);
  } finally {
    await run.pair.stop();
  }
});

test('programs are read as bytes and print bytes', async () => {
  const text = 'print("é".length, "€".length, "é€");';
  const run = await runPrograms({ host: Buffer.from(text, 'utf8').toString('latin1') });
  try {
    assert.equal(await run.until('host', /./), '2 3 é€');
  } finally {
    await run.pair.stop();
  }
});

test('no name of the engine’s own lends a program’s variable its value', async () => {
  const run = await runPrograms({ target: 'var gc; print(typeof gc);', host: 'var gc; print(typeof gc);' });
  try {
    for (const board of ['host', 'target'] as const)
      assert.equal(await run.until(board, /./), 'undefined', board);
  } finally {
    await run.pair.stop();
  }
});
