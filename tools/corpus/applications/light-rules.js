import { MQTTLink, launch } from 'espruino-mqtt-link';

// Rules as data: conditions on values and what follows.
const values = { dark: false, home: true, hour: 20 };
const rules = [
  { name: 'evening', when: ({ dark, home, hour }) => dark && home && hour >= 18, then: { lamp: 1, heat: 1 } },
  { name: 'night', when: ({ hour }) => hour >= 23 || hour < 6, then: { lamp: 0 } },
  { name: 'away', when: ({ home }) => !home, then: { lamp: 0, heat: 0 } },
];
const outputs = { lamp: D1, heat: D2 };
const state = {};
function evaluate() {
  const wanted = Object.assign({}, ...rules.filter(({ when }) => when(values)).map(({ then }) => then));
  for (const key in wanted) {
    if (state[key] === wanted[key]) continue;
    state[key] = wanted[key];
    outputs[key].write(wanted[key]);
  }
}
launch((link) => {
  link.subscribe('house/#', (topic, text) => {
    const key = topic.split('/').pop();
    if (!(key in values)) return;
    values[key] = typeof values[key] === 'boolean' ? text === '1' : parseInt(text);
    evaluate();
  });
});

// ---- inputs ----
[["dark", "1"], ["hour", "23"], ["hour", "7"], ["home", "0"], ["cat", "1"], ["home", "1"]].forEach(function (m, i) { at(20 + i * 10, function () { message("house/" + m[0], m[1]); }); }); $$run(200);
