// The snake of old telephones, on a small display.
const W = 8, H = 6;
let body = [{ x: 3, y: 3 }, { x: 2, y: 3 }], dir = { x: 1, y: 0 }, food = { x: 5, y: 3 }, over = false, score = 0;
const same = (a, b) => a.x === b.x && a.y === b.y;
function step() {
  if (over) return;
  const [{ x, y }] = body;
  const head = { x: (x + dir.x + W) % W, y: (y + dir.y + H) % H };
  if (body.some((part) => same(part, head))) { over = true; return print('over with ' + score); }
  body = [head, ...body];
  if (same(head, food)) { score++; food = { x: (food.x * 3 + 2) % W, y: (food.y + 2) % H }; }
  else body.pop();
  const rows = [];
  for (let r = 0; r < H; r++) {
    let row = '';
    for (let c = 0; c < W; c++) row += body.some((p) => same(p, { x: c, y: r })) ? '#' : same(food, { x: c, y: r }) ? '*' : '.';
    rows.push(row);
  }
  print(rows.join('/'));
}
const turn = (left) => { dir = left ? { x: dir.y, y: -dir.x } : { x: -dir.y, y: dir.x }; };
setWatch(() => turn(true), BTN1, { repeat: true, edge: 'rising' });
setWatch(() => turn(false), BTN2, { repeat: true, edge: 'rising' });
setInterval(step, 100);

// ---- inputs ----
press(BTN1, 350); press(BTN2, 550); press(BTN2, 650); press(BTN2, 750); $$run(1200);
