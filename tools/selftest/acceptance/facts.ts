/** What a board says of itself, and whether the program that is saved on it can be tested. */
import { crcOf } from '../../flash/board-storage';
import { SAVED } from '../../flash/upload';
import type { BoardName } from '../../rig/boards';
import { readBundle } from '../../rig/world';
import type { BoardBench } from '../suite';
import type { BoardFacts } from './report';

/** Bytes of a saved program that are looked at for its name. */
const LABEL = 80;

const OURS = /^\/\/(espruino-mqtt-link \S+ (\S+))\n/;

/** What the board says of itself; it has no program in memory. */
export async function boardFactsOf(bench: BoardBench): Promise<BoardFacts> {
  const { info } = bench;
  const memory = (await bench.evaluate('process.memory()')) as Record<string, number>;
  const label = await bench.evaluate(`require("Storage").read("${SAVED}",0,${String(LABEL)})`);
  const saved = label === undefined ? undefined : String(label);
  const chip = (await bench.evaluate('require("ESP8266").getState()').catch(() => undefined)) as
    Record<string, unknown> | undefined;
  bench.goOn();
  return {
    board: info.name,
    firmware: info.version,
    free: Number(memory['free']),
    total: Number(memory['total']),
    program: saved === undefined ? 'none' : (OURS.exec(saved)?.[1] ?? 'not of this project'),
    ...(memory['stackFree'] !== undefined && { stackFree: memory['stackFree'] }),
    ...(chip && {
      chip: ['flashKB', 'flashMap', 'cpuFrequency', 'sdkVersion']
        .filter((name) => chip[name] !== undefined)
        .map((name) => `${name} ${String(chip[name])}`)
        .join(', '),
    }),
  };
}

/** What is wrong with the saved program, in words, and whether it is one that can be tested at all. */
export async function lookAtProgram(
  bench: BoardBench,
  role: BoardName,
  { program }: BoardFacts,
): Promise<{ readonly wrong?: string; readonly usable: boolean }> {
  const flash = `npm run flash -- ${role}`;
  if (program === 'none') return { wrong: `there is no saved program: ${flash}`, usable: false };
  const name = program?.split(' ').pop() ?? '';
  if (!(role === 'host' ? name.startsWith('host-') : name === 'target'))
    return { wrong: `the saved program is ${program ?? ''}: ${flash}`, usable: false };
  const there = await bench.checkFile(SAVED);
  const built = builtBundle(name);
  const same = built !== undefined && there?.length === built.length && there.crc === crcOf(built);
  return { ...(!same && { wrong: `${name} is not as it was built here last: ${flash}` }), usable: true };
}

function builtBundle(name: string): string | undefined {
  try {
    return readBundle(name);
  } catch {
    return undefined;
  }
}
