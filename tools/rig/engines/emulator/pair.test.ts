/** The lines, resets and Storage of an emulated pair, between two small programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Running } from './testing';
import { pauseFor, runPrograms } from './testing';

async function withPair(
  programs: Parameters<typeof runPrograms>,
  body: (run: Running) => Promise<void>,
): Promise<void> {
  const run = await runPrograms(...programs);
  try {
    await body(run);
  } finally {
    await run.pair.stop();
  }
}

/** Host: calls back when the target has said, by the line to D7, that it is ready. */
const WHEN_READY = `
  function whenReady(run) { var id = setInterval(function () { if (digitalRead(D7)) { clearInterval(id); run(); } }, 5); }`;
/** Target: the end of its boot file. */
const READY = `digitalWrite(D14, 1);`;

/** Counts 0 to 7 on the two lines to the target, each held until the target answers its parity and clock. */
const COUNTER = `
  var n = 0;
  setInterval(function () { digitalWrite([D5, D6], n); print("see", digitalRead([D7, D8])); n = (n + 1) & 3; }, 20);`;
/** Gives back what it sees: data to data, clock to clock. */
const MIRROR = `setInterval(function () { digitalWrite([D15, D14], digitalRead([D12, D13])); }, 1);`;

test('two lines each way carry levels', async () => {
  await withPair([{ host: COUNTER, target: MIRROR }], async (run) => {
    // sckout goes to mckin and comes back by mckout to sckin, stx to mrx and by mtx to srx.
    for (const seen of ['0', '1', '2', '3']) await run.until('host', new RegExp(`^see ${seen}$`));
  });
});

test('arrays of pins: the last is the lowest bit and is written first', async () => {
  const host = `${WHEN_READY} whenReady(function () { digitalWrite([D5, D6], 3); digitalWrite([D6, D5], 0); });`;
  const target = `
    var order = [];
    setWatch(function (e) { order.push("clock" + (e.state ? 1 : 0)); }, D12, { repeat: true, edge: "both" });
    setWatch(function (e) { order.push("data" + (e.state ? 1 : 0)); if (order.length > 3) print(order.join()); }, D13,
      { repeat: true, edge: "both" });
    ${READY}`;
  await withPair([{ host, target }], async (run) => {
    assert.equal(await run.until('target', /,/), 'data1,clock1,clock0,data0');
  });
});

// On a busy PC each step may cost a turn of its scheduler.
test('both boards really run at once: they hand a bit to and fro within one turn each', async () => {
  const host = `
    setTimeout(function () {
      var n = 0, spins = 0;
      while (n < 300 && spins < 1e9) {
        digitalWrite(D5, n & 1);
        while (digitalRead(D7) !== (n & 1) && spins < 1e9) spins++;
        n++;
      }
      print("done", n);
    }, 200);`;
  const target = `
    setTimeout(function () {
      var until = getTime() + 60, n = 0;
      while (n < 300 && getTime() < until) {
        if (digitalRead(D12) === (n & 1)) { digitalWrite(D14, n & 1); n++; }
      }
    }, 1);`;
  await withPair([{ host, target }], async (run) => {
    assert.equal(await run.until('host', /^done/, 60_000), 'done 300');
  });
});

test('a look waits where it is the second at a pin in vain, not where it is the first at another', async () => {
  // The least of several rounds, in milliseconds: the PC may do other things meanwhile.
  const host = `
    function time(looks) {
      var least = 1e9, i, round, start;
      for (round = 0; round < 10; round++) {
        start = getTime();
        for (i = 0; i < 100; i++) { digitalWrite(D5, i & 1); looks(); }
        least = Math.min(least, (getTime() - start) * 1000);
      }
      return least;
    }
    var others = time(function () { digitalRead(D7); digitalRead(D8); digitalRead([D9, D10]); });
    var again = time(function () { digitalRead(D7); digitalRead(D7); });
    print("others", others < again / 4 ? "go on" : others + " of " + again);`;
  await withPair([{ host }], async (run) => {
    assert.equal(await run.until('host', /^others/), 'others go on');
  });
});

test('outputs, open drain and pulls', async () => {
  const host = `
    pinMode(D7, "input_pullup"); print("pulled up", digitalRead(D7));
    pinMode(D7, "input_pulldown"); print("pulled down", digitalRead(D7));
    print("module's own pull-down", digitalRead(D8));
    pinMode(D6, "opendrain"); digitalWrite(D6, 0); print("open drain low", digitalRead(D6));
    digitalWrite(D6, 1); print("open drain released", digitalRead(D6), getPinMode(D6));
    digitalWrite(D20, 1); print("unused pin", D20.getInfo().output, digitalRead(D21));
    digitalWrite("D20", 0); print(D20.toggle(), D20.toggle());`;
  await withPair([{ host }], async (run) => {
    await run.until('host', /^true false/);
    assert.deepEqual(run.said('host'), [
      'pulled up 1',
      'pulled down 0',
      "module's own pull-down 0",
      'open drain low 0',
      'open drain released 0 opendrain',
      'unused pin 1 0',
      'true false',
    ]);
  });
});

