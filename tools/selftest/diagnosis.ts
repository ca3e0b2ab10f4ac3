/**
 * What is wrong with the lines, from what all pins showed while one after the
 * other was driven: pure logic. It must name a fault only where the levels
 * leave no other.
 */
import type { WireName } from '../rig/boards';

export type Level = 0 | 1;

/** A pin at one end of a line; the target's reset input shows only by its effect. */
export type PinEnd = `${'host' | 'target'}.${WireName}`;

export type SeenLevels = Partial<Record<PinEnd, Level>>;

/** What showed while one pin was driven, all others being inputs. */
export interface Observation {
  readonly driver: PinEnd;
  /** In turn: the level given, and all that could be read. Both levels, more than once. */
  readonly seen: readonly { readonly level: Level; readonly levels: SeenLevels }[];
  /** The target restarted meanwhile. */
  readonly restarted: boolean;
}

/** A connection that ought to be there. */
export interface WireLine {
  readonly name: string;
  readonly from: PinEnd;
  readonly to: PinEnd;
}

export interface Verdict {
  readonly line: WireLine;
  /** In words; absent: the line is right. */
  readonly wrong?: string;
}

/** The five lines between the boards. */
export const WIRE_LINES: readonly WireLine[] = [
  { name: 'reset', from: 'host.reset', to: 'target.reset' },
  { name: 'sckout', from: 'host.sckout', to: 'target.sckout' },
  { name: 'stx', from: 'host.stx', to: 'target.stx' },
  { name: 'srx', from: 'target.srx', to: 'host.srx' },
  { name: 'sckin', from: 'target.sckin', to: 'host.sckin' },
];

/** Jumpers on the host in place of the target: clock to clock, data to data. */
export const JUMPERS: readonly WireLine[] = [
  { name: 'sckout to sckin', from: 'host.sckout', to: 'host.sckin' },
  { name: 'stx to srx', from: 'host.stx', to: 'host.srx' },
];

const TARGET_END: Readonly<Record<WireName, string>> = {
  reset: 'RST',
  sckout: 'mckin (GPIO12)',
  stx: 'mrx (GPIO13)',
  srx: 'mtx (GPIO14)',
  sckin: 'mckout (GPIO15)',
};

/** A pin as its board calls it. */
export function endName(end: PinEnd): string {
  const [board, wire] = end.split('.') as ['host' | 'target', WireName];
  return board === 'host' ? `the host's ${wire}` : `the target's ${TARGET_END[wire]}`;
}

/** Pins that moved with the driven one each time. */
export function followers({ driver, seen, restarted }: Observation): Set<PinEnd> {
  const found = new Set<PinEnd>(restarted ? ['target.reset'] : []);
  if (!seen.some(({ level }) => level === 0) || !seen.some(({ level }) => level === 1)) return found;
  const ends = new Set(seen.flatMap(({ levels }) => Object.keys(levels) as PinEnd[]));
  for (const end of ends)
    if (end !== driver && seen.every(({ level, levels }) => levels[end] === level)) found.add(end);
  return found;
}

/** How the receiving pin of a line that is dead behaves. */
function restOf(end: PinEnd, row: Observation): string {
  const levels = row.seen.flatMap(({ levels: { [end]: level } }) => (level === undefined ? [] : [level]));
  if (levels.length === 0) return `${endName(end)} could not be read`;
  if (levels.every((level) => level === 0))
    return `dead: ${endName(end)} stays low; the wire is cut, or shorted to ground`;
  if (levels.every((level) => level === 1))
    return `dead: ${endName(end)} stays high; the wire is cut, or shorted to 3.3 V`;
  return `dead: ${endName(end)} moves, but not with ${endName(row.driver)}; the wire is loose, or cut and picks up noise`;
}

function judge(
  line: WireLine,
  lines: readonly WireLine[],
  rows: ReadonlyMap<PinEnd, Observation>,
): string | undefined {
  const row = rows.get(line.from);
  if (!row) return 'not tested';
  const moved = followers(row);
  const arrives = moved.has(line.to);
  moved.delete(line.to);
  /** What drives the other line moves this one. */
  const comesBack = (other: WireLine): boolean => {
    const theirs = rows.get(other.from);
    const back = theirs ? followers(theirs) : new Set<PinEnd>();
    return back.has(line.to) || back.has(line.from);
  };
  const strangers = lines.filter(
    (other) =>
      other !== line &&
      (moved.has(other.from) || moved.has(other.to)) &&
      // A target that restarts moves its own pins, the same way each time: no short circuit.
      (!arrives || !row.restarted || comesBack(other)),
  );
  if (arrives)
    return strangers.length === 0
      ? undefined
      : `short circuit with ${strangers.map(({ name }) => name).join(' and ')}: both move together`;
  const swapped = strangers.find(comesBack);
  if (swapped) return `swapped with ${swapped.name}`;
  if (strangers.length > 0) {
    const places = [...moved].map(endName).join(' and ');
    return `leads to ${places} in place of ${endName(line.to)}`;
  }
  const intruder = lines.find((other) => {
    const theirs = rows.get(other.from);
    return other !== line && theirs && followers(theirs).has(line.to);
  });
  if (line.to === 'target.reset')
    return `dead: a pulse on ${endName(line.from)} does not restart the target; the wire is cut`;
  return restOf(line.to, row) + (intruder ? `; ${intruder.name} arrives there` : '');
}

/** A verdict on each line, in order. */
export function diagnose(lines: readonly WireLine[], rows: readonly Observation[]): Verdict[] {
  const byDriver = new Map(rows.map((row) => [row.driver, row]));
  return lines.map((line) => {
    const wrong = judge(line, lines, byDriver);
    return { line, ...(wrong !== undefined && { wrong }) };
  });
}
