import { MQTTLink, launch } from 'espruino-mqtt-link';

// Pulses of an electricity meter: power from their distance, energy from their number.
const PULSES_PER_KWH = 1000;
const meter = { pulses: 0, last: undefined, power: 0, get energy() { return this.pulses / PULSES_PER_KWH; } };
setWatch(({ time }) => {
  meter.pulses++;
  if (meter.last !== undefined) meter.power = 3600 / (time - meter.last) / PULSES_PER_KWH * 1000;
  meter.last = time;
}, B13, { repeat: true, edge: 'falling' });
launch((link) => {
  setInterval(() => {
    const { power, energy, pulses } = meter;
    link.publish('meter', JSON.stringify({ power: Math.round(power), energy: energy.toFixed(3), pulses }));
  }, 500);
});

// ---- inputs ----
for (var i = 0; i < 9; i++) press(B13, 100 + i * 125, 10); $$run(1600);
