// A lamp that a message switches. It says what it does, for those who come later too.
const wifi = require('Wifi');
const mqtt = require('MQTT').create('broker.home', {
  client_id: 'lamp',
  username: 'gardener',
  password: 'mow',
  clean_session: true,
  will: { topic: 'garden/lamp/there', message: 'no', retain: true },
});
let on = false;

function report() {
  mqtt.publish('garden/lamp', on ? 'on' : 'off', { retain: true, qos: 1 });
}

mqtt.on('connected', () => {
  mqtt.subscribe({ 'garden/lamp/set': 1, 'garden/all': 0 });
  mqtt.publish('garden/lamp/there', 'yes', { retain: true });
  report();
});

mqtt.on('publish', (pub) => {
  print('got ' + pub.topic + ' ' + pub.message + ' ' + pub.qos + ' ' + pub.retain);
  if (pub.message === 'on' || pub.message === 'off') on = pub.message === 'on';
  else if (pub.message === 'toggle') on = !on;
  else return;
  report();
});

mqtt.on('message', (topic, message) => print('message ' + topic + ' ' + message));
mqtt.on('subscribed', () => print('subscribed'));
mqtt.on('puback', (id) => print('puback ' + (id > 0)));
mqtt.on('error', (e) => print('error ' + e));
mqtt.on('disconnected', () => {
  print('disconnected');
  setTimeout(() => mqtt.connect(), 1000);
});

wifi.on('connected', (details) => {
  print('address ' + typeof details.ip);
  mqtt.connect();
});
wifi.connect('shed', { password: 'nobody-knows' });
