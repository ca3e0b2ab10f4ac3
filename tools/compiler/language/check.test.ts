/**
 * What is refused, each with a script that shows the interpreter fail at it; what is only warned of; and what was refused
 * once although it runs.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inEspruino, inV8 } from '../../corpus/run';
import { findEspruino } from '../../rig/engines/espruino/find';
import { lower } from '.';

/** A script, and a part of what is said of it. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['log(10n)', 'BigInt'],
  ['log(typeof BigInt(1))', 'BigInt'],
  ['var o={a:1};with(o){log(a)}', 'with'],
  ['log(Reflect.ownKeys({a:1}).length)', 'Reflect'],
  ['log(new Proxy({a:1},{}).a)', 'Proxy'],
  ['log(typeof new Intl.NumberFormat())', 'Intl'],
  ['log(new WeakRef({a:1}).deref().a)', 'WeakRef'],
  ['log(escape("a b"))', 'encodeURIComponent'],
  ['class L extends Array{}\nvar l=new L();l.push(1);log(l.length)', 'extends Array'],
  ['class D extends Date{}\nlog(new D(5).getTime())', 'extends Date'],
  ['class P extends Promise{}\nP.resolve(1).then(log)', 'extends Promise'],
  ['class N extends null{static m(){return 1}}\nlog(N.m())', 'extends null'],
  ['var o={m(){return "m"}};var p={__proto__:o,m(){return super.m()+"p"}};log(p.m())', 'super in an object'],
  ['class A{5(){return 1}}\nlog(new A()[5]())', 'named by a number'],
  ['log(typeof (function(){return new.target})())', 'new.target'],
  ['log(Object.getOwnPropertySymbols({}).length)', 'Object.getOwnPropertySymbols'],
  ['log(Object.isExtensible({}))', 'Object.isExtensible'],
  ['log(digitalwrite)', 'digitalWrite is written otherwise'],
  ['log(x);const x=1', 'before its declaration in line 1'],
  ['log(new A().v);\nclass A{v=1}', 'before its declaration in line 2'],
  ['log(/\\p{L}/u.test("B"))', '\\p{ }'],
  ['log(+{[Symbol.toPrimitive](){return 4}})', 'Symbol.toPrimitive'],
  ['log((function(n){return n<2?1:n*arguments.callee(n-1)})(4))', 'arguments.callee'],
  ['log(Symbol.for("a")===Symbol.for("a"))', 'Symbol.for'],
];

/** What is accepted with a word. */
const WARNED: readonly (readonly [string, string])[] = [
  ['log("é".length)', 'text beyond ASCII is UTF-8'],
  ['log(Object.keys({b:1,2:1,1:1}))', 'keys that are numbers'],
  ['log([2,1].sort((a,b)=>a>b))', 'gives a number'],
  ['try{null.x}catch(e){log(e instanceof TypeError)}', 'never a TypeError'],
  ['setTimeout(()=>log("b"),0);Promise.resolve().then(()=>log("a"))', 'timer of 0 ms'],
  ['(function(a){arguments[0]=2;log(a)})(1)', 'a stays as it is, so assign to it by its name'],
  ['(function(a,b){var i=0;arguments[i]++;log(a)})(1,2)', 'a, b stays as it is'],
  ['log(new Uint8ClampedArray([1.5])[0])', 'it rounds: put Math.round()'],
  ['(function(a){a=2;log(arguments.length,a)})(1)', 'arguments keeps what'],
  ['Object.freeze({})', 'can still be written to'],
  ['var s=Symbol("x");log(typeof s)', 'typeof says string'],
  ['setTimout(log,1)', 'is setTimeout meant?'],
  ['log((5).toLocaleString())', '.toLocaleString()'],
  ['log([1,[2]].flat())', 'variables'],
];