test('an idle board is woken by an edge, tells its times, and loses all but 16 edges of a burst', async () => {
  const host = `${WHEN_READY}
    whenReady(function () {
      digitalWrite(D5, 1);
      setTimeout(function () { digitalWrite(D5, 0); }, 100);
      setTimeout(function () { for (var i = 0; i < 40; i++) digitalWrite(D6, !(i & 1)); }, 200);
    });`;
  const target = `
    var burst = 0;
    setWatch(function (e) {
      print("edge", e.state, e.pin === D12, e.lastTime === undefined ? "first" : Math.round((e.time - e.lastTime) * 20));
    }, D12, { repeat: true, edge: "both" });
    setWatch(function () { if (++burst === 1) setTimeout(function () { print("burst", burst); }, 400); var t = getTime(); while (getTime() < t + (burst > 1 ? 0.001 : 0.1)); },
      D13, { repeat: true, edge: "both" });
    ${READY}`;
  await withPair([{ host, target }], async (run) => {
    await run.until('target', /^burst/);
    const [rise, fall] = run.said('target');
    assert.equal(rise, 'edge true true first');
    // 100 ms, and on a PC that has much else to do some more.
    assert.match(fall ?? '', /^edge false true ([2-9]|10)$/);
    const count = Number(run.said('target')[2]?.slice(6));
    assert.ok(count >= 16 && count < 40, `${String(count)} edges of 40`);
  });
});

test('watches: one edge only, once, debounced, cleared', async () => {
  const host = `${WHEN_READY}
    whenReady(function () {
      for (var i = 0; i < 5; i++) digitalWrite(D5, !(i & 1));
      setTimeout(function () { digitalWrite(D5, 0); }, 200);
      setTimeout(function () { digitalWrite(D5, 1); }, 400);
    });`;
  const target = `
    setWatch(function (e) { print("rising", e.state); }, D12, { repeat: true, edge: "rising" });
    setWatch(function (e) { print("once", e.state); }, D12);
    setWatch(function (e) { print("calm", e.state); }, D12, { repeat: true, debounce: 30 });
    var id = setWatch(function () { print("never"); }, D12, { repeat: true });
    clearWatch(id);
    try { clearWatch(99); } catch (e) { print(e.toString()); }
    setTimeout(function () { print("end"); }, 800);
    ${READY}`;
  await withPair([{ host, target }], async (run) => {
    await run.until('target', /^end$/);
    const said = run.said('target');
    assert.equal(said.filter((line) => line === 'rising true').length, 4);
    assert.equal(said.filter((line) => line.startsWith('once')).length, 1);
    assert.deepEqual(
      said.filter((line) => line.startsWith('calm')),
      ['calm true', 'calm false', 'calm true'],
    );
    assert.ok(said.includes('Error: Unknown Watch') && !said.includes('never'));
  });
});

test('the reset line ends the target, floats its outputs and starts it afresh; Storage stays', async () => {
  const events: string[] = [];
  const host = `
    pinMode(D4, "opendrain"); digitalWrite(D4, 1);
    pinMode(D7, "input_pulldown");
    ${WHEN_READY} whenReady(function () {
      print("driven", digitalRead(D7));
      digitalWrite(D4, 0);
      setTimeout(function () { print("in reset", digitalRead(D7)); digitalWrite(D4, 1); }, 100);
    });`;
  const target = `
    var s = require("Storage"), n = 1 + Number(s.read("starts") || 0);
    s.write("starts", String(n));
    print("start", n, require("ESP8266").getResetInfo().reason);
    setTimeout(function () { digitalWrite(D14, 1); }, 50);
    setInterval(function () { digitalWrite(D14, 1); }, 1);`;
  await withPair([{ host, target }, { onEvent: (text) => events.push(text) }], async (run) => {
    await run.until('host', /^in reset/);
    await run.until('target', /^start [2-9] reset pin$/);
    assert.deepEqual(run.said('host'), ['driven 1', 'in reset 0']);
    assert.match(run.said('target').at(-1) ?? '', /^start \d reset pin$/);
    assert.equal((await run.pair.storage('target'))['starts'], run.said('target').at(-1)?.split(' ')[1]);
    assert.ok(events.includes('target held in reset') && events.includes('target starts'));
    assert.ok(run.pair.flashWrites('target') >= 2);
  });
});

