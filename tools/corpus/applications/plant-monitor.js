import { MQTTLink, launch } from 'espruino-mqtt-link';

// Reports only what changed enough, and everything once in a while.
const channels = [['moisture', A0, 0.05], ['light', A1, 0.1], ['battery', A2, 0.01]];
const last = {};
let turns = 0;
function changed(name, value, by) {
  const before = last[name];
  if (before !== undefined && Math.abs(before - value) < by) return false;
  last[name] = value;
  return true;
}
launch((link) => {
  setInterval(() => {
    const full = turns++ % 4 === 0;
    const report = channels
      .map(([name, pin, by]) => ({ name, value: analogRead(pin), by }))
      .filter(({ name, value, by }) => changed(name, value, by) || full)
      .reduce((all, { name, value }) => ({ ...all, [name]: +value.toFixed(3) }), {});
    if (Object.keys(report).length) link.publish('plant', JSON.stringify(report));
  }, 100);
});

// ---- inputs ----
analog(A0, [0.5, 0.51, 0.6, 0.6, 0.6, 0.75]); analog(A1, [0.25, 0.25, 0.5]); analog(A2, [0.9375]); $$run(720);
