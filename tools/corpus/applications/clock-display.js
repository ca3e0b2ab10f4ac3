// A clock that draws only what changed.
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n) => ('0' + n).slice(-2);
let shown = {};
let seconds = 86390 + 3 * 86400;
function draw() {
  const day = Math.floor(seconds / 86400), left = seconds % 86400;
  const parts = { day: DAYS[day % 7], hour: two(Math.floor(left / 3600)), minute: two(Math.floor(left / 60) % 60), second: two(left % 60) };
  let x = 0;
  for (const [name, text] of Object.entries(parts)) {
    if (shown[name] !== text) g.drawString(text, x, 0);
    x += g.stringWidth(text) + 4;
  }
  shown = parts;
  g.flip();
}
setInterval(() => { seconds += 5; draw(); }, 100);
draw();

// ---- inputs ----
$$run(420);
