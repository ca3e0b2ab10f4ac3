// Colours by hue, with a gamma table.
const COUNT = 4;
const gamma = new Uint8Array(256).map((_, i) => Math.round(Math.pow(i / 255, 2.2) * 255));
function hsb(h, s, v) {
  const i = Math.floor(h * 6), f = h * 6 - i;
  const p = v * (1 - s), q = v * (1 - f * s), t = v * (1 - (1 - f) * s);
  const [r, g, b] = [[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]][i % 6];
  return [g, r, b].map((x) => gamma[Math.floor(x * 255)]);
}
let shift = 0;
SPI1.setup({ baud: 3200000 });
setInterval(() => {
  const frame = [];
  for (let i = 0; i < COUNT; i++) frame.push(...hsb((i / COUNT + shift) % 1, 1, 0.5));
  SPI1.send(frame);
  shift += 0.125;
}, 40);

// ---- inputs ----
$$run(230);
