// Reports how things stand. Whatever ends the connection, it is made again.
var mqtt = require('tinyMQTT').create('192.168.0.9', {
  username: 'gardener',
  password: 'mow',
  reconnect_interval: 500,
});
var connections = 0;

mqtt.on('connected', function () {
  connections++;
  print('connected');
  mqtt.subscribe('garden/ask');
  mqtt.publish('garden/report', 'connection ' + connections);
});
mqtt.on('message', function (msg) {
  mqtt.publish('garden/answer', msg.message + ' to you, ' + msg.topic.length);
});
mqtt.on('published', function () {
  print('published');
});
mqtt.on('disconnected', function () {
  print('disconnected');
  mqtt.connect();
});

var wifi = require('Wifi');
wifi.connect('home', { password: 'nobody-knows' }, function () {
  mqtt.connect();
});
