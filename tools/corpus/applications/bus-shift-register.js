// Eight outputs of a shift register and a matrix of keys.
var DATA = B3, CLOCK = B4, LATCH = B5, outputs = 0;
var rows = [C4, C5], cols = [C6, C7, C8];
var keymap = [['1', '2', '3'], ['4', '5', '6']], down = {};
function set(bit, on) {
  outputs = on ? outputs | (1 << bit) : outputs & ~(1 << bit);
  shiftOut(DATA, { clk: CLOCK }, outputs);
  digitalPulse(LATCH, 1, 1);
}
function scan() {
  for (var r = 0; r < rows.length; r++) {
    for (var c = 0; c < cols.length; c++) {
      var key = keymap[r][c], on = !!(digitalRead(rows[r]) && digitalRead(cols[c]));
      if (on && !down[key]) { down[key] = true; print('key ' + key); set(+key, !(outputs >> +key & 1)); }
      else if (!on) delete down[key];
    }
  }
}
setInterval(scan, 20);

// ---- inputs ----
at(50, function () { C4.v = 1; C7.v = 1; }); at(100, function () { C7.v = 0; }); at(150, function () { C5.v = 1; C4.v = 0; C8.v = 1; });
at(200, function () { C5.v = C8.v = 0; }); at(250, function () { C4.v = C7.v = 1; });
$$run(320);
