/** Faults in an emulated board's program: what a board does about an exception, and about a turn that is cut off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instrument } from '../../../simulation/injection/instrument';
import { pauseFor, runPrograms } from './testing';

/** Runs a target's program with one fault at the first site whose text begins like this. */
async function strike(program: string, at: string, cut: boolean, nth = 1): Promise<string[]> {
  const { sites } = instrument(program);
  const counts = new Int32Array(new SharedArrayBuffer(4 * sites.length));
  const site = sites.findIndex(({ text }) => text.startsWith(at));
  assert.ok(site >= 0, at);
  const run = await runPrograms(
    { target: program },
    { inject: { target: { counts, early: new Int32Array(1), site, nth, cut } } },
  );
  try {
    await run.until('target', /^end/);
    await pauseFor(50);
    return run.said('target');
  } finally {
    await run.pair.stop();
  }
}

const PROGRAM = `
  function fail() { print("before"); try { print("inner"); } catch (e) { print("caught " + e.message) } finally { print("finally") } print("after"); }
  process.on("uncaughtException", function (e) { print("uncaught " + e.message); });
  E.on("errorFlag", function (flags) { print("flags " + flags.join()); print("taken " + E.getErrorFlags().join()); });
  setTimeout(fail, 1);
  setTimeout(function () { print("end " + E.getErrorFlags().join()); }, 200);`;

test('an exception is caught where the program catches it', async () => {
  assert.deepEqual(await strike(PROGRAM, 'print("inner")', false), [
    'before',
    'caught injected',
    'finally',
    'after',
    'end ',
  ]);
});

test('one that nobody catches goes to who listens, and is not printed', async () => {
  assert.deepEqual(await strike(PROGRAM, 'print("before")', false), ['uncaught injected', 'end ']);
});

test('a turn that is cut off passes catch and finally; who listens is told of the flag after it', async () => {
  assert.deepEqual(await strike(PROGRAM, 'print("inner")', true), [
    'before',
    'Execution Interrupted',
    'flags MEMORY',
    'taken MEMORY',
    'New interpreter error: MEMORY',
    'end ',
  ]);
});

test('an interval whose turn is cut off is removed, others stay; an exception removes none', async () => {
  const program = `
    var n = 0, m = 0;
    process.on("uncaughtException", function (e) { print(e.message); });
    setInterval(function () { Math.abs(n); n++; }, 10);
    setInterval(function () { m++; }, 10);
    setTimeout(function () { print("end " + (n < 3 && m > 5) + " " + E.getErrorFlags().join()); }, 300);`;
  const cut = await strike(program, 'Math.abs', true, 2);
  assert.deepEqual(cut.slice(-1), ['end true CALLBACK,MEMORY']);
  const thrown = await strike(program, 'Math.abs', false, 2);
  assert.deepEqual(thrown, ['injected', 'end false ']);
});
