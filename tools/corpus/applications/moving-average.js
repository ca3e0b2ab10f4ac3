// Median and mean of the last values, in a ring of fixed size.
function Ring(size) {
  this.data = new Float32Array(size);
  this.count = 0;
}
Ring.prototype.add = function (x) { this.data[this.count++ % this.data.length] = x; };
Ring.prototype.values = function () { return Array.prototype.slice.call(this.data, 0, Math.min(this.count, this.data.length)); };
Ring.prototype.mean = function () { var v = this.values(); return v.reduce(function (a, b) { return a + b; }, 0) / v.length; };
Ring.prototype.median = function () {
  var v = this.values().sort(function (a, b) { return a - b; }), half = v.length >> 1;
  return v.length & 1 ? v[half] : (v[half - 1] + v[half]) / 2;
};
var ring = new Ring(5);
setInterval(function () {
  ring.add(analogRead(A0) * 100);
  print('mean ' + ring.mean().toFixed(2) + ' median ' + ring.median().toFixed(1));
}, 50);

// ---- inputs ----
analog(A0, [0.5, 0.25, 0.75, 0.125, 0.9375, 0.5, 0.0625]); $$run(420);
