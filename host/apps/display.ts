// A display: four lines, each set by a message on `display/1` to `display/4`; `display/clear` empties all. On a board with
// a screen (`g`) they are drawn, elsewhere printed. Drawing is put off until messages have come, so that a burst of them
// is drawn once: drawing holds up the link.
import { launch } from 'espruino-mqtt-link';

// Only boards with a screen have it.
declare const g: Graphics | undefined;

const LINES = 4;
const HEIGHT = 16;

const lines: string[] = ['', '', '', ''];
let drawing: unknown;

function draw(): void {
  drawing = undefined;
  print(lines.join(' | '));
  if (typeof g === 'undefined') return;
  g.clear();
  lines.forEach((text, index) => g.drawString(text, 0, index * HEIGHT));
  // Some screens show what was drawn only then.
  g.flip?.();
}

function changed(): void {
  drawing ??= setTimeout(draw, 100);
}

launch((link) => {
  link.subscribe(
    'display/+',
    (topic, message) => {
      const name = topic.split('/')[1] ?? '';
      const line = Number(name);
      if (name === 'clear') lines.fill('');
      else if (line >= 1 && line <= LINES) lines[line - 1] = message;
      else return print(`There is no line ${name}, but 1 to ${LINES}`);
      changed();
    },
    1,
  );
  changed();
});
