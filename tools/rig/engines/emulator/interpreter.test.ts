/** The emulator prints what the real interpreter prints, snippet by snippet. Skipped where there is none. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findEspruino } from '../espruino/find';
import { runPrograms } from './testing';

/** Each is the body of a function; what it returns is printed. */
const SNIPPETS: readonly string[] = [
  'return [1,"a",null,undefined,true,1.5,0.1+0.2,[],{}];',
  'return {a:1,b:2,c:3,d:4,e:5,f:6};',
  'return {a:1,b:"x",c:[1,{d:2}]};',
  'return [[1,2],{a:{b:{c:1}}},"x"];',
  'return ["a\\x00b\\xffc\\n\\"\\\'\\\\"];',
  'return [new Uint8Array([1,2,3]),new Uint8Array(4),new ArrayBuffer(3),new Uint16Array([1,513]).buffer];',
  'return new Error("boo");',
  'return new Date(0);',
  'return String(new Error("x"))+"|"+new TypeError("y")+"|"+new Error("m").message;',
  'return typeof D5+typeof print+typeof null+typeof []+typeof undefined;',
  // All byte values.
  'var s="";for(var i=0;i<256;i++)s+=String.fromCharCode(i);return [s.length,E.CRC32(s),JSON.stringify(s)];',
  'var s="";for(var i=0;i<256;i++)s+=String.fromCharCode(i);var u=E.toUint8Array(s);return [u.length,u[0],u[128],u[255],E.toString(u)===s,E.CRC32(u)===E.CRC32(s)];',
  'var s="";for(var i=0;i<256;i++)s+=String.fromCharCode(i);return [btoa(s),atob(btoa(s))===s,JSON.parse(JSON.stringify(s))===s];',
  'var s="";for(var i=0;i<256;i++)s+=String.fromCharCode(i);return [s.slice(100,110).length,s.substr(-3).charCodeAt(0),s.indexOf("\\xfe"),s.split("\\x80").length,s.replace("\\xc3","").length];',
  'return String.fromCharCode(300).charCodeAt(0)+","+String.fromCharCode(-1).charCodeAt(0);',
  'return E.toString([65,66])+E.toString("ab")+E.toString(65)+E.toString("a",66,[67,68])+E.toString({data:"q",count:3});',
  'return E.toString(new Uint8Array([1,255])).length+E.toString([1,[2,3],"x"]).length;',
  'return [E.toUint8Array("ab\\xff"),E.toUint8Array([1,2,300,-1]),E.toUint8Array(1,"ab",[3]),E.toUint8Array({data:9,count:2})];',
  'return [E.toArrayBuffer("abc"),new Uint8Array(E.toArrayBuffer("abc"))];',
  'return [E.CRC32("123456789"),E.CRC32(new Uint8Array([1,2])),E.CRC32([1,2]),E.CRC32("")];',
  'return [E.clip(5,1,3),E.reverseByte(1),E.sum([1,2])];',
  'return [parseInt("12px"),parseInt("x"),parseFloat("1.5e3z"),Number("12"),Number("1x"),+"0x10",Number(""),parseInt("ff",16)];',
  'return [(1.23456).toFixed(2),(255).toString(16),-5>>>0,5/2|0,1<<31,0x80000000|0,-7%3,2147483647+1,123456789012,0.00001,100.0];',
  'return [String(null),""+[1,2,[3]],""+{},""+new Uint8Array([1,2]),String(undefined)];',
  'return [[3,1,2].sort(),[10,9,1].sort(function(a,b){return a-b}),["b","a"].sort(),[1,2,3].reverse(),[1,2,3].indexOf(2),[1,2,3].includes(3)];',
  'return [Object.keys({b:1,a:2}),Object.values({a:1}),Object.entries({a:1}),Object.assign({a:1},{b:2})];',
  'return [new Uint8Array(4).fill(7),new Uint8Array([1,2,3]).slice(1),new Uint8Array([1,2,3]).subarray(1),new Uint8Array([1,2]).length];',
  'var a=new Uint8Array(4);a.set([1,2],1);return [a,a.indexOf(2),a instanceof Uint8Array,new DataView(a.buffer).getUint16(1),new DataView(a.buffer).getUint16(1,true)];',
  'return ["abc".charCodeAt(9),"abc"[9],"abc".charAt(9),"abc".substr(-2),"abc".slice(-2),"abc".substring(2,0)];',
  'return ["a,b,,c".split(","),"abc".split(""),"abc".indexOf("z"),"abcabc".lastIndexOf("b"),"abc".split(/b/)];',
  'return ["a.b".replace(".","-"),"a-b-c".replace(/-/g,"+"),"x".padEnd(3,"-"),"x".padStart(3),"ab".repeat(2)," a ".trim()];',
  'return ["abC".toUpperCase(),"abC".toLowerCase(),"\\xe9\\xdf".toUpperCase()==="\\xe9\\xdf","abc".startsWith("ab"),"abc".endsWith("bc")];',
  'return [JSON.stringify({a:"\\x00\\x1f\\x7f\\x80\\xff\\"\\\\\\n\\t",b:[1,null],c:undefined,d:new Uint8Array(3),g:NaN}),JSON.stringify("h\\xe9")];',
  'return [JSON.parse("{\\"a\\":[1,2,{\\"b\\":null}]}"),JSON.parse("3"),JSON.parse("\\"x\\"")];',
  'return [isNaN("x"),isFinite(1),encodeURIComponent("a b/"),decodeURIComponent("a%20b"),btoa("abc"),atob("YWJj")];',
  'return [digitalRead({read:function(){return 3;}}),digitalWrite({write:function(v){print("w",v);}},5)];',
  'try{digitalWrite({},5)}catch(e){return e.toString()}',
  'try{digitalWrite(undefined,5)}catch(e){return e.toString()}',
  'try{pinMode(D5,"nonsense")}catch(e){return e.toString()}',
  'try{setTimeout(1,1)}catch(e){return e.toString()}',
  'try{clearTimeout(undefined)}catch(e){return e.toString()}',
  'try{changeInterval(99,1)}catch(e){return e.toString()}',
  'try{require("nope")}catch(e){return e.toString()}',
  'try{return JSON.parse("{bad")}catch(e){return e instanceof SyntaxError}',
  'try{undefinedName}catch(e){return e instanceof ReferenceError}',
  'try{throw "str"}catch(e){return [e,typeof e]}',
  'return [clearTimeout(99),typeof setTimeout(function(){},0),typeof getTime(),typeof Date.now()];',
  'return [new Date(2020,1,2,3,4,5,6).toISOString(),new Date("2020-01-02T03:04:05Z").getTime(),new Date(1e12).toString(),new Date(1e12).toUTCString(),new Date("2020-01-02").getTime()];',
  'E.setTimeZone(2);var d=new Date(1e12);var r=[d.toString(),d.getHours(),new Date(2020,0,1).getTime(),d.toISOString(),d.getTimezoneOffset(),JSON.stringify(d),d.toLocalISOString(),new Date("2020-01-02T03:04:05").getTime()];E.setTimeZone(0);return r;',
  'E.setTimeZone(-5.5);var r=new Date(1e12).toString();E.setTimeZone(0);return r;',
  'E.setTimeZone(5.75);var r=[new Date(1e12).getTimezoneOffset(),new Date(1e12).toString()];E.setTimeZone(0);return r;',
  ...[
    // Central Europe, New York, the south, last of December, an offset of days.
    '60,60,4,0,2,0,120,4,0,9,0,180',
    '60,-300,1,0,2,0,120,0,0,10,0,120',
    '60,600,0,0,9,0,120,0,0,3,0,180',
    '30,630,4,3,11,-2,1440,2,6,4,3,0',
    '0,60,4,0,2,0,120,4,0,9,0,180',
  ].map(
    (rule) =>
      `E.setTimeZone(1);E.setDST(${rule});var r=[];for(var i=0;i<24;i++){var d=new Date(1774745999000+i*1814400000);r.push(d.getHours(),d.getTimezoneOffset(),d.getIsDST());}[1774745999999,1774746000000,1792889999999,1792890000000].forEach(function(t){var d=new Date(t);r.push(d.toString(),d.toLocalISOString());});r.push(new Date(2026,6,1,12).getTime(),new Date(2026,0,1,12).getTime(),new Date(2026,2,29,2,30).getTime(),new Date(2026,9,25,2,30).getTime());var e=new Date(1774745999999);e.setDate(30);r.push(e.getTime(),new Date("2026-07-01T12:00:00").getTime());E.setTimeZone(0);r.push(new Date(1e12).getTimezoneOffset());return r;`,
  ),
  'try{E.setDST(1,2)}catch(e){return e.toString()}',
  'return [new Date(5)-new Date(2),Math.abs(Date.now()-getTime()*1000)<50];',
  'var d=new Date(0);d.setHours(5);d.setDate(3);return [d.getTime(),d.getDay(),d.getUTCMonth(),d.getMilliseconds()];',
  'var o={};o.on("x",function(a,b){print("got",a,b,this===o);});o.emit("x",7,8);return "emitted";',
  'var o={},n=0;function f(){print("never")}o.on("x",f);o.on("x",function(){print("second")});o.removeListener("x",f);o.emit("x");return "removed";',
  'var o={};o.on("x",function(){print("never")});o.removeAllListeners("x");o.emit("x");return "none";',
  'class A{constructor(){this.x=1}get y(){return 2}}class B extends A{constructor(){super();this.w=4}}var b=new B();return [b.x,b.y,b.w,b instanceof A];',
  'return [1,2,3].map(function(x){return x*2}).concat([9]).filter(function(x){return x>2}).reduce(function(a,b){return a+b},0);',
  'return [typeof Map,typeof Set,typeof Symbol,typeof Reflect,typeof Proxy,typeof WeakMap,typeof BigInt];',
  'return [typeof Array.from,typeof Array.of,typeof Object.freeze,typeof Number.isInteger,typeof Number.isNaN,typeof Math.trunc,typeof Math.hypot,typeof Promise.resolve().finally,typeof [].flat,typeof "".codePointAt,typeof "".trimStart,typeof "".at];',
  'return [typeof Math.clip,typeof Math.wrap,typeof Object.fromEntries,typeof [].fill,typeof [].findIndex,typeof "".padEnd,typeof "".replaceAll,typeof Promise.all,typeof E.hwRand];',
  'return [typeof setWatch,typeof clearWatch,typeof pinMode,typeof getPinMode,typeof load,typeof reset,typeof require("Storage").write,typeof process.memory().usage,typeof D5.read,typeof D5.toggle];',
  'var s=require("Storage");s.erase("t1");var r=[s.read("t1"),s.write("t1","Hello",0,8),""+s.read("t1"),s.write("t1","!",5),""+s.read("t1"),""+s.read("t1",1,3)];try{s.write("t1","x",1)}catch(e){r.push(e.toString())}try{s.write("t1","xxx",6)}catch(e){r.push(e.toString())}s.erase("t1");return r.concat([s.read("t1")]);',
  'var s=require("Storage");s.write("t2",{a:[1,"\\n"]});var r=[""+s.read("t2"),s.readJSON("t2"),s.list(/^t2$/),s.write("t2",[65,66]),""+s.read("t2"),new Uint8Array(s.readArrayBuffer("t2"))[1]];s.erase("t2");return r;',
  'try{require("Storage").write("t3","")}catch(e){return e.toString()}',
  'try{require("Storage").write("nofile","a",3)}catch(e){return e.toString()}',
  // What is erased keeps its place, until a file finds none behind the last one: flash is compacted then, and not before.
  'var s=require("Storage"),x="x".repeat(1000),f=[],i,n=1;s.eraseAll();for(i=0;i<300;i++){n=n*75%65537;try{s.write("f"+n%7,x.substr(0,1+n%999),0,n%3?0:n%50000)}catch(e){f.push(i,e.toString())}if(n%5===0)s.erase("f"+n%11);if(i%10===0)f.push(s.getFree(),s.getStats().trashBytes,s.list().length)}s.eraseAll();return f.concat(s.getFree(),s.list()).join();',
  'require("Storage").write("amod","exports.x=function(){return 42};");var r=require("amod").x();require("Storage").erase("amod");return r;',
];

