// A battery-powered sensor: it measures every ten minutes and reports what it measured, with the time of each, as one
// message on `battery`. While the broker is away it keeps measuring, and a report has what was missed. `battery/minutes`,
// retained, sets another pace.
import { MQTTLink, launch } from 'espruino-mqtt-link';

const MINUTE = 60_000;
/** Measurements that are kept while the broker is away. */
const KEPT = 36;

let missed: [time: number, volts: number][] = [];
let minutes = 10;
let timer: unknown;

function measure(link: MQTTLink): void {
  const volts = Math.round(E.getAnalogVRef() * 100) / 100;
  missed = [...missed, [Math.round(getTime()), volts] as [number, number]].slice(-KEPT);
  if (!link.running() || link.pubqLen()) return;
  const report = missed;
  print(`report ${report.length}`);
  link.publish('battery', JSON.stringify(report), false, 1, (done) => {
    // What came meanwhile is for the next report.
    if (done) missed = missed.slice(report.length);
  });
}

function setPace(link: MQTTLink, given: number): void {
  if (!(given > 0 && given <= 1440))
    return print(`battery/minutes is ${given}. Allowed: more than 0, up to 1440`);
  minutes = given;
  if (timer) clearInterval(timer as never);
  timer = setInterval(measure, minutes * MINUTE, link);
}

launch((link) => {
  link.subscribe('battery/minutes', (topic, message) => setPace(link, Number(message)), 1);
  if (timer) return;
  setPace(link, minutes);
  measure(link);
});
