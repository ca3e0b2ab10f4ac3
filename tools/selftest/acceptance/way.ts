/**
 * The way from the boards to a broker for the time of a test: the owner's
 * broker or one on this PC, with a relay in front that can fail, and a client
 * of this PC's own. It must leave nothing open.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { createBroker } from '../../rig/network/broker';
import type { TargetNetwork } from '..';
import { createRelay } from './relay';
import type { DelayRelay } from './relay';

/** For a connection of this PC, ms. */
const WITHIN = 10_000;

export interface WayOptions {
  /** The broker of the settings, or one on this PC that lasts as long as the test. */
  readonly broker: 'own' | 'embedded';
  /** This PC's address, by which the boards reach it; absent: the one that leads to the broker. */
  readonly address?: string;
  /** The boards go to the broker itself; then nothing on the way can be made to fail. */
  readonly direct?: boolean;
}

export interface Way {
  /** Fields of the settings that lead the boards there. */
  readonly network: Pick<TargetNetwork, 'broker' | 'port' | 'mqttUser' | 'mqttPassword'>;
  readonly relay: DelayRelay | undefined;
  readonly client: MqttClient;
  /** Forgets the session that the broker keeps for a client. */
  forget(clientId: string): Promise<void>;
  close(): Promise<void>;
}

/** This PC's address towards another. @throws Error, one line, when that one does not answer. */
async function addressTowards(host: string, port: number): Promise<string> {
  const socket = connect({ host, port, family: 4 });
  const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), WITHIN);
  try {
    await once(socket, 'connect');
    return socket.localAddress ?? '127.0.0.1';
  } catch (error) {
    throw new Error(`The broker cannot be reached from this PC: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('This PC is in no network: name its address with --address');
  return found.address;
}

/** @throws Error, one line, when there is no way. */
export async function openWay(given: TargetNetwork, options: WayOptions): Promise<Way> {
  const ends: (() => Promise<unknown>)[] = [];
  async function close(): Promise<void> {
    for (let end = ends.pop(); end; end = ends.pop()) await end().catch(() => undefined);
  }

  try {
    let login = { mqttUser: given.mqttUser ?? '', mqttPassword: given.mqttPassword ?? '' };
    let to = { host: given.broker, port: given.port || 1883 };
    if (options.broker === 'embedded') {
      // Whoever is in the network could get at it through the relay.
      login = { mqttUser: 'acceptance', mqttPassword: randomBytes(12).toString('hex') };
      const broker = createBroker({ auth: { user: login.mqttUser, password: login.mqttPassword } });
      await broker.start();
      ends.push(() => broker.stop());
      to = { host: '127.0.0.1', port: broker.port };
    }

    const address =
      options.broker === 'embedded'
        ? (options.address ?? ownAddress())
        : await addressTowards(to.host, to.port).then((found) => options.address ?? found);
    const relay = options.direct ? undefined : await createRelay(address, to);
    if (relay) ends.push(() => relay.shut());

    const access: IClientOptions = {
      ...(login.mqttUser && { username: login.mqttUser, password: login.mqttPassword }),
      connectTimeout: WITHIN,
    };
    const url = `mqtt://${to.host}:${String(to.port)}`;
    const client = await connectAsync(url, { ...access, reconnectPeriod: 1000 }, false).catch(
      (error: unknown) => {
        throw new Error(`The broker cannot be reached from this PC: ${(error as Error).message}`);
      },
    );
    client.on('error', () => undefined);
    ends.push(() => client.endAsync(true));

    return {
      network: { broker: relay ? address : to.host, port: relay ? relay.port : to.port, ...login },
      relay,
      client,
      async forget(clientId) {
        const last = await connectAsync(url, { ...access, clientId, clean: true, reconnectPeriod: 0 });
        await last.endAsync();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
