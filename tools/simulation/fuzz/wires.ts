/**
 * Both real ends of the wires with levels on them that nobody sent: wrong
 * wiring, open lines, misread levels. Nothing may escape, no turn may last,
 * no wrong message may arrive, and all is well once the wires are.
 */
import { createChance } from '../context';
import { LineSource } from '../lines';
import { createWorld } from '../wires';

const SOURCES = [
  LineSource.SCKOUT,
  LineSource.STX,
  LineSource.MCKOUT,
  LineSource.MTX,
  LineSource.LOW,
  LineSource.HIGH,
  LineSource.NOISE,
];
const LINES = ['mckin', 'mrx', 'sckin', 'srx'] as const;

/** A case is a disturbance of up to 0.3 s and what comes after it. */
export function fuzzWires(seed: number, cases: number): void {
  const chance = createChance(seed);
  const world = createWorld(seed, { watch: chance.is(0.5), timeout: 2 });
  const ends = [world.host, world.target];
  const right = { ...world.wiring };
  const sent = new Set<string>();
  let number = 0;
  world.target.settings.timeout = 0;
  for (const end of ends) {
    end.settings.pace = chance.spread(2, 30);
    end.onMessage = (message) => {
      if (!sent.has(message)) throw new Error(`a message that nobody sent: ${JSON.stringify(message)}`);
    };
    end.boot();
  }

  function send(): void {
    for (const end of ends) {
      const message = `${number++} `.padEnd(1 + chance.below(60), 'x');
      sent.add(message);
      end.later(0, () => end.link.queued() < 5 && end.link.send(message));
    }
  }

  for (let i = 0; i < cases; i++) {
    send();
    if (chance.is(0.5)) world.wiring[chance.pick(LINES)] = chance.pick(SOURCES);
    if (chance.is(0.3)) for (const line of LINES) world.wiring[line] = chance.pick(SOURCES);
    for (const { settings } of ends) {
      settings.clockNoise = chance.is(0.5) ? chance.spread(1e-6, 0.5) : 0;
      settings.dataNoise = chance.is(0.5) ? chance.spread(1e-6, 0.5) : 0;
    }
    world.run(chance.spread(0.001, 0.3));
    Object.assign(world.wiring, right);
    for (const { settings } of ends) settings.clockNoise = settings.dataNoise = 0;
    const up = (): boolean => ends.every((end) => end.link.isUp());
    if (!world.run(10, up)) throw new Error('not up again 10 s after the wires are right');
    send();
    if (!world.run(10, () => up() && ends.every((end) => end.link.queued() === 0)))
      throw new Error('messages do not get through again');
    for (const end of ends) {
      const bound = end.settings.hold * 1000 + (2 * end.settings.spins + 300) * end.settings.pace * 1.25;
      if (end.worstTurn > bound) throw new Error(`a turn of ${end.worstTurn} µs`);
    }
  }
}
