/**
 * What the target runs to measure the link alone: it takes, sends or returns
 * messages as the host asks. Times are the board's clock, which both boards on
 * one PC share.
 */
import { createTargetLink } from './measured-target';

let received = 0;
let awaited = 0;
let sending = 0;
let streaming = false;
let size = 0;
let filler = '';
let delays: number[] = [];

function feed(): void {
  while (streaming && sending && link.queued() < 4) {
    sending--;
    link.send(filler);
  }
}

// Host and target take the same time from the same clock.
function stamp(): string {
  return (getTime() * 1000).toFixed(3);
}

function one(): void {
  link.send(('T' + stamp() + ' ').padEnd(size, 'x'));
  if (--sending) setTimeout(one, 30 + Math.random() * 30);
}

function message(text: string): void {
  const kind = text[0];
  if (kind === 'C') {
    const step = JSON.parse(text.substr(1));
    received = 0;
    delays = [];
    awaited = step.down;
    sending = step.up;
    size = step.size;
    streaming = step.kind === 'throughput';
    filler = 'F'.padEnd(size, '\xa5');
    link.send('G' + stamp());
    if (streaming) feed();
    else if (sending) setTimeout(one, 100);
  } else if (kind === 'T') {
    delays.push(getTime() * 1000 - parseFloat(text.substr(1)));
    if (delays.length === awaited) {
      link.send(
        'R' +
          JSON.stringify(
            delays.map(function (ms) {
              return Math.round(ms * 100) / 100;
            }),
          ),
      );
    }
  } else if (++received === awaited) link.send('E' + stamp());
}

const link = createTargetLink(message, feed);

link.start();
