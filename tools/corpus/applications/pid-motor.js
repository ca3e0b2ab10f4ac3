// A PID controller for the speed of a motor.
class PID {
  integral = 0;
  last = 0;
  constructor({ p = 1, i = 0, d = 0, limit = 1 } = {}) { Object.assign(this, { p, i, d, limit }); }
  step(error, dt) {
    this.integral = Math.min(this.limit, Math.max(-this.limit, this.integral + error * dt));
    const slope = (error - this.last) / dt;
    this.last = error;
    return Math.min(1, Math.max(0, this.p * error + this.i * this.integral + this.d * slope));
  }
}
const pid = new PID({ p: 0.5, i: 2, d: 0.01 });
let speed = 0;
const target = 0.8;
const timer = setInterval(() => {
  const power = pid.step(target - speed, 0.1);
  analogWrite(A4, power, { freq: 1000 });
  speed += (power - speed) * 0.3;
  print('speed ' + speed.toFixed(3));
}, 100);
setTimeout(() => { clearInterval(timer); analogWrite(A4, 0); }, 1550);

// ---- inputs ----
$$run(2000);
