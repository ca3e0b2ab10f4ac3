// A pump that must not run dry: states as classes.
class State { constructor(pump) { this.pump = pump; } enter() {} tick() { return this; } get name() { return this.constructor.name; } }
class Idle extends State { tick(level) { return level > 0.6 ? new Running(this.pump) : this; } }
class Running extends State {
  time = 0;
  enter() { this.pump.write(1); }
  tick(level) { this.time++; if (level < 0.2) return new Idle(this.pump).stop(); return this.time > 4 ? new Fault(this.pump, 'too long') : this; }
}
class Fault extends State { constructor(pump, why) { super(pump); this.why = why; } enter() { this.pump.write(0); print('fault: ' + this.why); } }
State.prototype.stop = function () { this.pump.write(0); return this; };
let state = new Idle(C3);
const change = (next) => { if (next === state) return; print(`${state.name} -> ${next.name}`); state = next; state.enter(); };
setInterval(() => change(state.tick(analogRead(A0))), 100);

// ---- inputs ----
analog(A0, [0.1, 0.7, 0.5, 0.1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]); $$run(1150);
