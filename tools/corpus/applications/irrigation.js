import { MQTTLink, launch } from 'espruino-mqtt-link';

// Zones are watered one after the other, when the soil is dry and it is the hour.
const zones = [
  { name: 'beds', pin: C0, sensor: A0, seconds: 2, dry: 0.4 },
  { name: 'lawn', pin: C1, sensor: A2, seconds: 3, dry: 0.5 },
  { name: 'trees', pin: C2, sensor: A3, seconds: 1, dry: 0.3 },
];
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 100));
let running = false;
async function water(zone, seconds = zone.seconds) {
  digitalWrite(zone.pin, 1);
  try { await wait(seconds); } finally { digitalWrite(zone.pin, 0); }
  return seconds;
}
async function round(link) {
  if (running) return 'busy';
  running = true;
  let total = 0;
  try {
    for (const zone of zones) {
      const moisture = analogRead(zone.sensor);
      if (moisture >= zone.dry) { print(zone.name + ' is wet'); continue; }
      total += await water(zone);
      link.publish('garden/' + zone.name, `watered at ${Math.round(moisture * 100)} %`);
    }
  } finally { running = false; }
  return total + ' s';
}
launch((link) => {
  link.subscribe('garden/start', async () => print('round: ' + (await round(link))));
});

// ---- inputs ----
analog(A0, [0.2]); analog(A2, [0.7]); analog(A3, [0.125]);
at(50, function () { message('garden/start', ''); });
at(100, function () { message('garden/start', ''); });
at(900, function () { message('garden/start', ''); });
$$run(2000);
