// Electronic dice on seven LEDs, with a random number generator of its own.
const FACES = [[], [3], [0, 6], [0, 3, 6], [0, 2, 4, 6], [0, 2, 3, 4, 6], [0, 1, 2, 4, 5, 6]];
let seed = 12345;
const random = (n) => { seed = (seed * 1103515245 % 2147483648 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
const show = (n) => print(`${n}: ` + Array.from({ length: 7 }, (_, i) => (FACES[n].includes(i) ? 'o' : '.')).join(''));
let rolling;
setWatch(() => {
  if (rolling) return;
  let left = 4;
  rolling = setInterval(() => {
    show(1 + random(6));
    if (--left === 0) { clearInterval(rolling); rolling = undefined; print('rolled'); }
  }, 30);
}, BTN1, { repeat: true, edge: 'falling' });

// ---- inputs ----
press(BTN1, 50); press(BTN1, 120); press(BTN1, 400); $$run(800);
