/** The diagnosis against boards that are wired as told, simulated pin by pin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WireName } from '../rig/boards';
import { JUMPERS, WIRE_LINES, diagnose } from './diagnosis';
import type { PinEnd, Level, SeenLevels, WireLine, Observation } from './diagnosis';

const WIRES: readonly WireName[] = ['reset', 'sckout', 'stx', 'srx', 'sckin'];
const host = (wire: WireName): PinEnd => `host.${wire}`;
const target = (wire: WireName): PinEnd => `target.${wire}`;

/** Pins that are one piece of copper, and those that something else holds at a level. */
interface Bench {
  readonly nets: readonly (readonly PinEnd[])[];
  readonly held?: SeenLevels;
  /** Only what these engines' boards can read and drive is in the rows: functional directions. */
  readonly poor?: boolean;
}

const READABLE: readonly PinEnd[] = ['host.srx', 'host.sckin', 'target.sckout', 'target.stx'];

/** What a real pair would show: the target's GPIO15 has a pull-down, all others are pulled up. */
function survey({ nets, held = {}, poor = false }: Bench): Observation[] {
  const ends = WIRES.flatMap((wire) => [host(wire), target(wire)]);
  const netOf = (end: PinEnd): readonly PinEnd[] => nets.find((net) => net.includes(end)) ?? [end];
  return ends
    .filter((end) => end !== 'target.reset')
    .map((driver) => {
      let restarted = false;
      const look = (level: Level): SeenLevels => {
        const levels: SeenLevels = {};
        const silent = netOf(driver).includes('target.reset') && level === 0;
        if (silent) restarted = true;
        for (const end of ends) {
          if (end === 'target.reset' || (silent && end.startsWith('target'))) continue;
          if (poor && !READABLE.includes(end)) continue;
          const net = netOf(end);
          const hold = net.map((one) => held[one]).find((one) => one !== undefined);
          levels[end] = hold ?? (net.includes(driver) ? level : net.includes('target.sckin') ? 0 : 1);
        }
        return levels;
      };
      const seen = ([0, 1, 0, 1] as const).map((level) => ({ level, levels: look(level) }));
      return { driver, seen, restarted };
    });
}

/** All wires right, but for those given. */
function wired(changes: Partial<Record<WireName, readonly PinEnd[]>> = {}): PinEnd[][] {
  return WIRES.map((wire) => [...(changes[wire] ?? [host(wire), target(wire)])]);
}

function wrongs(bench: Bench, lines: readonly WireLine[] = WIRE_LINES): Record<string, string> {
  return Object.fromEntries(
    diagnose(lines, survey(bench)).flatMap(({ line, wrong }) =>
      wrong === undefined ? [] : [[line.name, wrong]],
    ),
  );
}

test('nothing is wrong with wires that are right', () => {
  assert.deepEqual(wrongs({ nets: wired() }), {});
  assert.deepEqual(wrongs({ nets: wired(), poor: true }), {});
});

test('each of the wires, cut, is named alone', () => {
  for (const wire of WIRES) {
    for (const poor of [false, true]) {
      const found = wrongs({ nets: wired({ [wire]: [host(wire)] }), poor });
      assert.deepEqual(Object.keys(found), [wire]);
      assert.match(found[wire] ?? '', /^dead: .*cut/);
    }
  }
});

test('each of the lines, stuck, is named alone, with its level', () => {
  for (const wire of WIRES.slice(1)) {
    for (const level of [0, 1] as const) {
      const found = wrongs({ nets: wired(), held: { [target(wire)]: level } });
      assert.deepEqual(Object.keys(found), [wire]);
      assert.match(found[wire] ?? '', level ? /stays high.*3\.3 V/ : /stays low.*ground/);
    }
  }
});

test('any two wires, swapped, name each other', () => {
  for (const a of WIRES) {
    for (const b of WIRES) {
      if (a >= b) continue;
      const nets = wired({ [a]: [host(a), target(b)], [b]: [host(b), target(a)] });
      assert.deepEqual(wrongs({ nets }), { [a]: `swapped with ${b}`, [b]: `swapped with ${a}` });
    }
  }
});

