// A menu on a display with two buttons: next and choose; entries are values, actions or further menus.
const menu = {
  title: 'Main',
  entries: [
    { text: 'Light', value: false, toggle(e) { e.value = !e.value; digitalWrite(LED1, e.value); } },
    { text: 'Level', menu: { title: 'Level', entries: [1, 2, 3].map((n) => ({ text: `${n * 10} %`, action: () => { share = n; back(); } })) } },
    { text: 'About', action: () => print('version', 1) },
  ],
};
let share = 0;
const path = [{ menu, index: 0 }];
const top = () => path[path.length - 1];
function back() { path.pop(); }
function draw() {
  const { menu: { title, entries }, index } = top();
  g.clear();
  g.drawString(title + (share ? ' ' + share : ''), 0, 0);
  entries.forEach(({ text, value }, i) => {
    g.drawString((i === index ? '>' : ' ') + text + (value === undefined ? '' : value ? ' on' : ' off'), 0, 10 + i * 8);
  });
  g.flip();
}
function next() { const t = top(); t.index = (t.index + 1) % t.menu.entries.length; draw(); }
function choose() {
  const t = top();
  const entry = t.menu.entries[t.index];
  entry.toggle?.(entry);
  entry.action?.();
  if (entry.menu) path.push({ menu: entry.menu, index: 0 });
  draw();
}
setWatch(next, BTN1, { repeat: true, edge: 'rising' });
setWatch(choose, BTN2, { repeat: true, edge: 'rising' });
draw();

// ---- inputs ----
press(BTN2, 100); press(BTN1, 200); press(BTN2, 300); press(BTN1, 400); press(BTN2, 500); press(BTN1, 600); press(BTN2, 700);
$$run(1000);