/** Lines printed later: ordering of timers, events and uncaught exceptions. */
const LATER = `
setTimeout(function(){ print("t2"); }, 30);
setTimeout(function(){ print("t1"); }, 20);
setTimeout(function(a,b){ print("args",a,b,this===global); }, 40, 1, "two");
var n=0, id=setInterval(function(){ print("i",n); if (++n===3) clearInterval(id); if (n===2) changeInterval(id,25); }, 60);
setTimeout("print('string code')", 50);
setTimeout(function(){ print("a"); Promise.resolve(5).then(function(v){ print("then",v); throw new Error("x"); }).catch(function(e){ print("caught",e.message); }); setTimeout(function(){ print("zero"); },0); print("b"); }, 300);
setTimeout(function(){ throw new Error("boom"); }, 330);
setTimeout(function(){ throw "text"; }, 340);
setTimeout(function(){ Promise.reject(new Error("rej")); }, 350);
setTimeout(function(){ undefinedThing(); }, 360);
setTimeout(function(){ var o={}; o.on("e",function(){print("event");}); setTimeout(function(){print("next timer");},0); o.emit("e"); print("after emit"); }, 370);
setTimeout(function(){ print("still running"); }, 450);
setTimeout(function(){ print("@end"); }, 480);
`;

const PROGRAM =
  SNIPPETS.map(
    (code, index) =>
      `try{print("@${String(index)}",(function(){${code}})());}catch(e){print("@${String(index)} threw",e.toString());}\n`,
  ).join('') + LATER;

