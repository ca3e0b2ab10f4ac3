/**
 * What follows for an owner from a line that his host prints: what it means and what to do, behind that line, and no more
 * than once in a while however often the host says it. It must leave the lines themselves alone.
 */

/** The same advice is not given again before, ms. */
const PAUSE = 60_000;

/** Words of `host/status-text.ts`, at the end of a line. */
const DROPPED = /\bmessages were dropped: (\d+)$/;
const OTHER_VERSION = /\bspeak different versions: host (\d+), target (\d+)$/;

export interface Advice {
  /** Lines for behind one of the host's; none, as a rule. */
  after(line: string): string[];
}

/** What to do with a pair of boards that do not understand each other. */
export function adviseVersions(host: number, target: number): string {
  const [old, other] = target < host ? ['target', 'host'] : ['host', 'target'];
  return (
    `the ${old} has an older version of this library than the ${other}, so that no message passes: ` +
    `flash it too, with "mqttlink flash ${old}"`
  );
}

/** @param count since the first line that was seen */
function adviseDropped(count: number): string {
  return (
    `${String(count)} ${count === 1 ? 'message was' : 'messages were'} lost so far: more came than link and application ` +
    'take. Let callbacks return sooner, have fewer sent, subscribe to less, or have them sent with QoS 1 and set ' +
    '"cleanSession": false, so that the broker keeps what finds no room'
  );
}

/** @param now for tests: ms */
export function createAdvice(now: () => number = Date.now): Advice {
  const said = new Map<RegExp, number>();
  let dropped = 0;

  function isTime(of: RegExp): boolean {
    const time = now();
    if (time - (said.get(of) ?? -Infinity) < PAUSE) return false;
    said.set(of, time);
    return true;
  }

  return {
    after(line) {
      const [, count] = DROPPED.exec(line) ?? [];
      dropped += Number(count ?? 0);
      if (count !== undefined && isTime(DROPPED)) return [adviseDropped(dropped)];
      const [, host, target] = OTHER_VERSION.exec(line) ?? [];
      return host !== undefined && isTime(OTHER_VERSION)
        ? [adviseVersions(Number(host), Number(target))]
        : [];
    },
  };
}
