import { MQTTLink, launch } from 'espruino-mqtt-link';

// Discovery of a switch and a sensor, with what is common to both.
const id = 'shed1';
const device = { identifiers: [id], name: 'Shed', manufacturer: 'me' };
const base = `ha/${id}`;
const entities = {
  switch: { name: 'Lamp', command_topic: `${base}/lamp/set`, state_topic: `${base}/lamp` },
  sensor: { name: 'Light', state_topic: `${base}/light`, unit_of_measurement: '%', value_template: '{{ value }}' },
};
MQTTLink.will(`${base}/status`, 'offline', true, 1);
let lamp = false;
const link = launch((link) => {
  Object.entries(entities).forEach(([kind, entity]) =>
    link.publish(`homeassistant/${kind}/${id}/config`, JSON.stringify({ ...entity, unique_id: `${id}_${kind}`, device }), true));
  link.publish(`${base}/status`, 'online', true);
  link.subscribe(entities.switch.command_topic, (topic, text) => setLamp(text === 'ON'));
  setInterval(() => link.publish(entities.sensor.state_topic, `${Math.round(analogRead(A7) * 100)}`), 100);
});
function setLamp(on) {
  if (lamp === on) return;
  lamp = on;
  LED2.write(lamp);
  link.publish(entities.switch.state_topic, lamp ? 'ON' : 'OFF', true);
}

// ---- inputs ----
analog(A7, [0.125, 0.5, 0.995]);
at(120, function () { message('ha/shed1/lamp/set', 'ON'); message('ha/shed1/lamp/set', 'ON'); });
at(220, function () { message('ha/shed1/lamp/set', 'OFF'); });
$$run(400);
