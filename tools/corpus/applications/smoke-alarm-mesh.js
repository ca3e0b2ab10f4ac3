// Events between parts that do not know each other.
class Emitter {
  #handlers = new Map();
  on(name, f) { if (!this.#handlers.has(name)) this.#handlers.set(name, new Set()); this.#handlers.get(name).add(f); return () => this.#handlers.get(name).delete(f); }
  emit(name, ...args) { for (const f of this.#handlers.get(name) ?? []) f(...args); return this; }
}
const bus = new Emitter();
const off = bus.on('smoke', (level, room = 'somewhere') => print(`smoke ${level} in ${room}`));
bus.on('smoke', (level) => { if (level > 0.5) bus.emit('alarm', { level }); });
bus.on('alarm', ({ level, ...rest }) => { digitalWrite(LED1, 1); print(JSON.stringify({ level, rest })); });
let n = 0;
const timer = setInterval(() => {
  bus.emit('smoke', analogRead(A3), ...(n % 2 ? ['kitchen'] : []));
  if (++n === 3) off();
  if (n === 5) clearInterval(timer);
}, 50);

// ---- inputs ----
analog(A3, [0.125, 0.75, 0.25, 0.875, 0.5]); $$run(400);
