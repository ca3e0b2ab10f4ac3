// Patterns on a row of LEDs, as generators that run side by side.
const PIXELS = 8;
const strip = new Uint8Array(PIXELS);
function* chase(n) { for (let i = 0; i < n; i++) { strip.fill(0); strip[i % PIXELS] = 255; yield 50; } }
function* fade(step) { for (let v = 0; v <= 255; v += step) { strip.forEach((_, i) => (strip[i] = v)); yield 30; } }
function* show() { yield* chase(5); yield* fade(100); strip.fill(1); yield 10; }
function play(animation) {
  const { value, done } = animation.next();
  if (done) return print('over');
  print([...strip].map((v) => v.toString(16).padStart(2, '0')).join(' '));
  setTimeout(play, value, animation);
}
play(show());

// ---- inputs ----
$$run(2000);
