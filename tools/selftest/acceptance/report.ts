/** What an acceptance test found, as data and as text for people. Pure; it must be given nothing that is secret. */
import type { StackFigures } from '../stack';
import type { FramesFigures } from '../frames';
import type { RoundTripAccount } from './exchange';

export type CheckOutcome = 'passed' | 'failed' | 'skipped';

export interface Check {
  readonly part: string;
  readonly name: string;
  readonly outcome: CheckOutcome;
  /** What is wrong, or why it was skipped. */
  readonly message?: string;
}

export interface BoardFacts {
  readonly board: string;
  readonly firmware: string;
  /** Variables free after `reset()`, and in all. */
  readonly free: number;
  readonly total: number;
  /** First line of what is saved on it. */
  readonly program?: string;
  /** Bytes of C stack that are free for a program, where the firmware tells. */
  readonly stackFree?: number;
  /** What `require("ESP8266").getState()` tells of flash, clock and SDK. */
  readonly chip?: string;
}

/** Seconds, but where it is said. */
export interface Figures {
  frames?: FramesFigures;
  stack?: StackFigures;
  /** From the application's start, which resets the target, until the broker is there. */
  start?: number;
  messages?: RoundTripAccount;
  /** One message at a time. */
  single?: RoundTripAccount;
  slow?: RoundTripAccount & { readonly delay: number };
  broken?: RoundTripAccount & { readonly cuts: number };
  /** From the moment when the target forgot its program. */
  reset?: { readonly noticed: number; readonly again: number; readonly resets: number };
  outage?: RoundTripAccount & { readonly lasted: number; readonly again: number };
  idle?: {
    readonly lasted: number;
    readonly resets: number;
    readonly reconnects: number;
    /** Variables in use, at the first look and at the last. */
    readonly host: readonly [number, number];
    readonly target: readonly [number, number];
  };
  memory?: { readonly host: number; readonly target: number };
}

export interface AcceptanceReport {
  readonly version: 1;
  /** Of this project. */
  readonly release: string;
  readonly date: string;
  readonly node: string;
  readonly passed: boolean;
  readonly host?: BoardFacts;
  readonly target?: BoardFacts;
  readonly checks: readonly Check[];
  readonly remarks: readonly { readonly part: string; readonly text: string }[];
  readonly figures: Figures;
}

