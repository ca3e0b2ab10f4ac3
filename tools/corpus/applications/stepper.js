// A stepper motor on four pins, with ramps.
const STEPS = [0b0001, 0b0011, 0b0010, 0b0110, 0b0100, 0b1100, 0b1000, 0b1001];
const pins = [B3, B2, B1, B0];
let position = 0;
function move(to) {
  return new Promise((resolve) => {
    const distance = Math.abs(to - position), direction = Math.sign(to - position);
    let done = 0;
    (function step() {
      if (done === distance) { digitalWrite(pins, 0); return resolve(position); }
      position += direction;
      digitalWrite(pins, STEPS[position & 7]);
      done++;
      const ramp = Math.min(done, distance - done, 3);
      setTimeout(step, 20 - ramp * 5);
    })();
  });
}
move(6).then((at) => { print('at', at); return move(-3); }).then((at) => print('at', at));

// ---- inputs ----
$$run(1000);
