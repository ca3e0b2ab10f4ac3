/** Ctrl-C ends what a board's thread is doing, whatever called it, again and again, and the board goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseFor, runPrograms } from './testing';

const HANGS = 'while(true);';

/** Times that it hangs. */
const ROUNDS = 5;

/** Ctrl-C that are typed in vain, at most: what follows one may itself be ended where the thread was late. */
const TRIES = 10;

for (const [what, program] of [
  ['the saved program', HANGS],
  ['a timer', `setTimeout(function(){${HANGS}},20);`],
  ['an interval', `setInterval(function(){${HANGS}},20);`],
  ['a Promise', `Promise.resolve().then(function(){${HANGS}});`],
] as const)
  test(`a board that hangs in ${what} is broken into`, async () => {
    const run = await runPrograms({ host: program }, { onConsole: () => undefined });
    const interruptions = (): number =>
      run.said('host').filter((line) => line === 'Execution Interrupted').length;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const said = `round ${String(round)}`;
        for (let tries = 0; ; tries++) {
          run.pair.type('host', `\x03\x10clearInterval();print("round",${String(round)});\n`);
          const heard = run.until('host', new RegExp(`^${said}$`), 1000);
          if (await heard.then(() => true).catch(() => false)) break;
          assert.ok(tries < TRIES, `${said}: ${run.said('host').join(' | ')}`);
        }
        run.pair.type('host', `\x10${program}\n`);
        await pauseFor(100);
      }
      assert.ok(interruptions() >= ROUNDS - 1, run.said('host').join(' | '));
    } finally {
      await run.pair.stop();
    }
  });

for (const kind of ['setTimeout', 'setInterval'])
  test(`${kind}: what was broken off does not come again, others do`, async () => {
    const host = `setInterval(function(){print("other")},50);${kind}(function(){print("hangs");${HANGS}},20);`;
    const run = await runPrograms({ host }, { onConsole: () => undefined });
    try {
      await run.until('host', /^hangs$/);
      run.pair.type('host', '\x03');
      await run.until('host', /^Execution Interrupted$/);
      // Messages of their own, one after the other, as a tool sends them.
      for (let n = 0; n < 3; n++) {
        run.pair.type('host', `\x10print("alive",${String(n)});\n`);
        await run.until('host', new RegExp(`^alive ${String(n)}$`));
        await pauseFor(100);
      }
      assert.equal(run.said('host').filter((line) => line === 'hangs').length, 1);
      assert.ok(run.said('host').includes('other'));
    } finally {
      await run.pair.stop();
    }
  });

test('Ctrl-C before a restart ends nothing of the board that starts', async () => {
  const run = await runPrograms({ host: 'print("ready")' }, { onConsole: () => undefined });
  const starts = (): number => run.said('host').filter((line) => line === 'ready').length;
  try {
    await run.until('host', /^ready$/);
    // What is typed ends something 300 ms later, and a thread takes some tens to start.
    for (let pause = 220; pause < 300; pause += 4) {
      const seen = starts();
      run.pair.type('host', '\x03');
      await pauseFor(pause);
      run.pair.type('host', '\x10load()\n');
      for (const end = Date.now() + 20_000; starts() === seen && Date.now() < end;) await pauseFor(10);
      assert.equal(starts(), seen + 1, `Ctrl-C ${String(pause)} ms before`);
    }
  } finally {
    await run.pair.stop();
  }
});
