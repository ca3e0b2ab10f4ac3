/**
 * NATS, whose MQTT keeps sessions, retained messages and what has QoS 1 in
 * JetStream: one server alone, or one of a cluster whose streams have a copy
 * on every node.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSoon } from './client';
import { LOOPBACK, createBrokerProcess, findProgram, freePorts } from './process';
import type { BrokerProcess } from './process';

/** Where Debian puts it, which is not on everybody's PATH. */
const PLACES = ['nats-server', '/usr/sbin/nats-server', '/usr/local/bin/nats-server'];

/** The program's name, or undefined when it is not installed. */
export function findNats(): string | undefined {
  return findProgram(PLACES, '--version');
}

/** Milliseconds for a node to catch up. */
const CAUGHT_UP = 60_000;

function node(
  name: string,
  ports: { readonly nats: number; readonly mqtt: number; readonly monitor: number },
  mqtt: readonly string[] = [],
  more: readonly string[] = [],
): BrokerProcess {
  const file = findNats();
  if (!file) throw new Error('nats-server is not installed (Debian: apt install nats-server)');
  return createBrokerProcess(name, ports.mqtt, (folder) => {
    writeFileSync(
      join(folder, 'conf'),
      [
        `server_name: ${name}`,
        `listen: ${LOOPBACK}:${String(ports.nats)}`,
        `http: ${LOOPBACK}:${String(ports.monitor)}`,
        `jetstream { store_dir: "${join(folder, 'data')}" }`,
        'mqtt {',
        `  listen: ${LOOPBACK}:${String(ports.mqtt)}`,
        // What was sent to a connection that is gone is sent again after this long: not at once, as by others. 30 s by itself.
        '  ack_wait: "3s"',
        ...mqtt,
        '}',
        ...more,
        '',
      ].join('\n'),
    );
    return [{ file, args: ['-c', join(folder, 'conf')] }];
  });
}

/** @throws Error when it is not installed. */
export async function createNats(): Promise<BrokerProcess> {
  const [nats = 0, mqtt = 0, monitor = 0] = await freePorts(3);
  return node('nats', { nats, mqtt, monitor });
}

export interface NatsCluster {
  readonly nodes: readonly BrokerProcess[];
  /** As a list of brokers in a board's settings. */
  readonly addresses: readonly string[];
  /** Resolves when every node takes clients of MQTT. */
  start(): Promise<void>;
  /** Resolves when every node has all that the others have. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Of what a node tells about its streams, the part that matters here. */
interface StreamReport {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly cluster?: {
        readonly leader?: string;
        readonly replicas?: readonly { readonly name: string; readonly current: boolean }[];
      };
    }[];
  }[];
}

/**
 * Whether the leader of each stream finds all others current. What a node says of its own health is no help: 2.9.10 goes
 * on to call consumers not current that are.
 */
async function areCurrent(monitors: readonly number[]): Promise<boolean> {
  const led = new Map<string, boolean>();
  const names = new Set<string>();
  for (const [index, port] of monitors.entries()) {
    const answer = await fetch(`http://${LOOPBACK}:${String(port)}/jsz?streams=true`).catch(() => undefined);
    if (!answer?.ok) return false;
    const report = (await answer.json()) as StreamReport;
    for (const { name, cluster } of report.account_details?.flatMap((one) => one.stream_detail ?? []) ?? []) {
      names.add(name);
      if (cluster?.leader === nameOf(index))
        led.set(
          name,
          cluster.replicas?.length === monitors.length - 1 &&
            cluster.replicas.every(({ current }) => current),
        );
    }
  }
  return names.size > 0 && [...names].every((name) => led.get(name));
}

function nameOf(index: number): string {
  return `nats-${String(index + 1)}`;
}

/** Three nodes; every stream has a copy on each. @throws Error when it is not installed. */
export async function createNatsCluster(): Promise<NatsCluster> {
  const COUNT = 3;
  const ports = await freePorts(4 * COUNT);
  const routes = ports.slice(0, COUNT).map((port) => `nats://${LOOPBACK}:${String(port)}`);
  const monitors: number[] = [];
  const nodes = routes.map((_, index) => {
    const [nats = 0, mqtt = 0, monitor = 0] = ports.slice(COUNT + 3 * index);
    monitors.push(monitor);
    return node(
      nameOf(index),
      { nats, mqtt, monitor },
      [`  stream_replicas: ${String(COUNT)}`],
      [
        'cluster {',
        '  name: boards',
        `  listen: ${LOOPBACK}:${String(ports[index])}`,
        `  routes: [${routes.join()}]`,
        '}',
      ],
    );
  });
  return {
    nodes,
    addresses: nodes.map(({ port }) => `${LOOPBACK}:${String(port)}`),
    async start() {
      await Promise.all(nodes.map((one) => one.start()));
      // Streams are made for the first client, once the nodes have elected one of them.
      for (const { url } of nodes) await (await connectSoon(url, { reconnectPeriod: 0 })).endAsync(true);
    },
    async caughtUp() {
      for (const until = Date.now() + CAUGHT_UP; !(await areCurrent(monitors)); await sleep(50))
        if (Date.now() > until) throw new Error('the nodes did not catch up');
    },
    close: () => Promise.all(nodes.map((one) => one.close())).then(() => undefined),
  };
}
