/**
 * Shows what a status handler can do: it counts restarts of the target, times
 * Wi-Fi outages and publishes every status that is not routine, all on
 * `result`. Any message on `green` flashes the LED.
 */
import { MQTTLink, Status, defaultStatusHandler, launch } from 'espruino-mqtt-link';
import { pulse } from '../leds';
import { announce, leaveWord } from '../presence';

/** Publications that may wait while the broker is away. */
const WAITING = 20;

let statuses: number[] = [];
// Starts of the target: 1 for the first one.
let starts = 0;
let total = 0;
// Seconds of the Wi-Fi outage. Counted, since NTP may set the clock meanwhile.
let out = 0;
let outage: number | undefined;

function publish(link: MQTTLink, text: string): void {
  if (link.pubqLen() >= WAITING) return;
  print('publish ' + text);
  link.publish('result', text, false, 1);
}

function handler(link: MQTTLink, status: Status, detail: string): unknown {
  const result = defaultStatusHandler(link, status, detail);
  if (result !== undefined) return result;
  if (status === Status.WIFI_DOWN && !outage) {
    out = 0;
    outage = setInterval(function () {
      out++;
    }, 1000);
  } else if (status === Status.WIFI_UP && outage) {
    clearInterval(outage as never);
    outage = undefined;
    publish(link, 'WiFi up: out time = ' + out + 's');
  }
  if (status !== Status.WIFI_UP && status !== Status.WIFI_DOWN && status !== Status.PUBOK) {
    statuses = statuses.concat([status]).slice(-WAITING);
  }
  return undefined;
}

function start(link: MQTTLink, interval: number): void {
  const gate = link.exitGate;
  let count = 0;

  function report(): void {
    count++;
    total++;
    publish(link, total + ' ' + count + ' ' + starts);
    if (statuses.length) publish(link, 'status: ' + JSON.stringify(statuses));
    statuses = [];
    gate.sleep(interval * 1000).then(function (slept) {
      if (slept) report();
    });
  }

  starts++;
  pulse('blue', 3000);
  link.subscribe(
    'green',
    function () {
      pulse('green', 500);
    },
    1,
  );
  report();
}

leaveWord();
const link = launch(start);
if (link) link.statusHandler(handler);
announce(link);
