// A servo that moves in steps, from a queue of positions.
function Servo(pin) {
  var current = 0.5, queue = [], busy = false;
  function pulse() { digitalPulse(pin, 1, (1 + current).toFixed(2)); }
  function next() {
    if (!queue.length) { busy = false; return; }
    busy = true;
    var job = queue.shift(), step = (job.to - current) / job.steps, n = 0;
    var t = setInterval(function () {
      current += step;
      pulse();
      if (++n >= job.steps) { clearInterval(t); if (job.done) job.done(current); next(); }
    }, 20);
  }
  return { move: function (to, steps, done) { queue.push({ to: to, steps: steps || 4, done: done }); if (!busy) next(); return this; } };
}
var servo = Servo(B7);
servo.move(1, 3, function (p) { print('at ' + p.toFixed(1)); }).move(0).move(0.5, 2, function () { print('home'); });

// ---- inputs ----
$$run(1000);
