/** Runs a program among the globals that a generated one speaks of, and says all that anybody could see of it. */
import { Script, createContext } from 'node:vm';

/** The same text, for the interpreter's own use: what a program of the generator finds. */
export const WORLD = `
var lines = [], waiting = [], turns = 0, ticks = 0;
function show(value, depth) {
  if (typeof value === 'string') return '"' + value + '"';
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'function' : String(value);
  if (depth > 2) return '...';
  var text = '', keys = Object.keys(value).sort();
  for (var n = 0; n < keys.length; n++) text += keys[n] + ':' + show(value[keys[n]], depth + 1) + ',';
  return '{' + text + '}';
}
function log() {
  if (lines.length > 300) throw 'enough';
  var text = '';
  for (var n = 0; n < arguments.length; n++) text += ' ' + show(arguments[n], 0);
  lines.push(text);
}
function later(run) { if (waiting.length < 20) waiting.push(run); }
function next() { return ++turns; }
function tick() { count += 1; obj.x = ++ticks; return ticks; }
function getTime() { return turns / 2; }
var count = 10, yes = true;
var obj = {
  x: 1,
  y: { z: 2 },
  call: function (run) { log('call'); return typeof run === 'function' ? run(3) : run; },
  substr: function (n) { log('substr'); return n + ++turns; },
};
var sensor = { get level() { log('level'); return ++turns; } };
`;

// What a function looks like as text is nobody's business.
const world = new Script(`(function () {${WORLD}
Function.prototype.toString = function () { return 'fn'; };
return {
  globals: { log: log, later: later, next: next, tick: tick, getTime: getTime, obj: obj, sensor: sensor, yes: yes },
  lines: lines, waiting: waiting,
  count: { get: function () { return count; }, set: function (value) { count = value; } },
}; })`);

interface World {
  globals: Record<string, unknown>;
  lines: string[];
  waiting: unknown[];
  count: PropertyDescriptor;
}

/** What runs for so long never ends, ms. It takes a few; but this is time on the wall, of which a busy PC may give it little. */
const ENDLESS = 60_000;

// One call for all that is to be done later: V8 starts a thread for every call that it has to end in time.
const laterOnes = new Script('$run()');

/** Does what the program has left to be done later, and what that leaves in turn. */
function runLater(lines: string[], waiting: unknown[], say: (error: unknown) => void): void {
  for (const run of waiting) {
    lines.push('later');
    try {
      (run as () => void)();
    } catch (error) {
      say(error);
    }
  }
}

/** @returns what it logged, line by line, and how it ended; undefined where it does not end */
export function observe(code: string): string | undefined {
  const context = createContext({});
  const { globals, lines, waiting, count } = (world.runInContext(context) as () => World)();
  Object.assign(context, globals);
  Object.defineProperty(context, 'count', { ...count, enumerable: true, configurable: true });
  const say = (error: unknown): void => {
    const name = (error as { name?: string } | null)?.name;
    lines.push(`threw ${name ?? String(error)}`);
  };
  const isEndless = (error: unknown): boolean =>
    (error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  try {
    new Script(code).runInContext(context, { timeout: ENDLESS });
  } catch (error) {
    if (isEndless(error)) return undefined;
    say(error);
    return lines.join('\n');
  }
  try {
    context['$run'] = () => runLater(lines, waiting, say);
    laterOnes.runInContext(context, { timeout: ENDLESS });
  } catch (error) {
    if (isEndless(error)) return undefined;
    throw error;
  }
  return lines.join('\n');
}
