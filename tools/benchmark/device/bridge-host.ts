/**
 * What the host runs to measure the whole way, over the library as an
 * application uses it: publish, broker, and back to a callback. The steps come
 * from the file `bench.json` in Storage; each prints a line, `BENCH` and what
 * it measured as JSON.
 */
import { MQTTLink } from '../../../host';
import { launch } from '../../../host/launch';

interface Step {
  readonly kind: 'echo' | 'publish' | 'memory';
  readonly qos: number;
  /** Bytes of a payload. */
  readonly size: number;
  /** Messages. */
  readonly count: number;
}

const steps: Step[] = require('Storage').readJSON('bench.json').steps;
let link: MQTTLink;
let at = -1;
let step: Step;
let left = 0;
let delays: number[] = [];

function report(result: object): void {
  print('BENCH ' + JSON.stringify(result));
  setTimeout(next, 100);
}

// Milliseconds that begin anew every 1000 s, to fit into 16 bytes.
function now(): number {
  return (getTime() % 1000) * 1000;
}

function payload(): string {
  return (now().toFixed(3) + ' ').padEnd(step.size, 'x');
}

function one(): void {
  left--;
  link.publish('bench/echo', payload(), false, step.qos);
}

// Keeps the queue filled without letting it overflow, as an application that has much to say would.
function fill(): void {
  while (left && link.pubqLen() < 20) {
    left--;
    link.publish('bench/sink', payload(), false, step.qos);
  }
  if (left || link.pubqLen()) setTimeout(fill, 5);
  else setTimeout(next, 100);
}

function next(): void {
  step = steps[++at];
  if (!step) {
    print('BENCH {"kind":"end"}');
    return;
  }
  left = step.count;
  delays = [];
  if (step.kind === 'echo') one();
  else if (step.kind === 'publish') fill();
  else {
    link.command('mem', function (used, total) {
      report({ kind: 'memory', host: process.memory().usage, target: used, total: total });
    });
  }
}

launch(function (started) {
  link = started;
  link.subscribe(
    'bench/echo',
    function (_topic, message) {
      delays.push(Math.round(((now() - parseFloat(message) + 1e6) % 1e6) * 100) / 100);
      // From rest each time, and not in step with any timer.
      if (left) setTimeout(one, 20 + Math.random() * 30);
      else report({ kind: 'echo', qos: step.qos, size: step.size, delays: delays });
    },
    1,
  );
  if (at < 0) setTimeout(next, 1000);
});
