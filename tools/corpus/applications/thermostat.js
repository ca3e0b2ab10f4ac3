import { MQTTLink, launch } from 'espruino-mqtt-link';

// A heater with hysteresis; the wanted temperature comes by message and is kept.
const storage = require('Storage');
const settings = { wanted: 21, spread: 0.5, ...storage.readJSON('thermostat') };
let heating = false;
const read = () => analogRead(A1) * 50;
function control() {
  const t = read();
  const before = heating;
  if (t < settings.wanted - settings.spread) heating = true;
  else if (t > settings.wanted + settings.spread) heating = false;
  if (before !== heating) {
    digitalWrite(B3, heating);
    link.publish('heater', heating ? 'on' : 'off', true);
  }
  print(`${t.toFixed(1)} of ${settings.wanted}`);
}
const link = launch((l) => {
  l.subscribe('wanted', (topic, text) => {
    const value = Number(text);
    if (Number.isNaN(value) || value < 5 || value > 30) return print('not a temperature: ' + text);
    settings.wanted = value;
    storage.writeJSON('thermostat', settings);
  });
  setInterval(control, 500);
});

// ---- inputs ----
analog(A1, [0.40, 0.41, 0.43, 0.44, 0.42]);
at(1700, function () { message('wanted', ' 23 '); });
at(1800, function () { message('wanted', 'hot'); });
$$run(3200);
