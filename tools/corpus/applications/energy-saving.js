import { MQTTLink, launch } from 'espruino-mqtt-link';

// Measures often, sends seldom: what was measured waits in order, and is sent by priority.
const waiting = [];
const PRIORITY = { alarm: 0, event: 1, value: 2 };
function enqueue(kind, text) {
  waiting.push({ kind, text, n: waiting.length });
  waiting.sort((a, b) => PRIORITY[a.kind] - PRIORITY[b.kind]);
  if (waiting.length > 6) print('dropped ' + waiting.pop().text);
}
const link = launch(() => { setInterval(flush, 400); });
function flush() {
  const batch = waiting.splice(0);
  if (!batch.length) return;
  const groups = {};
  for (const { kind, text } of batch) (groups[kind] ||= []).push(text);
  Object.keys(groups).forEach((kind) => link.publish(`n/${kind}`, groups[kind].join()));
}
let n = 0;
setInterval(() => enqueue('value', 'v' + ++n), 50);
setWatch(({ state }) => enqueue('event', state ? 'down' : 'up'), BTN3, { repeat: true });
setTimeout(enqueue, 330, 'alarm', 'hot');

// ---- inputs ----
press(BTN3, 110, 60); $$run(1000);
