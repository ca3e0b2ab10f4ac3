import { MQTTLink, launch } from 'espruino-mqtt-link';

// A rotary encoder changes a value; its button chooses which.
const values = new Map([['bright', 5], ['speed', 1], ['hue', 0]]);
const names = [...values.keys()];
let index = 0;
function turned(direction) {
  const name = names[index];
  const value = Math.max(0, Math.min(10, values.get(name) + direction));
  values.set(name, value);
  link.publish(`lamp/${name}`, String(value));
}
setWatch(() => turned(digitalRead(B1) ? -1 : 1), B0, { repeat: true, edge: 'rising' });
setWatch(() => { index = (index + 1) % names.length; print('now ' + names[index]); }, BTN2, { repeat: true, edge: 'rising' });
const link = launch(() => print('ready'));
setTimeout(() => { for (const [name, value] of values) print(name, value); }, 900);

// ---- inputs ----
press(B0, 100); press(B0, 200);
at(250, function () { B1.v = 1; });
press(B0, 300); press(BTN2, 400); press(B0, 500); press(B0, 600); press(BTN2, 700); at(720, function () { B1.v = 0; }); press(B0, 800);
$$run(1000);
