/**
 * The two ends of a conversation: an emulated pair that runs the shipped
 * bundles of the application `simple`, told on the host's console what to do,
 * and a client on the PC. It must never look into a board: what the host
 * prints and what the client gets is all there is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IPublishPacket, MqttClient } from 'mqtt';
import type { World, WorldOptions } from '../../world';
import { connectSoon } from './client';
import type { BrokerProcess } from './process';

/** Milliseconds for what takes a second or two on an idle PC. */
export const SOON = 60_000;

/** What `simple` leaves as its will, on `state`. */
export const WILL = 'gone';

export type Qos = 0 | 1;

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retained: boolean;
  readonly qos: number;
}

export interface Talk {
  readonly broker: BrokerProcess;
  readonly world: World;
  readonly peer: MqttClient;
  /** What the host's callbacks got, and what the peer got, since the start. */
  readonly heard: BrokerMessage[];
  readonly got: BrokerMessage[];
  /** What the host printed besides. */
  readonly lines: string[];
  /** The host subscribes; nothing tells when the broker has it. */
  subscribe(filter: string, qos: Qos): void;
  /** As `subscribe`; resolves when a message on `probe`, which this filter matches and no other, has come. */
  subscribed(filter: string, qos: Qos, probe: string): Promise<void>;
  unsubscribe(filter: string): void;
  /** The host publishes; resolves with what its callback is told. */
  publish(topic: string, payload: Buffer | string, retain: boolean, qos: Qos): Promise<boolean>;
  /** Holds the target in reset; resolves when the broker has ended its connection, and so sends nothing to it any more. */
  holdTarget(): Promise<void>;
  /** Until a test is true. */
  until(what: string, test: () => boolean, ms?: number): Promise<void>;
  stop(): Promise<void>;
}

/** What the host has typed on its console; short lines, since all of it is in its memory. */
const CONSOLE = [
  "function H(t,m,r,q){print('heard '+[btoa(t),btoa(m),+r,q].join())}",
  'function S(f,q){(mqttLink.subscribe||mqttLink.all().subscribe)(atob(f),H,q)}',
  "function P(n,t,m,r,q){(mqttLink.publish||mqttLink.all().publish)(atob(t),atob(m),!!r,q,function(d){print('done '+n+' '+d)})}",
];

export const PROBE = 'probe';

function base64(text: Buffer | string): string {
  return Buffer.from(text).toString('base64');
}

/** @param start the world, which the caller describes */
export async function startTalk(
  broker: BrokerProcess,
  start: (options: Omit<WorldOptions, 'engine' | 'broker'>) => Promise<World>,
  net: Readonly<Record<string, unknown>> = {},
): Promise<Talk> {
  const heard: BrokerMessage[] = [];
  const got: BrokerMessage[] = [];
  const lines: string[] = [];
  const done = new Map<number, (delivered: boolean) => void>();
  let published = 0;

  function onLine(board: string, text: string): void {
    if (board !== 'host') return;
    const [kind, first = '', second] = text.split(' ');
    if (kind === 'heard') {
      const [topic = '', payload = '', retained, qos] = first.split(',');
      heard.push({
        topic: Buffer.from(topic, 'base64').toString(),
        payload: Buffer.from(payload, 'base64'),
        retained: retained === '1',
        qos: Number(qos),
      });
    } else if (kind === 'done') done.get(Number(first))?.(second === 'true');
    else lines.push(text);
  }

  async function until(what: string, test: () => boolean, ms = SOON): Promise<void> {
    for (const end = Date.now() + ms; !test(); await sleep(20))
      if (Date.now() > end)
        throw new Error(
          `${broker.name}: no ${what} within ${String(ms)} ms; the host printed last:\n${lines.slice(-8).join('\n')}`,
        );
  }

  const world = await start({
    app: 'simple',
    net: { interval: 86_400, timeout: 6, cleanSession: false, clientId: 'board', rtcResync: 0, ...net },
    onLine,
    // What is printed is enough; this makes it take what is typed.
    onConsole: () => undefined,
  });
  const peer = await connectSoon(broker.url, { clientId: 'peer', clean: false, reconnectPeriod: 100 });
  peer.on('message', (topic: string, payload: Buffer, packet: IPublishPacket) => {
    got.push({ topic, payload, retained: packet.retain, qos: packet.qos });
  });
  await peer.subscribeAsync(['out/#', 'state'], { qos: 1 });
  await until('running', () => lines.some((line) => / running$/.test(line)));
  for (const line of CONSOLE) world.pair.type('host', `${line}\n`);

  const talk: Talk = {
    broker,
    world,
    peer,
    heard,
    got,
    lines,
    until,
    subscribe: (filter, qos) => world.pair.type('host', `S('${base64(filter)}',${String(qos)})\n`),
    async subscribed(filter, qos, probe) {
      // One of a subscription before may still be under way.
      const mark = `${PROBE} of ${filter}`;
      talk.subscribe(filter, qos);
      const probing = setInterval(() => peer.publish(probe, mark, { qos: 0 }), 200);
      await until(`subscription to ${filter}`, () =>
        heard.some(({ payload }) => String(payload) === mark),
      ).finally(() => clearInterval(probing));
    },
    unsubscribe: (filter) =>
      world.pair.type(
        'host',
        `(mqttLink.unsubscribe||mqttLink.all().unsubscribe)(atob('${base64(filter)}'))\n`,
      ),
    publish(topic, payload, retain, qos) {
      const number = ++published;
      const text = [
        String(number),
        `'${base64(topic)}'`,
        `'${base64(payload)}'`,
        String(+retain),
        String(qos),
      ];
      world.pair.type('host', `P(${text.join()})\n`);
      return new Promise((resolve) => done.set(number, resolve));
    },
    async holdTarget() {
      const from = got.length;
      world.pair.holdReset(true);
      await until('will', () =>
        got.slice(from).some(({ topic, payload }) => topic === 'state' && String(payload) === WILL),
      );
    },
    async stop() {
      await peer.endAsync(true);
      await world.stop();
    },
  };
  return talk;
}