test('a hung target keeps its outputs, runs nothing, and comes back by reset', async () => {
  // The test asks for the reset by the line to D8.
  const host = `
    pinMode(D4, "opendrain"); digitalWrite(D4, 1);
    setInterval(function () { digitalWrite(D5, 1); print("level", digitalRead(D7)); }, 20);
    var asked = setInterval(function () {
      if (!digitalRead(D8)) return;
      clearInterval(asked);
      digitalWrite(D4, 0);
      setTimeout(function () { digitalWrite(D4, 1); }, 100);
    }, 10);`;
  const target = `
    print("up");
    digitalWrite(D14, 1);
    setInterval(function () { print("tick"); }, 20);`;
  await withPair([{ host, target }], async (run) => {
    await run.until('host', /^level 1$/);
    await run.until('target', /^tick$/);
    run.pair.hangTarget();
    await pauseFor(100);
    const before = run.said('target').length;
    await pauseFor(200);
    assert.equal(run.said('target').length, before);
    assert.equal(run.said('host').at(-1), 'level 1');
    run.pair.cutWire('sckin', true, 1);
    await run.until('target', /^up$/, 5000, before);
    await run.until('target', /^tick$/, 5000, before);
  });
});

test('an endless loop on the target ends at its reset', async () => {
  const host = `
    pinMode(D4, "opendrain"); digitalWrite(D4, 1);
    ${WHEN_READY} whenReady(function () { digitalWrite(D4, 0); setTimeout(function () { digitalWrite(D4, 1); }, 50); });`;
  const target = `
    var s = require("Storage");
    if (s.read("been") === undefined) { s.write("been", "1"); print("looping"); ${READY} while (true); }
    print("again");`;
  await withPair([{ host, target }], async (run) => {
    await run.until('target', /^again$/);
  });
});

test('reboot from the program, and power cycles', async () => {
  const target = `
    var s = require("Storage"), n = 1 + Number(s.read("n") || 0); s.write("n", String(n));
    print("start", n, require("ESP8266").getResetInfo().reason);
    if (n === 1) setTimeout(function () { require("ESP8266").reboot(); print("never"); }, 50);`;
  await withPair([{ host: 'print("host", getTime() < 5);', target }], async (run) => {
    await run.until('target', /^start 2/);
    run.pair.restart('target');
    await run.until('target', /^start 3/);
    run.pair.restart('host');
    await run.until('host', /./, 5000, 1);
    assert.deepEqual(run.said('target'), ['start 1 power on', 'start 2 restart', 'start 3 power on']);
    assert.deepEqual(run.said('host'), ['host true', 'host true']);
  });
});

test('a program hears of the end that it brings about, not of a power cycle', async () => {
  const host = `
    var s = require("Storage"), n = 1 + Number(s.read("n") || 0); s.write("n", String(n));
    print("start", n, s.read("kill"));
    E.on("kill", function () { s.write("kill", "of " + n); });
    if (n === 1) setTimeout(function () { E.reboot(); }, 50);
    if (n === 2) setTimeout(function () { load(); }, 50);`;
  await withPair([{ host }], async (run) => {
    await run.until('host', /^start 3/);
    run.pair.restart('host');
    await run.until('host', /^start 4/);
    assert.deepEqual(run.said('host'), ['start 1 undefined', 'start 2 of 1', 'start 3 of 2', 'start 4 of 2']);
  });
});

test('cut wires read as stuck, swapped ones cross at the target, and both mend', async () => {
  const host = `setInterval(function () { print(digitalRead([D7, D8])); }, 10); digitalWrite([D5, D6], 1);`;
  const target = `setInterval(function () { digitalWrite([D14, D15], digitalRead([D12, D13])); }, 2);`;
  await withPair([{ host, target }], async (run) => {
    const now = async (): Promise<string> => {
      await pauseFor(150);
      return run.said('host').at(-1) ?? '';
    };
    // stx is high: the target's D13, sent back on D15 to D8.
    assert.equal(await now(), '1');
    run.pair.cutWire('stx', true);
    assert.equal(await now(), '0');
    run.pair.cutWire('stx', true, 1);
    assert.equal(await now(), '1');
    run.pair.cutWire('stx', false);
    run.pair.swapWires(['stx', 'sckout']);
    assert.equal(await now(), '2');
    run.pair.swapWires(['srx', 'sckin']);
    assert.equal(await now(), '2');
    run.pair.cutWire('sckin', true, 1);
    run.pair.swapWires(null);
    assert.equal(await now(), '1');
    run.pair.cutWire('sckin', false);
    assert.equal(await now(), '1');
  });
});

