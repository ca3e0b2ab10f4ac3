/**
 * What the host runs to measure the link alone, over the host's own board
 * code. The steps come from the file `bench.json` in Storage; each prints a
 * line, `BENCH` and what it measured as JSON.
 */
import { createHostLink } from './measured-host';

interface Step {
  readonly kind: 'throughput' | 'latency' | 'idle';
  /** Bytes of a message. */
  readonly size: number;
  /** Messages from the host and from the target; `idle`: seconds. */
  readonly down: number;
  readonly up: number;
}

const plan = require('Storage').readJSON('bench.json');
const steps: Step[] = plan.steps;
let at = -1;
let step: Step;
let sending = 0;
let received = 0;
// When the target was ready: by its clock, and by this board's.
let begun = 0;
let heard = 0;
let filler = '';
let delays: number[] = [];
let rate: { down?: number; up?: number } = {};
// Longest gap between the turns of a timer, less its interval, in seconds.
let held = 0;
let probed = 0;

function probe(): void {
  const now = getTime();
  if (now - probed - 0.005 > held) held = now - probed - 0.005;
  probed = now;
}

function report(result: object): void {
  print('BENCH ' + JSON.stringify(result));
  setTimeout(next, 50);
}

/** Processor time of this board so far in seconds, where the interpreter can tell. */
function cpu(): number {
  try {
    const fields = require('fs').readFileSync('/proc/self/stat').split(' ');
    return (parseInt(fields[13]) + parseInt(fields[14])) / 100;
  } catch (e) {
    return -1;
  }
}

function next(): void {
  step = steps[++at];
  if (!step) {
    print('BENCH {"kind":"end"}');
    return;
  }
  if (step.kind === 'idle') {
    const exchanges = link.counts._exchanges;
    const used = cpu();
    setTimeout(function () {
      report({
        kind: 'idle',
        exchanges: (link.counts._exchanges - exchanges) / step.down,
        cpu: used < 0 ? -1 : (cpu() - used) / step.down,
      });
    }, step.down * 1000);
    return;
  }
  rate = {};
  delays = [];
  received = held = 0;
  filler = 'F'.padEnd(step.size, '\xa5');
  link.send('C' + JSON.stringify(step));
}

function feed(): void {
  while (step.kind === 'throughput' && sending && link.queued() < 4) {
    sending--;
    link.send(filler);
  }
}

function measured(): void {
  if ((step.down && !rate.down) || (step.up && !rate.up)) return;
  report({
    kind: 'throughput',
    size: step.size,
    down: rate.down || 0,
    up: rate.up || 0,
    held: held * 1000,
    resent: link.counts._resent,
    damaged: link.counts._damaged,
  });
}

function one(): void {
  link.send(('T' + (getTime() * 1000).toFixed(3) + ' ').padEnd(step.size, 'x'));
  if (--sending) setTimeout(one, 30 + Math.random() * 30);
}

function message(text: string): void {
  const kind = text[0];
  const since = parseFloat(text.substr(1)) / 1000 - begun;
  if (kind === 'G') {
    begun = parseFloat(text.substr(1)) / 1000;
    heard = getTime();
    sending = step.down;
    probed = getTime();
    if (step.kind !== 'latency') feed();
    else if (sending) setTimeout(one, 100);
  } else if (kind === 'E') {
    rate.down = (step.down * step.size) / since;
    measured();
  } else if (kind === 'R') {
    report({ kind: 'latency', size: step.size, down: true, delays: JSON.parse(text.substr(1)) });
  } else if (kind === 'T') {
    delays.push(Math.round((getTime() * 1000 - parseFloat(text.substr(1))) * 100) / 100);
    if (delays.length === step.up) report({ kind: 'latency', size: step.size, down: false, delays: delays });
  } else if (++received === step.up) {
    rate.up = (step.up * step.size) / (getTime() - heard);
    measured();
  }
}

const link = createHostLink(
  plan.hold,
  10,
  function () {
    setTimeout(next, 500);
  },
  message,
  function () {
    print('BENCH {"kind":"down"}');
  },
  feed,
);

setInterval(probe, 5);
link.start();
