/**
 * What the host runs to measure what an application does to itself and to the link: a sampler every 10 ms, a display that
 * holds the board for a part of each second, at once or in pieces, and messages both ways. `bench.json` in Storage says
 * which; a message on `bench/begin` and one on `bench/end` say when. It must take no time for anything else meanwhile.
 */
import { launch } from 'espruino-mqtt-link';

/** ms */
const SAMPLE = 10;

/** Longer gaps count as that long, ms. */
const LONGEST = 1000;

/** Publications on their way: the link never rests. */
const WAITING = 4;

interface DisplayBench {
  /** Milliseconds of each second that the display takes, and in how many pieces. */
  readonly busy: number;
  readonly pieces: number;
}

const bench = require('Storage').readJSON('bench.json') as DisplayBench;
const gaps = new Uint16Array(LONGEST + 1);
const load = 'x'.padEnd(64, 'x');
let last = 0;
let on = false;

function sample(): void {
  const now = getTime();
  if (last) gaps[Math.min(LONGEST, Math.round((now - last) * 1000))]++;
  last = now;
}

function draw(): void {
  const end = getTime() + bench.busy / bench.pieces / 1000;
  while (getTime() < end);
}

launch(function (link) {
  function publish(): void {
    while (on && link.pubqLen() < WAITING) link.publish('bench/sink', load, false, 1, publish);
  }

  link.subscribe(
    'bench/ask',
    function (_topic, message) {
      link.publish('bench/answer', message, false, 1);
    },
    1,
  );
  link.subscribe('bench/begin', function () {
    if (on) return;
    on = true;
    setInterval(sample, SAMPLE);
    if (bench.busy) setInterval(draw, 1000 / bench.pieces);
    publish();
  });
  link.subscribe('bench/end', function () {
    on = false;
    clearInterval();
    const found: number[] = [];
    for (let gap = 0; gap <= LONGEST; gap++) if (gaps[gap]) found.push(gap, gaps[gap]);
    print('BENCH ' + JSON.stringify(found));
  });
});
