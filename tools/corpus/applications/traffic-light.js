// A state machine in a table.
const STATES = {
  red: { lights: [1, 0, 0], time: 300, next: 'redYellow' },
  redYellow: { lights: [1, 1, 0], time: 100, next: 'green' },
  green: { lights: [0, 0, 1], time: 300, next: 'yellow' },
  yellow: { lights: [0, 1, 0], time: 100, next: 'red' },
};
const PINS = [B4, B5, B6];
let state = 'red';
let rounds = 0;
function enter(name) {
  state = name;
  const { lights, time, next } = STATES[name];
  PINS.forEach((pin, i) => digitalWrite(pin, lights[i]));
  if (name === 'red' && ++rounds > 2) return print('stopped');
  setTimeout(enter, time, next);
}
enter(state);

// ---- inputs ----
$$run(3000);
