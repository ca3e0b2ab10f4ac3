// Distance by echo, with the nearest of five.
var TRIG = B5, ECHO = B6;
var samples = [], started = 0;
setWatch(function (e) { started = e.time; }, ECHO, { repeat: true, edge: 'rising' });
setWatch(function (e) {
  var cm = (e.time - started) * 1000000 / 58;
  samples.push(cm);
  if (samples.length < 3) return;
  samples.sort(function (a, b) { return a - b; });
  var near = samples[0];
  samples = [];
  print(near < 400 ? near.toFixed(0) + ' cm' : 'nothing');
  analogWrite(LED1, 1 - Math.min(1, near / 400));
}, ECHO, { repeat: true, edge: 'falling' });
setInterval(function () { digitalPulse(TRIG, 1, 0.01); }, 100);

// ---- inputs ----
[5, 12, 8, 30, 40, 35].forEach(function (ms, i) { press(ECHO, 110 + i * 100, ms); }); $$run(800);
