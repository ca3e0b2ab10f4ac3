// Home Assistant finds this board by itself: a temperature sensor and a switch, which are unavailable while the board is.
// It tells of itself again whenever Home Assistant has started anew, which that says on `homeassistant/status`.
import { MQTTLink, launch } from 'espruino-mqtt-link';

const ID = 'garden';
const AVAILABLE = `${ID}/available`;
const SWITCH = `${ID}/pump`;

let on = false;

function tellState(link: MQTTLink): void {
  link.publish(`${SWITCH}/state`, on ? 'ON' : 'OFF', true, 1);
}

function tellConfiguration(link: MQTTLink): void {
  const device = { identifiers: [ID], name: 'Garden' };
  const common = { availability_topic: AVAILABLE, device };
  const sensor = {
    name: 'Temperature',
    unique_id: `${ID}-temperature`,
    state_topic: `${ID}/temperature`,
    device_class: 'temperature',
    unit_of_measurement: '°C',
    ...common,
  };
  const pump = {
    name: 'Pump',
    unique_id: `${ID}-pump`,
    state_topic: `${SWITCH}/state`,
    command_topic: `${SWITCH}/set`,
    ...common,
  };
  link.publish(`homeassistant/sensor/${ID}/temperature/config`, JSON.stringify(sensor), true, 1);
  link.publish(`homeassistant/switch/${ID}/pump/config`, JSON.stringify(pump), true, 1);
  link.publish(AVAILABLE, 'online', true, 1);
  tellState(link);
}

MQTTLink.will(AVAILABLE, 'offline', true, 1);

let started = false;
const link = launch((link, interval) => {
  link.subscribe(
    `${SWITCH}/set`,
    (topic, message) => {
      on = message === 'ON';
      print(`pump ${on ? 'on' : 'off'}`);
      if (typeof LED1 !== 'undefined') digitalWrite(LED1, on);
      tellState(link);
    },
    1,
  );
  link.subscribe(
    'homeassistant/status',
    (topic, message) => {
      if (message === 'online') tellConfiguration(link);
    },
    1,
  );
  if (started) return;
  started = true;
  setInterval(() => {
    if (link.pubqLen() < 5) link.publish(`${ID}/temperature`, E.getTemperature().toFixed(1), false, 1);
  }, interval * 1000);
});
link?.on('connect', () => tellConfiguration(link));
