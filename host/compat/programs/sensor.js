// A thermometer: it joins the network, connects, and publishes from then on.
var SSID = 'home';
var PASSWORD = 'nobody-knows';
var SERVER = '192.168.0.9';

var wifi = require('Wifi');
var mqtt;
var count = 0;

function measure() {
  count++;
  mqtt.publish('garden/temperature', (20 + count / 10).toFixed(1));
  mqtt.publish('garden/count', count, { retain: true });
}

wifi.connect(SSID, { password: PASSWORD }, function (err) {
  if (err) {
    print('Wi-Fi: ' + err);
    return;
  }
  print(
    'Wi-Fi is ' + wifi.getStatus().station + ', the network is ' + wifi.getDetails().ssid.length + ' long',
  );
  mqtt = require('MQTT').create(SERVER, { client_id: 'thermometer', keep_alive: 120 });
  mqtt.on('connected', function () {
    print('connected ' + mqtt.connected);
    setInterval(measure, 400);
  });
  mqtt.connect();
});
wifi.stopAP();
