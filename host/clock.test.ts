/** The host's clock over corrections: right in the end, and never earlier than it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from './clock';

/** A call of a native function, and setting the clock, take this long: seconds. */
const CALL = 0.00005;

/** A board that does nothing but look at its clock all the time. */
class Bench {
  /** True time, seconds. */
  real = 1_790_000_000;
  /** By which the board's clock is ahead of it. */
  ahead = 0;
  /** Seconds by which the clock gains in one. */
  drift = 0;
  sets = 0;
  /** Longest time for which the board was kept. */
  longest = 0;
  private readonly timers: { at: number; run: () => void }[] = [];
  private latest = -Infinity;
  readonly tell = createClock({
    _now: () => {
      this.pass(CALL);
      return this.shown;
    },
    _set: (seconds) => {
      this.sets++;
      this.ahead = seconds - this.real;
      this.pass(CALL);
    },
    _later: (run, ms, then) => void this.timers.push({ at: this.real + ms / 1000, run: () => run(then) }),
  });

  get shown(): number {
    return this.real + this.ahead;
  }

  get waiting(): number {
    return this.timers.length;
  }

  pass(seconds: number): void {
    this.real += seconds;
    this.ahead += seconds * this.drift;
  }

  /** The application sets its clock. */
  set(ahead: number): void {
    this.ahead = ahead;
    this.latest = -Infinity;
  }

  /** The application looks at its clock. */
  look(): void {
    assert.ok(this.shown >= this.latest, `went back by ${String(this.latest - this.shown)} s`);
    this.latest = this.shown;
  }

  /** What the target tells now, in a message that took a while. */
  sync(took = 0.1): boolean {
    const at = this.shown;
    const seconds = this.real;
    this.pass(took);
    this.look();
    return this.tell(seconds, at);
  }

  run(seconds: number): void {
    const until = this.real + seconds;
    while (this.real < until) {
      this.pass(0.001);
      this.look();
      const due = this.timers.findIndex(({ at }) => at <= this.real);
      if (due < 0) continue;
      const [timer] = this.timers.splice(due, 1);
      const begin = this.real;
      timer?.run();
      this.longest = Math.max(this.longest, this.real - begin);
    }
    this.look();
  }
}

function near(actual: number, wanted: number, by: number): void {
  assert.ok(Math.abs(actual - wanted) <= by, `${String(actual)} for ${String(wanted)}`);
}

test('a clock that was never set is set at once, whatever the message took', () => {
  for (const took of [0, 0.1, 7]) {
    const bench = new Bench();
    bench.ahead = 5 - bench.real;
    assert.equal(bench.sync(took), true);
    near(bench.ahead, 0, 0.001);
    assert.equal(bench.sets, 1);
    assert.equal(bench.waiting, 0);
  }
});

test('a right clock costs nothing', () => {
  for (const ahead of [0, 0.009, -0.009]) {
    const bench = new Bench();
    bench.ahead = ahead;
    assert.equal(bench.sync(), false);
    assert.deepEqual([bench.sets, bench.waiting, bench.ahead], [0, 0, ahead]);
  }
});

test('a late clock is put right at once, and one that is early by a second and more', () => {
  for (const ahead of [-0.02, -0.5, -1, -3600, 1, 1.5, 3600]) {
    const bench = new Bench();
    bench.ahead = ahead;
    bench.sync();
    near(bench.ahead, 0, 0.001);
    assert.deepEqual([bench.sets, bench.waiting], [1, 0]);
  }
});

test('a clock that is early by less is held back, and never goes back', () => {
  for (const ahead of [0.011, 0.05, 0.3, 0.999]) {
    const bench = new Bench();
    bench.ahead = ahead;
    bench.run(0.01);
    assert.equal(bench.sync(), true);
    bench.run(30);
    near(bench.ahead, 0, 0.02);
    assert.ok(bench.ahead <= 0.001);
    assert.equal(bench.waiting, 0);
    assert.ok(bench.longest < 0.012, String(bench.longest));
  }
});

test('a clock that gains or loses all the time stays right over many corrections', () => {
  for (const drift of [0.0005, -0.0005, 0.01]) {
    const bench = new Bench();
    bench.drift = drift;
    bench.sync();
    for (let i = 0; i < 100; i++) {
      bench.run(60);
      bench.sync();
      assert.ok(Math.abs(bench.ahead) < Math.abs(drift) * 60 + 0.03, String(bench.ahead));
    }
    bench.run(20);
    near(bench.ahead, 0, Math.abs(drift) * 20 + 0.03);
  }
});

test('a correction takes the place of the one before', () => {
  const bench = new Bench();
  bench.ahead = 0.9;
  bench.sync();
  bench.run(1);
  assert.ok(bench.ahead > 0.5);
  for (let i = 0; i < 5; i++) bench.sync(0);
  assert.equal(bench.waiting, 1);
  bench.run(30);
  near(bench.ahead, 0, 0.02);
  bench.set(0.5);
  bench.sync();
  bench.run(1);
  bench.pass(-bench.ahead);
  bench.set(-0.005);
  const { sets } = bench;
  assert.equal(bench.sync(), false);
  bench.run(5);
  assert.equal(bench.sets, sets);
});

test('whoever sets the clock by hand is left alone until the next time told', () => {
  for (const by of [-100, -0.5, 0.5, 1.5, 100]) {
    const bench = new Bench();
    bench.ahead = 0.9;
    bench.sync();
    bench.run(1);
    bench.set(by);
    bench.run(30);
    near(bench.ahead, by, 0.001);
    assert.equal(bench.waiting, 0);
    bench.sync();
    // An error of a second and more may be put right backwards.
    if (by >= 1) bench.set(bench.ahead);
    bench.run(30);
    near(bench.ahead, 0, 0.02);
  }
});

test('a clock that is set while the message is under way', () => {
  for (const by of [-3600, 3600]) {
    const bench = new Bench();
    const at = bench.shown;
    const seconds = bench.real;
    bench.pass(0.1);
    bench.set(by);
    bench.tell(seconds, at);
    // The way over the link is all that is wrong then.
    near(bench.ahead, -0.1, 0.001);
  }
});

test('an application that holds the event loop ends the correction, which the next time told takes up', () => {
  const bench = new Bench();
  bench.ahead = 0.9;
  bench.sync();
  bench.run(1);
  bench.pass(5);
  bench.run(10);
  assert.ok(bench.ahead > 0.5);
  bench.sync();
  bench.run(30);
  near(bench.ahead, 0, 0.02);
});
