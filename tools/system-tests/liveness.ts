/**
 * A bench for the whole system on the emulator: the shipped bundles with a
 * small application in plain JavaScript that does what is typed on its console
 * and prints what it sees. Only what an owner could see or do counts: nothing
 * here may look inside a board.
 */
import type { BoardName } from '../rig/boards';
import { Status } from '../../shared/status';
import { readBundle, startWorld } from '../rig/world';
import type { World, WorldOptions } from '../rig/world';

/** Milliseconds for what takes a few seconds on an idle PC. */
export const WITHIN = 60_000;

/** Beside the settings of `net.json` it takes `filters`, subscribed to at each start, and `will`, false for none. */
const APP = `
var mqttlink = require('mqttlink');
var settings = require('Storage').readJSON('net.json');
var filters = settings.filters || [];
var options = { userStart: start, verbose: false };
if (settings.will !== false) mqttlink.MQTTLink.will('will', 'gone', false, 1);
['timeout', 'maxMessage', 'maxQueue', 'netTimeout', 'persist', 'hold'].forEach(function (name) {
  if (settings[name] !== undefined) options[name] = settings[name];
  delete settings[name];
});
delete settings.filters;
delete settings.will;
function heard(topic, message, retained, qos) {
  print('got ' + topic + ' ' + qos + ' ' + message.length + ' ' + (message.length < 40 ? message : E.CRC32(message)));
}
function start(link) {
  filters.forEach(function (filter) { link.subscribe(filter, heard, 1); });
}
function publish(topic, message, qos) {
  try {
    link.publish(topic, message, false, qos, function (delivered) { print('done ' + topic + ' ' + delivered); });
  } catch (e) {
    print('refused ' + topic + ' ' + e.message);
  }
}
var link = new mqttlink.MQTTLink({ reset: D4, sckout: D5, stx: D6, srx: D7, sckin: D8 }, settings, options);
link.statusHandler(function (link, status, detail) {
  print('status ' + status + ' ' + link.running() + ' ' + detail);
  return mqttlink.defaultStatusHandler(link, status, detail);
});
`;

export interface PrintedLine {
  readonly board: BoardName | '';
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface LivenessBench extends World {
  /** What both boards printed, and, without a board, what happened to them. */
  readonly lines: PrintedLine[];
  /** Types JavaScript on the host's console. */
  order(code: string): void;
  /** The first line that matches, of those from number `from` on; without it, from now on. */
  next(pattern: RegExp, ms?: number, from?: number): Promise<PrintedLine>;
  /** As `next`, for a status. */
  status(status: Status, detail?: RegExp, ms?: number, from?: number): Promise<PrintedLine>;
  /** What was printed so far that matches. */
  all(pattern: RegExp): PrintedLine[];
  /** What the application gets for an expression, as JSON. */
  ask(expression: string): Promise<unknown>;
}

/** Waits for what happens outside of the boards. */
export async function until(what: string, is: () => unknown, ms = WITHIN): Promise<void> {
  for (const end = Date.now() + ms; !(await is());) {
    if (Date.now() > end) throw new Error(`${what}: not within ${String(ms)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts it; resolves when both boards run. Whoever starts it has to stop it. */
export async function startBench(options: Partial<WorldOptions> = {}): Promise<LivenessBench> {
  const lines: PrintedLine[] = [];
  const add = (board: PrintedLine['board'], text: string): void =>
    void lines.push({ board, text, at: Date.now() });
  const world = await startWorld({
    engine: 'emulator',
    app: 'liveness',
    hostBundle: APP,
    ...options,
    hostFiles: { mqttlink: readBundle('mqttlink'), ...options.hostFiles },
    // To know the time would only make clocks jump.
    net: { timeout: 4, rtcResync: 0, ...options.net },
    onLine: add,
    // So that there is a console to type on.
    onConsole: () => undefined,
    onEvent: (text) => add('', text),
  });
  let asked = 0;
  const bench: LivenessBench = {
    ...world,
    lines,
    order: (code) => world.pair.type('host', `${code}\n`),
    async next(pattern, ms = WITHIN, from = lines.length) {
      let found: PrintedLine | undefined;
      await until(
        String(pattern),
        () => (found = lines.slice(from).find(({ text }) => pattern.test(text))),
        ms,
      ).catch((error: Error) => {
        const tail = lines.slice(-25).map(({ board, text }) => `    ${board}: ${text}`);
        throw new Error(`${error.message}; the last lines:\n${tail.join('\n')}`);
      });
      return found as PrintedLine;
    },
    status: (status, detail, ms, from) =>
      bench.next(new RegExp(`^status ${String(status)} \\w+ .*${detail?.source ?? ''}`), ms, from),
    all: (pattern) => lines.filter(({ text }) => pattern.test(text)),
    async ask(expression) {
      const mark = `answer ${String(++asked)} `;
      const answer = bench.next(new RegExp(`^${mark}`));
      bench.order(`print('${mark}' + JSON.stringify(${expression}))`);
      return JSON.parse((await answer).text.slice(mark.length)) as unknown;
    },
  };
  return bench;
}