test('with eyes on the inputs alone, swaps of one direction are still named, others are dead', () => {
  const swap = (a: WireName, b: WireName): Record<string, string> =>
    wrongs({ nets: wired({ [a]: [host(a), target(b)], [b]: [host(b), target(a)] }), poor: true });
  assert.deepEqual(swap('stx', 'sckout'), { stx: 'swapped with sckout', sckout: 'swapped with stx' });
  assert.deepEqual(swap('srx', 'sckin'), { srx: 'swapped with sckin', sckin: 'swapped with srx' });
  const crossed = swap('stx', 'srx');
  assert.deepEqual(Object.keys(crossed), ['stx', 'srx']);
  assert.match(crossed['stx'] ?? '', /^dead/);
});

test('three wires in a ring are told where they lead', () => {
  const nets = wired({
    sckout: ['host.sckout', 'target.stx'],
    stx: ['host.stx', 'target.srx'],
    srx: ['host.srx', 'target.sckout'],
  });
  const found = wrongs({ nets });
  assert.deepEqual(Object.keys(found), ['sckout', 'stx', 'srx']);
  assert.match(found['sckout'] ?? '', /^leads to the target's mrx \(GPIO13\) in place of .*mckin/);
});

test('a wire in a wrong place, and the place of another, is told so', () => {
  const nets = wired({ stx: ['host.stx'], sckout: ['host.sckout', 'target.stx'] });
  const found = wrongs({ nets });
  assert.match(found['sckout'] ?? '', /^leads to the target's mrx/);
  assert.match(found['stx'] ?? '', /^dead: .*sckout arrives there/);
});

test('wires that touch are a short circuit', () => {
  const nets = [
    ...wired().filter((net) => !/stx|sckout/.test(net.join())),
    ['host.stx', 'target.stx', 'host.sckout', 'target.sckout'] as PinEnd[],
  ];
  assert.deepEqual(wrongs({ nets }), {
    sckout: 'short circuit with stx: both move together',
    stx: 'short circuit with sckout: both move together',
  });
});

test('what a restart of the target moves is no short circuit, a real one is', () => {
  const moving = (nets: PinEnd[][]): Observation[] =>
    survey({ nets }).map((row) =>
      row.restarted
        ? {
            ...row,
            seen: row.seen.map(({ level, levels }) => ({
              level,
              levels: { ...levels, 'host.sckin': level },
            })),
          }
        : row,
    );
  assert.deepEqual(
    diagnose(WIRE_LINES, moving(wired())).filter(({ wrong }) => wrong),
    [],
  );
  const touching = [
    ...wired().filter((net) => !/reset|sckin/.test(net.join())),
    ['host.reset', 'target.reset', 'host.sckin', 'target.sckin'] as PinEnd[],
  ];
  assert.deepEqual(
    diagnose(WIRE_LINES, moving(touching)).flatMap(({ line, wrong }) => (wrong ? [[line.name, wrong]] : [])),
    [
      ['reset', 'short circuit with sckin: both move together'],
      ['sckin', 'short circuit with reset: both move together'],
    ],
  );
});

test('what moves by itself is loose', () => {
  const rows = survey({ nets: wired() }).map((row) =>
    row.driver !== 'host.stx'
      ? row
      : {
          ...row,
          seen: row.seen.map(({ level, levels }, index) => ({
            level,
            levels: { ...levels, 'target.stx': (index >> 1) as Level },
          })),
        },
  );
  const [verdict] = diagnose(WIRE_LINES, rows).filter(({ wrong }) => wrong);
  assert.equal(verdict?.line.name, 'stx');
  assert.match(verdict?.wrong ?? '', /moves, but not with .*loose/);
});

test('jumpers on the host: right, dead, swapped', () => {
  const jumpers = (...nets: PinEnd[][]) => wrongs({ nets }, JUMPERS);
  assert.deepEqual(jumpers(['host.sckout', 'host.sckin'], ['host.stx', 'host.srx']), {});
  assert.deepEqual(Object.keys(jumpers(['host.sckout', 'host.sckin'])), ['stx to srx']);
  assert.deepEqual(jumpers(['host.sckout', 'host.srx'], ['host.stx', 'host.sckin']), {
    'sckout to sckin': 'swapped with stx to srx',
    'stx to srx': 'swapped with sckout to sckin',
  });
});