/** What each snippet printed, and all that came after. Places of errors are the engines' own. */
function sorted(lines: readonly string[]): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  let at: string[] = [];
  for (const raw of lines) {
    // The interpreter redraws its prompt before a report.
    const line = raw
      .replace(/^.*\x1b\[J/, '')
      .replace(/^>/, '')
      // While it compacts flash it shows how far it is.
      .replace(/(?:\x08.)+$/, '');
    const mark = /^@(\d+)( |$)/.exec(line);
    if (mark) result[mark[1] ?? ''] = at = [];
    if (mark === null && /^(\s+at |\s*\^|\s*$)/.test(line)) continue;
    if (line.startsWith('t1')) result['later'] = at = [];
    if (line === '@end') break;
    at.push(line.replace(/"(\w+)" is not defined/, '$1 is not defined'));
  }
  return result;
}

function runInterpreter(path: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'espruino-'));
  const file = join(folder, 'program.js');
  writeFileSync(file, `${PROGRAM}\nsetTimeout(quit, 520);`, 'latin1');
  const child = spawn(path, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let text = '';
  child.stdout.setEncoding('latin1');
  child.stdout.on('data', (data: string) => (text += data));
  return new Promise((resolve) => {
    child.on('close', () => {
      clearTimeout(limit);
      rmSync(folder, { recursive: true, force: true });
      resolve(text.replace(/\r/g, '').split('\n'));
    });
  });
}

const interpreter = findEspruino();

test('the same output as the interpreter', { skip: interpreter ? false : 'no espruino-linux' }, async (t) => {
  const run = await runPrograms({ host: PROGRAM });
  try {
    const [real] = await Promise.all([runInterpreter(interpreter ?? ''), run.until('host', /^@end/, 20_000)]);
    const expected = sorted(real);
    const actual = sorted(run.said('host').map((line) => Buffer.from(line, 'utf8').toString('latin1')));
    for (const [index, code] of SNIPPETS.entries()) {
      await t.test(code, () => assert.deepEqual(actual[String(index)], expected[String(index)]));
    }
    await t.test('timers, events and exceptions', () => assert.deepEqual(actual['later'], expected['later']));
  } finally {
    await run.pair.stop();
  }
});
