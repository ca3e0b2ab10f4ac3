// Sentences of a GPS receiver, put together from pieces and checked.
let buffer = '';
const fix = {};
const toDegrees = (text, side) => {
  const dot = text.indexOf('.');
  const degrees = parseInt(text.slice(0, dot - 2), 10) + parseFloat(text.slice(dot - 2)) / 60;
  return 'SW'.includes(side) ? -degrees : degrees;
};
function checksum(body) { let sum = 0; for (const c of body) sum ^= c.charCodeAt(0); return sum.toString(16).toUpperCase().padStart(2, '0'); }
function sentence(line) {
  const match = /^\$([^*]+)\*([0-9A-F][0-9A-F])$/.exec(line);
  if (!match) return print('no sentence');
  const [, body, sum] = match;
  if (checksum(body) !== sum) return print('damaged');
  const [kind, time, lat, ns, lon, ew, quality, satellites = '0'] = body.split(',');
  if (!kind.endsWith('GGA')) return;
  Object.assign(fix, { time, lat: toDegrees(lat, ns), lon: toDegrees(lon, ew), ok: quality !== '0', satellites: +satellites });
  print(`${fix.time} ${fix.lat.toFixed(4)} ${fix.lon.toFixed(4)} ${fix.ok} ${fix.satellites}`);
}
Serial1.setup(9600);
Serial1.on('data', (data) => {
  buffer += data;
  let end;
  while ((end = buffer.indexOf('\n')) >= 0) {
    sentence(buffer.slice(0, end).trim());
    buffer = buffer.slice(end + 1);
  }
});

// ---- inputs ----
at(10, function () { Serial1.receive('$GPGGA,120000,4807.038,N,01131'); });
at(20, function () { Serial1.receive('.000,E,1,08*' + checksum('GPGGA,120000,4807.038,N,01131.000,E,1,08') + '\r\n$GPG'); });
at(30, function () { Serial1.receive('GA,1*00\nrubbish\n'); });
$$run(100);
