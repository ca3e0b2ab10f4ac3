// An application in plain JavaScript, as it is written in the Web IDE: no build, only the module `mqttlink` on the
// board. It publishes a count on `result`, prints what comes on `green`, and says on `result` when it was cut off.
var mqttlink = require('mqttlink');

// A getter that makes its object anew each time: kept if it is used often.
var Status = mqttlink.Status;

var count = 0;
var lost = 0;

function publish(link) {
  // The broker may be away: what waits takes memory.
  if (link.pubqLen() < 20) link.publish('result', 'count ' + ++count, false, 1);
}

// Runs each time that the target has started.
function start(link) {
  link.subscribe('green', function (topic, message) {
    print('got ' + topic + ' ' + message);
  });
  if (count) return;
  publish(link);
  setInterval(publish, 10000, link);
}

mqttlink.MQTTLink.will('state', 'gone', true, 1);

// Your pins, your network and your broker.
var link = new mqttlink.MQTTLink(
  { reset: D4, sckout: D5, stx: D6, srx: D7, sckin: D8 },
  { ssid: 'home', password: 'secret', broker: '192.168.0.9' },
  { userStart: start },
);

link.on('connect', function () {
  link.publish('state', 'here', true, 1);
});

link.statusHandler(function (link, status, detail) {
  if (status === Status.BROKER_FAIL) lost++;
  else if (status === Status.BROKER_OK && lost) {
    link.publish('result', 'back after ' + lost + ' failures');
    lost = 0;
  }
  return mqttlink.defaultStatusHandler(link, status, detail);
});
