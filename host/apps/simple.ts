/**
 * The least that publishes and subscribes: a rising count on `result`, an LED
 * that `green` switches `on` and `off`, and on `state` whether it is there. It
 * must stay short enough to be the first thing that a newcomer reads.
 */
import { MQTTLink, launch } from 'espruino-mqtt-link';
import { greenByMessage } from '../leds';
import { announce, leaveWord } from '../presence';

/** Counts that may wait while the broker is away. */
const WAITING = 20;

let count = 0;

function publish(link: MQTTLink): void {
  if (link.pubqLen() >= WAITING) return;
  count++;
  print('publish ' + count);
  link.publish('result', '' + count, false, 1);
}

leaveWord();
const link = launch(function (link, interval) {
  link.subscribe('green', greenByMessage, 1);
  // The count goes on while the target restarts, so it is started once.
  if (count) return;
  publish(link);
  setInterval(publish, interval * 1000, link);
});
announce(link);