test('a reset wire that is cut does nothing, one that is swapped resets', async () => {
  const host = `
    pinMode(D4, "opendrain"); digitalWrite(D4, 1); digitalWrite(D5, 1);
    setInterval(function () { digitalWrite(D4, 0); setTimeout(function () { digitalWrite(D4, 1); }, 30); }, 400);`;
  await withPair([{ host, target: 'print("up");' }], async (run) => {
    run.pair.cutWire('reset', true);
    await run.until('target', /^up/);
    const before = run.said('target').length;
    await pauseFor(600);
    assert.equal(run.said('target').length, before);
    run.pair.cutWire('reset', false);
    await pauseFor(700);
    assert.ok(run.said('target').length > before);
  });
});

test('disturbed wires flip what their reader sees', async () => {
  const host = `
    setTimeout(function () {
      var ones = 0;
      for (var i = 0; i < 10000; i++) ones += digitalRead(D7);
      print("ones", ones);
    }, 200);`;
  await withPair([{ host }], async (run) => {
    run.pair.disturb('srx', 0.1, 42);
    const ones = Number((await run.until('host', /^ones/)).slice(5));
    assert.ok(ones > 800 && ones < 1200, `${String(ones)} of 10000`);
  });
});

test('a frozen board goes on where it was; a hung one does not', async () => {
  const tick = 'var n = 0; setInterval(function () { digitalWrite(D14, ++n & 1); print("tick", n); }, 20);';
  await withPair([{ target: tick }], async (run) => {
    await run.until('target', /^tick/);
    run.pair.freeze('target', true);
    await pauseFor(100);
    const before = run.said('target').length;
    await pauseFor(200);
    assert.equal(run.said('target').length, before);
    run.pair.freeze('target', false);
    await run.until('target', new RegExp(`^tick ${String(before + 1)}$`));
    run.pair.hangTarget();
    run.pair.freeze('target', false);
    await pauseFor(100);
    const after = run.said('target').length;
    await pauseFor(200);
    assert.equal(run.said('target').length, after);
    run.pair.restart('target');
    await run.until('target', /^tick 1$/, 5000, after);
  });
});

test('a crash restarts the target, a reset line pulled from outside holds it down', async () => {
  const target = 'print("start", require("ESP8266").getResetInfo().reason);';
  await withPair([{ target }], async (run) => {
    await run.until('target', /^start power on$/);
    run.pair.crashTarget();
    await run.until('target', /^start exception$/);
    run.pair.holdReset(true);
    run.pair.crashTarget();
    run.pair.restart('target');
    await pauseFor(300);
    assert.equal(run.said('target').length, 2);
    run.pair.holdReset(false);
    await run.until('target', /^start reset pin$/);
    assert.equal(run.said('target').length, 3);
  });
});

test('an exception that nothing catches is printed and the board goes on', async () => {
  const host = `
    setTimeout(function () { throw new Error("in a timer"); }, 10);
    setTimeout(function () { print("still here"); }, 60);
    Promise.reject(new Error("unheard"));
    throw new TypeError("at boot");`;
  await withPair([{ host }], async (run) => {
    await run.until('host', /^still here$/);
    const said = run.said('host');
    assert.ok(said.includes('Uncaught TypeError: at boot'));
    assert.ok(said.includes('Uncaught Error: in a timer'));
    assert.ok(said.includes('Uncaught Error: Unhandled promise rejection: Error: unheard'));
    assert.ok(
      said.some((line) => /^ {4}at \.bootcde:5:\d+$/.test(line)),
      said.join('|'),
    );
  });
});

test('boot files run in order, modules come from Storage, files are limited as in flash', async () => {
  const host = `
    print("boot", order, require("mod").twice(4), require("mod") === require("mod"));
    var s = require("Storage");
    try { s.write("big", "x".repeat(300000)); } catch (e) { print(e.toString()); }
    print(s.write("a-name-longer-than-28-characters", "x"), s.list(/^a-name/)[0].length, s.getFree() < 262144);`;
  const files = {
    host: {
      '.boot0': 'var order="0";',
      '.boot1': 'order+="1";',
      mod: 'exports.twice=function(n){return 2*n;};',
    },
  };
  await withPair([{ host, files }], async (run) => {
    await run.until('host', /^true/);
    assert.deepEqual(run.said('host'), [
      'boot 01 8 true',
      'Error: Unable to find or create file',
      'true 28 true',
    ]);
  });
});

test('stopping twice, or before the start, is safe', async () => {
  const run = await runPrograms({ host: 'setInterval(function(){print("x")},1);', target: 'while(true);' });
  await run.pair.stop();
  const count = run.lines.length;
  await run.pair.stop();
  await pauseFor(50);
  assert.equal(run.lines.length, count);
});
