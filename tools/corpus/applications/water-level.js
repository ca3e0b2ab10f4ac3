// Interpolation in a table, with a hysteresis for two alarms.
var TABLE = [[0, 0], [0.2, 10], [0.5, 50], [0.8, 90], [1, 100]];
var alarms = [{ name: 'low', on: 15, off: 20, below: true, active: false }, { name: 'high', on: 92, off: 88, below: false, active: false }];
function level(raw) {
  for (var i = 1; i < TABLE.length; i++) {
    if (raw > TABLE[i][0]) continue;
    var a = TABLE[i - 1], b = TABLE[i];
    return a[1] + (raw - a[0]) * (b[1] - a[1]) / (b[0] - a[0]);
  }
  return 100;
}
function check(v) {
  alarms.forEach(function (a) {
    var was = a.active;
    if (a.below) a.active = a.active ? v < a.off : v < a.on;
    else a.active = a.active ? v > a.off : v > a.on;
    if (was != a.active) print(a.name + (a.active ? ' on' : ' off'));
  });
}
setInterval(function () { var v = level(analogRead(A4)); print(v.toFixed(1)); check(v); }, 100);

// ---- inputs ----
analog(A4, [0.5, 0.25, 0.125, 0.28125, 0.75, 0.9375, 0.8125, 0.79]); $$run(920);
