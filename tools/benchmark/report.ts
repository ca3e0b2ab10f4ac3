/** A run's figures as lines of a table: pure. */
import type { BridgeFigures } from './bridge';
import type { LinkFigures } from './link';
import type { Machine } from './machine';
import type { MemoryFigures } from './memory';
import type { Scale } from './scale';
import type { BundleSize } from './size';

/** Figures of another system, measured elsewhere; all of them medians. */
export interface Peers {
  /** Where they come from, in words. */
  readonly source: string;
  /** SynCom: 7-bit characters a second. */
  readonly oneWay: number;
  readonly bothWays: number;
  /** The bridge: milliseconds there and back, publications a second by QoS and size. */
  readonly echo: number;
  readonly published: readonly { readonly qos: number; readonly size: number; readonly rate: number }[];
}

export const DEFAULT_PEERS: Peers = {
  source: 'documented defaults: medians of another machine, not of this run',
  oneWay: 6850,
  bothWays: 6850,
  echo: 115,
  published: [
    { qos: 0, size: 16, rate: 16 },
    { qos: 1, size: 16, rate: 5.8 },
    { qos: 0, size: 200, rate: 11.6 },
    { qos: 1, size: 200, rate: 4.7 },
  ],
};

export interface Results {
  readonly machine: Machine;
  readonly hold: number;
  readonly link: LinkFigures;
  readonly bridge: BridgeFigures;
  readonly sizes: readonly BundleSize[];
  /** Absent where there is no interpreter of an ESP8266's size. */
  readonly target?: MemoryFigures;
  readonly host?: MemoryFigures;
  readonly scale: readonly Scale[];
  readonly peers: Peers;
}

export interface FigureRow {
  readonly what: string;
  readonly value: string;
  /** Compared with the peer's, where there is one. */
  readonly ratio: string;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function spread(values: readonly number[]): string {
  const [least, middle, most, longest] = [0, 0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(1));
  return `${least} / ${middle} / ${most} / ${longest} ms`;
}

function times(ratio: number): string {
  return Number.isFinite(ratio) && ratio > 0 ? `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×` : '';
}

export function rows(results: Results): FigureRow[] {
  const { link, bridge, sizes, target, host, scale, peers } = results;
  const all: FigureRow[] = [];
  const add = (what: string, value: string, ratio = ''): void => void all.push({ what, value, ratio });
  const perSecond = (value: number): string => `${value.toFixed(0)} bytes/s`;
  for (const t of link.throughput) {
    if (t.down && t.up)
      add(
        `link, both ways at once, ${String(t.size)}-byte messages, each way`,
        perSecond(Math.min(t.down, t.up)),
        t.size === 512 ? times(Math.min(t.down, t.up) / peers.bothWays) : '',
      );
    else
      add(
        `link, ${t.down ? 'host to target' : 'target to host'}, ${String(t.size)}-byte messages`,
        perSecond(t.down || t.up),
        t.size === 512 ? times((t.down || t.up) / peers.oneWay) : '',
      );
  }
  for (const { size, down, delays } of link.latency)
    add(
      `one ${String(size)}-byte message, ${down ? 'host to target' : 'target to host'} (min / median / p95 / max)`,
      spread(delays),
    );
  for (const { qos, delays } of bridge.echo)
    add(
      `publish, broker, back to the callback, QoS ${String(qos)} (min / median / p95 / max)`,
      spread(delays),
      times(peers.echo / quantile(delays, 0.5)),
    );
  for (const { qos, size, rate } of bridge.published)
    add(
      `publications, QoS ${String(qos)}, ${String(size)} bytes`,
      `${rate.toFixed(1)} /s`,
      times(rate / (peers.published.find((p) => p.qos === qos && p.size === size)?.rate ?? 0)),
    );
  add(
    `longest hold of the host's event loop by the link (hold: ${String(results.hold)} ms)`,
    `${Math.max(...link.throughput.map(({ held }) => held)).toFixed(1)} ms`,
  );
  add('exchanges at rest', `${link.idle.exchanges.toFixed(2)} /s`);
  if (link.idle.cpu >= 0) add('processor time of the host at rest', `${(link.idle.cpu * 100).toFixed(1)} %`);
  const { growth } = bridge;
  if (growth.messages)
    add(
      `variables in use after ${String(growth.messages)} messages, ${String(growth.reconnects)} reconnects (before)`,
      `host ${String(growth.after.host)} (${String(growth.before.host)}), target ${String(growth.after.target)} (${String(growth.before.target)})`,
    );
  for (const { name, bytes } of sizes) add(`size of ${name}`, `${String(bytes)} bytes`);
  if (target)
    add(
      'variables of 1600 in use by the running target, the interpreter’s own among them',
      `${String(target.used - target.lent)}, ${String(target.interpreter)} the interpreter’s`,
    );
  if (host)
    add(
      'variables of 1600 that MQTTLink takes on a host, without an application',
      String(host.used - host.lent - host.interpreter),
    );
  for (const s of scale)
    add(
      `${String(s.pairs)} emulated pairs on one broker: answers, median / longest`,
      `${String(s.returned)} of ${String(s.sent)}, ${s.median.toFixed(0)} / ${s.longest.toFixed(0)} ms`,
    );
  return all;
}

/** The rows in columns, and on what they were measured. */
export function figuresTable(results: Results): string {
  const { machine, peers } = results;
  const all = rows(results);
  const width = Math.max(...all.map(({ what }) => what.length));
  const values = Math.max(...all.map(({ value }) => value.length));
  return [
    `${machine.engine}; wires: ${machine.wiring}; Node ${machine.node}; ${machine.processor}; ${machine.date}`,
    `ratios to the MicroPython original: ${peers.source}`,
    '',
    ...all.map(({ what, value, ratio }) =>
      `${what.padEnd(width)}  ${value.padStart(values)}  ${ratio}`.trimEnd(),
    ),
  ].join('\n');
}
