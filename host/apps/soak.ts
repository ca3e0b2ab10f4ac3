/**
 * Numbered messages both ways, for `npm run soak`: it prints the number of each that it publishes or receives, so that
 * whoever reads along can tell whether one was lost, doubled or out of order. It must publish no faster than the
 * broker takes, whatever happens in between.
 *
 * Out: `soak/out/a` has the odd numbers, `soak/out/b` the even ones, as `number:filling`. In: `soak/in/+`. On
 * `soak/do` it is told what to do: `go RUN FIRST MS`, publish from number FIRST every MS milliseconds, if RUN is what
 * it printed as `ready RUN`; `stop`; `mem`, print memory; `mem MS`, do so again and again.
 */
import { MQTTLink, launch } from 'espruino-mqtt-link';

/** Publications that may wait while the broker is away. */
const WAITING = 16;

/** Number of this run of the application. */
const RUN = Math.floor(Math.random() * 1e9);

let filling = '';
for (let i = 0; i < 256; i++) filling += String.fromCharCode(i);

// The number published last.
let last = 0;
let started = false;
let publishing: unknown;
let looking: unknown;

function publish(link: MQTTLink): void {
  if (link.pubqLen() >= WAITING) return;
  last++;
  link.publish(
    last & 1 ? 'soak/out/a' : 'soak/out/b',
    last + ':' + filling.substr(last & 127, (last * 37) & 127),
    false,
    1,
  );
  print('out ' + last);
}

function look(link: MQTTLink): void {
  link.command('mem', function (used, total) {
    print('memory ' + process.memory().usage + ' ' + used + ' ' + total);
  });
}

function stop(timer: unknown): void {
  if (timer) clearInterval(timer as never);
}

function heed(link: MQTTLink, order: string): void {
  const words = order.split(' ');
  const ms = +words[words.length - 1];
  // An order may come twice.
  if (words[0] === 'go' && +words[1] === RUN && !publishing && +words[2] > last) {
    last = +words[2] - 1;
    publishing = setInterval(publish, ms, link);
  } else if (words[0] === 'stop') {
    stop(publishing);
    publishing = undefined;
    print('stopped ' + last);
  } else if (words[0] === 'mem') {
    stop(looking);
    looking = ms > 0 ? setInterval(look, ms, link) : undefined;
    look(link);
  }
}

launch(function (link) {
  if (started) return;
  started = true;
  link.subscribe(
    'soak/in/+',
    function (topic, message) {
      print('in ' + topic.substr(8) + ' ' + parseInt(message) + ' ' + E.CRC32(message));
    },
    1,
  );
  link.subscribe(
    'soak/do',
    function (_topic, order) {
      heed(link, order);
    },
    1,
  );
  print('ready ' + RUN);
});
