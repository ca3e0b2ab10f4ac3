// Names of colours from a sensor's three channels, by the nearest known one.
const KNOWN = Object.freeze({ red: [200, 40, 40], green: [50, 180, 60], blue: [40, 60, 190], white: [220, 220, 210], black: [10, 12, 9] });
const distance = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]));
const nearest = (rgb) => Object.entries(KNOWN).map(([name, known]) => ({ name, d: distance(rgb, known) })).sort((a, b) => a.d - b.d)[0];
const hex = (rgb) => '#' + rgb.map((v) => v.toString(16).padStart(2, '0')).join('');
const seen = new Set();
const timer = setInterval(() => {
  I2C1.writeTo(0x29, 0x16);
  const rgb = Array.from(I2C1.readFrom(0x29, 3));
  if (!rgb.length) { clearInterval(timer); print([...seen].sort().join()); return; }
  const { name, d } = nearest(rgb);
  seen.add(name);
  print(hex(rgb), name, d.toFixed(1));
}, 100);

// ---- inputs ----
I2C1.queue = [[190, 50, 35], [45, 60, 200], [60, 170, 70], [255, 255, 255], [180, 45, 50]]; $$run(1000);
