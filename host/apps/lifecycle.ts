/**
 * Shows work that lasts as long as a run of the target: a publisher that ends
 * when the target restarts and is started again with it, and a look at the
 * target's memory at each start and every 30 minutes. `green` switches the LED.
 */
import { MQTTLink, launch } from 'espruino-mqtt-link';
import { greenByMessage, pulse } from '../leds';
import { announce, leaveWord } from '../presence';

/** Publications that may wait while the broker is away. */
const WAITING = 20;

/** Milliseconds between looks at the target's memory. */
const MEMORY = 1800000;

// Starts of the target: 1 for the first one.
let starts = 0;

function start(link: MQTTLink, interval: number): void {
  const gate = link.exitGate;
  const mine = ++starts;
  let count = 0;

  function publish(): void {
    count++;
    if (link.pubqLen() < WAITING) {
      print('publish ' + count + ' ' + mine);
      link.publish('result', count + ' ' + mine, false, 1);
    }
    gate.sleep(interval * 1000).then(function (slept) {
      if (slept) publish();
      else print('publisher ' + mine + ' ends');
    });
  }

  function look(): void {
    link.command('mem');
    gate.sleep(MEMORY).then(function (slept) {
      if (slept) look();
    });
  }

  print('publisher ' + mine + ' starts');
  link.subscribe('green', greenByMessage, 1);
  pulse('blue', 3000);
  look();
  publish();
}

leaveWord();
announce(launch(start));