/** Part of the files' names: the host's board. */
export function boardName(report: AcceptanceReport): string {
  return (report.host?.board ?? 'unknown').toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function account({ sent, answered, doubled, seconds: took, delays }: RoundTripAccount): string {
  const rate = took > 0 ? `, ${(answered / took).toFixed(1)} a second` : '';
  const times = delays
    ? `; there and back ${String(delays.least)} to ${String(delays.most)} ms, median ${String(delays.median)}, 95 % ${String(delays.p95)}`
    : '';
  return `${String(answered)} of ${String(sent)} came back, ${String(doubled)} twice${rate}${times}`;
}

function rows(figures: Figures): [string, string][] {
  const { frames, stack, start, messages, single, slow, broken, reset, outage, idle, memory } = figures;
  const all: [string, string][] = [];
  if (frames)
    all.push(
      [
        'link, to the target',
        `${frames.toTarget.rate.toFixed(1)} frames, ${frames.toTarget.bytes.toFixed(0)} bytes a second`,
      ],
      [
        'link, to the host, at the same time',
        `${frames.toHost.rate.toFixed(1)} frames, ${frames.toHost.bytes.toFixed(0)} bytes a second`,
      ],
      [
        'link, errors',
        `${String(frames.damaged)} damaged and ${String(frames.resent)} sent again of ${String(frames.exchanges)} exchanges`,
      ],
    );
  if (stack)
    all.push([
      "target's stack",
      `${stack.end === 'reset' ? '' : 'more than '}${String(stack.levels)} levels, ${String(stack.bytes)} bytes as an ESP8266 counts; ${stack.chains.toFixed(1)} of the deepest chains`,
    ]);
  if (start !== undefined) all.push(['from the start to the broker', seconds(start)]);
  if (single) all.push(['messages, one at a time', account(single)]);
  if (messages) all.push(['messages, in a row', account(messages)]);
  if (slow) all.push([`messages, ${String(slow.delay)} ms late on each way`, account(slow)]);
  if (broken) all.push([`messages, ${String(broken.cuts)} connections broken`, account(broken)]);
  if (reset)
    all.push([
      'target without a program',
      `noticed after ${seconds(reset.noticed)}, published again after ${seconds(reset.again)}, ${String(reset.resets)} resets`,
    ]);
  if (outage)
    all.push([
      `no broker for ${seconds(outage.lasted)}`,
      `published again ${seconds(outage.again)} after its end; ${String(outage.answered)} of ${String(outage.sent)} came back`,
    ]);
  if (idle)
    all.push([
      `idle for ${seconds(idle.lasted)}`,
      `${String(idle.resets)} resets, ${String(idle.reconnects)} reconnects; variables host ${idle.host.join(' to ')}, target ${idle.target.join(' to ')}`,
    ]);
  if (memory)
    all.push(['variables in use at the end', `host ${String(memory.host)}, target ${String(memory.target)}`]);
  return all;
}

function facts(
  name: string,
  pick: (facts: BoardFacts) => string | undefined,
  report: AcceptanceReport,
): string[] {
  const cell = (of: BoardFacts | undefined): string => (of && pick(of)) ?? '–';
  return [name, cell(report.host), cell(report.target)];
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** The line for the table of reports in tools/README.md. */
export function tableRow({ host, target, figures }: AcceptanceReport): string {
  const { frames, stack, messages, single, reset } = figures;
  const cells = [
    `${host?.board ?? '–'} ${host?.firmware ?? ''}`.trim(),
    `${target?.board ?? '–'} ${target?.firmware ?? ''}`.trim(),
    frames ? `${frames.toTarget.bytes.toFixed(0)} / ${frames.toHost.bytes.toFixed(0)}` : '–',
    messages && messages.seconds > 0 ? (messages.answered / messages.seconds).toFixed(1) : '–',
    single?.delays ? `${String(single.delays.median)} ms` : '–',
    reset ? seconds(reset.again) : '–',
    stack ? `${stack.end === 'reset' ? '' : '> '}${String(stack.bytes)}` : '–',
  ];
  return `| ${cells.join(' | ')} |`;
}

const MARK: Readonly<Record<CheckOutcome, string>> = {
  passed: 'ok',
  failed: '**not ok**',
  skipped: 'skipped',
};

/** The report as Markdown. */
export function toMarkdown(report: AcceptanceReport): string {
  const { checks, remarks, host, target } = report;
  const count = (outcome: CheckOutcome): number => checks.filter((check) => check.outcome === outcome).length;
  const parts = [...new Set([...checks, ...remarks].map(({ part }) => part))];
  const verdict =
    `${report.passed ? 'Passed' : '**Failed**'}: ${String(count('passed'))} checks passed, ` +
    `${String(count('failed'))} failed, ${String(count('skipped'))} skipped.`;
  const listed = (part: string): string =>
    [
      `### ${part}`,
      '',
      ...checks
        .filter((check) => check.part === part)
        .map(({ name, outcome, message }) => `- ${MARK[outcome]}: ${name}${message ? `: ${message}` : ''}`),
      ...remarks.filter((remark) => remark.part === part).map(({ text }) => `- ${text}`),
    ].join('\n');
  return `${[
    `# Acceptance: ${host?.board ?? 'no host'} with ${target?.board ?? 'no target'}`,
    `${verdict} ${report.date}, espruino-mqtt-link ${report.release}, Node ${report.node}.`,
    table(
      ['', 'host', 'target'],
      [
        facts('board', (of) => of.board, report),
        facts('Espruino', (of) => of.firmware, report),
        facts('variables free, in all', (of) => `${String(of.free)}, ${String(of.total)}`, report),
        facts('saved program', (of) => of.program, report),
        facts(
          'C stack free',
          (of) => (of.stackFree === undefined ? undefined : String(of.stackFree)),
          report,
        ),
        facts('chip', (of) => of.chip, report),
      ],
    ),
    table(['figure', 'value'], rows(report.figures)),
    '## Checks',
    ...parts.map(listed),
    '## For the table in tools/README.md',
    `\`\`\`\n${tableRow(report)}\n\`\`\``,
  ].join('\n\n')}\n`;
}
