// Values are collected in memory and written to a file ten at a time, oldest files first out.
var storage = require('Storage');
var FILE = 'log', KEEP = 2;
var lines = [], files = 0;
function flush() {
  if (!lines.length) return;
  storage.write(FILE + files, lines.join('\n'));
  files++;
  if (files > KEEP) storage.erase(FILE + (files - KEEP - 1));
  lines.length = 0;
}
function log(kind, value) {
  lines.push([Math.round(getTime() * 10), kind, value].join(';'));
  if (lines.length >= 5) flush();
}
setInterval(function () { log('light', analogRead(A5).toFixed(2)); }, 100);
setWatch(function (e) { log('door', e.state ? 'open' : 'shut'); }, B2, { repeat: true });
setTimeout(function () { flush(); print(storage.list().sort().join(' ')); }, 1250);

// ---- inputs ----
analog(A5, [0.1, 0.25, 0.333, 0.5, 0.505, 0.9]); press(B2, 330, 400); $$run(1300);
