/**
 * What the host runs to count what the link takes: one thing at a time, from
 * rest, and after each a line that says what it was and how many exchanges it
 * took. It prints them whichever end is counted.
 */
import { onGo } from './go';
import { createHostLink } from './measured-host';

const plan = require('Storage').readJSON('bench.json');

/** Milliseconds for a thing to be over. */
const OVER = 1200;

/** Seconds: while nothing is done there must be no heartbeat, which comes after a quarter of this. */
const TIMEOUT = 20;

let step = -1;
let exchanges = 0;
let over = false;

function say(kind: string): void {
  print('COUNT ' + kind + ' ' + (link.counts._exchanges - exchanges));
  exchanges = link.counts._exchanges;
}

function rest(): void {
  say('rest');
  over = true;
}

function next(): void {
  const kind = ['idle', 'header', 'down', 'asked', 'up'][++step % 5];
  if (over) print('COUNT end 0');
  else if (step === plan.repeats * 5) setTimeout(rest, plan.rest * 1000);
  // The target sends by itself some time after it was asked: to be asked would count as well.
  else if (kind !== 'up') {
    if (kind === 'header') {
      link.ready(false);
      link.ready(true);
    } else if (kind === 'down') link.send('0123456789abcdef');
    else if (kind === 'asked') link.send('?');
    setTimeout(say, OVER, kind);
  }
}

function message(): void {
  setTimeout(say, OVER, 'up');
}

const link = createHostLink(
  10,
  TIMEOUT,
  function () {
    setTimeout(say, 1500, 'begin');
  },
  message,
  function () {
    print('COUNT lost 0');
  },
  function () {
    // There is always room.
  },
);

onGo(next);
link.start();
