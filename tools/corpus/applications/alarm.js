import { MQTTLink, launch } from 'espruino-mqtt-link';

// An alarm with delays for coming and going; sensors are named by a table.
const sensors = { door: { pin: B10, delay: 300 }, window: { pin: B11, delay: 0 }, hall: { pin: B12, delay: 300 } };
let armed = false, pending = null;
const link = launch((link) => {
  link.subscribe('alarm/set', (_, text) => {
    const handlers = { arm: () => setTimeout(() => set(true), 200), disarm: () => set(false) };
    (handlers[text] ?? (() => print('unknown order', text)))();
  });
});
function set(value) {
  armed = value;
  if (!armed && pending) { clearTimeout(pending); pending = null; siren(false); }
  link.publish('alarm', armed ? 'armed' : 'disarmed', true);
}
function siren(on) { digitalWrite(LED3, on); }
for (const [name, { pin, delay }] of Object.entries(sensors)) {
  setWatch(({ state }) => {
    if (!armed || !state || pending) return;
    link.publish('alarm/sensor', name);
    pending = setTimeout(() => { siren(true); link.publish('alarm', 'triggered', true, 1); }, delay || 1);
  }, pin, { repeat: true });
}

// ---- inputs ----
at(50, function () { message('alarm/set', 'arm'); });
press(B10, 150); press(B10, 400);
at(500, function () { message('alarm/set', 'disarm'); });
at(600, function () { message('alarm/set', 'arm'); message('alarm/set', 'sing'); });
press(B11, 900); at(1000, function () { message('alarm/set', 'disarm'); });
$$run(1500);
