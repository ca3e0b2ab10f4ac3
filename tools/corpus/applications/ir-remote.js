// Codes of a remote control from the lengths of its pulses.
const KEYS = { 0x12: 'up', 0x34: 'down', 0xff: 'mute' };
let bits = [], timeout;
function pulse(e) {
  const ms = (e.time - e.lastTime) * 1000;
  if (ms > 8) bits = [];
  else bits.push(ms > 3 ? 1 : 0);
  if (timeout) clearTimeout(timeout);
  timeout = setTimeout(decode, 30);
}
function decode() {
  timeout = undefined;
  if (bits.length !== 8) { print(`${bits.length} bits`); bits = []; return; }
  const code = bits.reduce((n, bit) => (n << 1) | bit, 0);
  bits = [];
  print(code.toString(16), KEYS[code] ?? 'unknown');
}
setWatch(pulse, A6, { repeat: true, edge: 'falling' });

// ---- inputs ----
function send(t, code, n) { for (var i = n - 1, at0 = t; i >= -1; i--) { (function (x) { at(x, function () { level(A6, 1); level(A6, 0); }); })(at0); at0 += i >= 0 && (code >> i) & 1 ? 5 : 2; } }
send(100, 0x12, 8); send(300, 0xff, 8); send(500, 5, 4); send(700, 0x77, 8);
$$run(1000);
