/** A run's figures as an SVG picture of bars: pure. */
import { quantile, type Results } from './report';

interface Bar {
  readonly label: string;
  readonly value: number;
  /** The peer's figure, where there is one. */
  readonly peer?: number;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LEFT = 210;
const RIGHT = 90;
const BAR = 16;
const GAP = 8;
const TITLE = 30;

function panels({ link, bridge, peers }: Results): Panel[] {
  return [
    {
      title: 'Link throughput, bytes a second (one way: from host to target)',
      bars: link.throughput
        .filter(({ down }) => down)
        .map(({ size, down, up }) => ({
          label: `${String(size)} bytes, ${up ? 'both ways, each' : 'one way'}`,
          value: up ? Math.min(down, up) : down,
          ...(size === 512 && { peer: up ? peers.bothWays : peers.oneWay }),
        })),
    },
    {
      title: 'Delay, median, milliseconds',
      bars: [
        ...link.latency.map(({ down, delays }) => ({
          label: `link, ${down ? 'to the target' : 'to the host'}`,
          value: quantile(delays, 0.5),
        })),
        ...bridge.echo.map(({ qos, delays }) => ({
          label: `broker and back, QoS ${String(qos)}`,
          value: quantile(delays, 0.5),
          peer: peers.echo,
        })),
      ],
    },
    {
      title: 'Publications a second',
      bars: bridge.published.map(({ qos, size, rate }) => {
        const peer = peers.published.find((p) => p.qos === qos && p.size === size)?.rate;
        return { label: `${String(size)} bytes, QoS ${String(qos)}`, value: rate, ...(peer && { peer }) };
      }),
    },
  ];
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

function number(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

export function plot(results: Results): string {
  const parts: string[] = [];
  let y = 0;
  const text = (x: number, at: number, words: string, kind: string): void => {
    parts.push(`<text x="${x.toFixed(0)}" y="${at.toFixed(0)}" class="${kind}">${escape(words)}</text>`);
  };
  const bar = (at: number, height: number, length: number, kind: string): void => {
    parts.push(
      `<rect x="${String(LEFT)}" y="${at.toFixed(0)}" width="${Math.max(1, length).toFixed(1)}" height="${String(height)}" class="${kind}"/>`,
    );
  };
  for (const { title, bars } of panels(results)) {
    const most = Math.max(...bars.map(({ value, peer }) => Math.max(value, peer ?? 0)), 1e-9);
    const scale = (WIDTH - LEFT - RIGHT) / most;
    y += TITLE;
    text(10, y - 9, title, 'title');
    for (const { label, value, peer } of bars) {
      text(LEFT - 8, y + 12, label, 'label');
      bar(y, peer === undefined ? BAR : BAR - 5, value * scale, 'own');
      text(LEFT + Math.max(value, peer ?? 0) * scale + 6, y + 12, number(value), 'value');
      if (peer !== undefined) bar(y + BAR - 5, 5, peer * scale, 'peer');
      y += BAR + GAP;
    }
  }
  const { machine, peers } = results;
  text(10, y + 20, `Light: the MicroPython original (${peers.source}).`, 'note');
  text(10, y + 36, `${machine.engine}; wires: ${machine.wiring}; ${machine.processor}.`, 'note');
  y += 46;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(y)}" font-family="sans-serif" font-size="12">
<style>.own{fill:#2a6f97}.peer{fill:#d9a679}.title{font-weight:bold}.label{text-anchor:end}.note{font-size:10px;fill:#555}</style>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}
