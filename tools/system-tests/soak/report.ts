/** A soak's report as a table for people. Pure. */
import { SOAK_KINDS } from './faults';
import type { Account } from './ledger';
import type { SoakReport } from './run';

function row(name: string, values: readonly (string | number)[]): string {
  return name.padEnd(24) + values.map((value) => String(value).padStart(9)).join('');
}

export function soakTable(report: SoakReport): string {
  const accounts: (readonly [string, Account])[] = [
    ['host to broker', report.out],
    ['broker to host', report.in],
  ];
  if (report.backlog) accounts.push(['backlog', report.backlog.account]);
  const { start, end, worst } = report.memory;
  const counts = SOAK_KINDS.map((kind) => [kind, report.faults[kind] ?? 0] as const).filter(
    ([, count]) => count,
  );
  const lines = [
    `Engine ${report.engine}, broker ${report.broker}, ${String(report.seconds)} s, seed ${String(report.seed)}`,
    '',
    row('QoS 1 messages', ['sent', 'received', 'lost', 'doubled', 'disorder', 'damaged']),
    ...accounts.map(([name, { sent, received, lost, doubled, disordered, damaged }]) =>
      row(name, [sent, received, lost, doubled, disordered, damaged]),
    ),
    '',
    row('variables in use', ['start', 'end', 'worst']),
    row('host', [start.host, end.host, worst.host]),
    row('target', [start.target, end.target, worst.target]),
    '',
    `${String(counts.reduce((sum, [, count]) => sum + count, 0))} faults of ${String(counts.length)} kinds: ` +
      counts.map(([kind, count]) => `${kind} ${String(count)}`).join(', '),
    `longest silence ${report.silence.toFixed(1)} s`,
    `the target started ${String(report.starts)} times more; the host reset it ${String(report.resets)} times, ` +
      `${String(report.needless)} of them without need`,
  ];
  if (report.backlog)
    lines.push(
      `the backlog came within ${report.backlog.seconds.toFixed(0)} s, with ${String(report.backlog.resets)} resets of the target`,
    );
  lines.push('', ...(report.failures.length ? report.failures.map((text) => `FAILED: ${text}`) : ['passed']));
  return lines.join('\n');
}
