import { MQTTLink, launch } from 'espruino-mqtt-link';

// Several DS18B20 on one wire, asked in turn.
var ow = new OneWire(A1);
var sensors = ow.search().map(function (code) { return { code: code, last: undefined }; });
function convert(data) {
  var t = data[0] | (data[1] << 8);
  if (t & 0x8000) t -= 0x10000;
  return t / 16;
}
function readAll(callback) {
  var results = [], i = 0;
  (function next() {
    if (i >= sensors.length) { callback(results); return; }
    var s = sensors[i++];
    ow.reset(); ow.select(s.code); ow.write(0xbe);
    s.last = convert(ow.read(2));
    results.push(s);
    setTimeout(next, 10);
  })();
}
launch(function (link) {
  setInterval(function () {
    readAll(function (list) {
      list.forEach(function (s) { link.publish('t/' + s.code.substr(-4), s.last.toFixed(1)); });
    });
  }, 500);
});

// ---- inputs ----
ow.queue = [[0x50, 1], [0x91, 1], [0x5e, 0xff], [8, 0]]; $$run(1200);
