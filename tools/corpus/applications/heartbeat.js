// Beats a minute from peaks of an analog signal.
let above = false, beats = [], threshold = 0.5;
const sampler = setInterval(() => {
  const v = analogRead(A2);
  threshold += (v - threshold) * 0.1;
  if (!above && v > threshold + 0.1) {
    above = true;
    beats.push(getTime());
    if (beats.length > 4) beats.shift();
    if (beats.length > 1) {
      const spans = beats.slice(1).map((t, i) => t - beats[i]);
      const mean = spans.reduce((a, b) => a + b) / spans.length;
      print(Math.round(60 / mean) + ' bpm');
    }
  } else if (above && v < threshold - 0.1) above = false;
}, 20);
setTimeout(() => clearInterval(sampler), 2100);

// ---- inputs ----
var w = []; for (var i = 0; i < 100; i++) w.push(i % 25 < 3 ? 0.95 : 0.3); analog(A2, w); $$run(2500);