/** Refused by one check or another before, although it runs. */
const SILENT: readonly string[] = [
  'function f(x){if(x){const v=1;return v}else{const v=2;return v}}',
  'const later=()=>start();setTimeout(later,1);const start=()=>1;',
  'let link;const launch=(f)=>{setTimeout(f,1);return 5};link=launch(()=>report());function report(){return link}',
  'function createThing(){return {}}createThing();createThing();',
  '(function(){arguments[0]=2})(1);(function(a){"use strict";arguments[0]=2})(1);(function(a){arguments[1]=2})(1);',
  'var w=new OneWire(A1);w.search();',
  'var s=new SPI();var i=new I2C();var t=new Serial();var v=new Waveform(8);var g2=Graphics.createArrayBuffer(8,8,1);',
  'digitalWrite(A0,HIGH);g.clear();',
  'implicit=5;for(i=0;i<2;i++);',
  'var v;if(1){var v=1}else{var v=2}for(var i=0;i<1;i++);for(var i=0;i<1;i++);',
  'if(typeof Proxy!=="undefined"){new Proxy({},{})}',
  'I2C1.setup({scl:B8,sda:B9});SPI1.send(1);Serial1.on("data",function(d){});LED1.set();digitalPulse(LED2,1,5);',
  'exports.connect=function(i2c){return i2c};',
  'function onInit(){}E.on("init",onInit);save();',
  'const x=1;{const f=()=>x;f()}',
  'try{const a=1}catch(e){const a=2}',
  'var d=/^\\s*(\\w+)=(.*)$/.exec("a=b");var e=/[?]\\?/;var h=/[{]2/;',
];

const found = (code: string, kind: string): string[] =>
  lower(`var log=print;${code}`, { fileName: 'x.js' })
    .problems.filter((problem) => problem.kind === kind)
    .map(({ text }) => text);

test('what cannot work is refused in words', () => {
  const wrong = REFUSED.flatMap(([code, text]) => {
    const errors = found(code, 'error');
    return errors.some((one) => one.includes(text)) ? [] : [{ code, text, errors }];
  });
  assert.deepEqual(wrong, []);
});

test('what works otherwise is accepted with a word', () => {
  const wrong = WARNED.flatMap(([code, text]) => {
    const warnings = found(code, 'warning');
    return warnings.some((one) => one.includes(text)) && found(code, 'error').length === 0
      ? []
      : [{ code, text, warnings, errors: found(code, 'error') }];
  });
  assert.deepEqual(wrong, []);
});

test('what works is accepted without a word', () => {
  const wrong = SILENT.flatMap((code) => {
    const { problems } = lower(code, { fileName: 'x.js' });
    return problems.some(({ text }) => !/^what Espruino lacks takes/.test(text)) ? [{ code, problems }] : [];
  });
  assert.deepEqual(wrong, []);
});

test('a pattern whose characters would fall apart into bytes is refused', () => {
  assert.match(found('log(/^[äö]$/.test("ä"))', 'error').join(), /beyond ASCII within \[ \]/);
  assert.deepEqual(found('log(/^ä+|ö$/.test("ä"))', 'error').length, 1);
  assert.deepEqual(found('log(/^(ä|ö)$/.test("ä"))', 'error'), []);
});

test('a problem has its line and column in the source', () => {
  const { problems } = lower('const a = 1;\nif (a) {\n  print(10n);\n}', { fileName: 'x.js' });
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [[3, 9]],
  );
});

test('what cannot be parsed is one problem', () => {
  const { problems } = lower('const a = ;', { fileName: 'x.js' });
  assert.equal(problems.length, 1);
  assert.match(problems[0]!.text, /^syntax error/);
});

describe('the interpreter', () => {
  const espruino = findEspruino();
  test(
    'fails at all that is refused',
    { skip: espruino ? false : 'no Espruino interpreter: put espruino-linux on the PATH' },
    async () => {
      const codes = REFUSED.map(([code]) => code);
      const [got, wanted] = await Promise.all([
        inEspruino(espruino!, codes),
        Promise.all(codes.map((code) => inV8(code))),
      ]);
      const same = codes.filter(
        (_, index) => got[index] === wanted[index] && !/^uncaught/.test(wanted[index]!),
      );
      assert.deepEqual(same, []);
    },
  );
});
