// A compass on I2C: signed words, calibration, and a heading in words.
var ADDR = 0x1e;
function Compass(i2c) { this.i2c = i2c; this.offset = { x: 0, y: 0 }; this.min = { x: 1e9, y: 1e9 }; this.max = { x: -1e9, y: -1e9 }; }
Compass.prototype.read = function () {
  this.i2c.writeTo(ADDR, 3);
  var d = this.i2c.readFrom(ADDR, 6);
  var dv = new DataView(d.buffer);
  return { x: dv.getInt16(0), z: dv.getInt16(2), y: dv.getInt16(4) };
};
Compass.prototype.calibrate = function (p) {
  var that = this;
  ['x', 'y'].forEach(function (a) {
    that.min[a] = Math.min(that.min[a], p[a]);
    that.max[a] = Math.max(that.max[a], p[a]);
    that.offset[a] = (that.min[a] + that.max[a]) / 2;
  });
};
Compass.prototype.heading = function () {
  var p = this.read();
  this.calibrate(p);
  var h = Math.atan2(p.y - this.offset.y, p.x - this.offset.x) * 180 / Math.PI;
  return h < 0 ? h + 360 : h;
};
var compass = new Compass(I2C1), names = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'];
setInterval(function () { var h = compass.heading(); print(h.toFixed(0), names[Math.round(h / 45) % 8]); }, 100);

// ---- inputs ----
I2C1.queue = [[0, 100, 0, 0, 0, 50], [255, 156, 0, 0, 255, 206], [0, 80, 0, 0, 255, 200], [255, 200, 0, 1, 0, 60]]; $$run(420);
