/** The broker of a soak: the embedded one or Mosquitto, which keep the sessions of their clients when they are stopped. */
import { createBroker } from '../../rig/network/broker';
import { createMosquitto } from '../../rig/network/brokers/mosquitto';
import type { Mosquitto } from '../../rig/network/brokers/mosquitto';

export const BROKERS = ['embedded', 'mosquitto'] as const;
export type SoakBrokerName = (typeof BROKERS)[number];

export interface SoakBroker {
  readonly port: number;
  readonly mosquitto: Mosquitto | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function startSoakBroker(name: SoakBrokerName): Promise<SoakBroker> {
  if (name === 'mosquitto') {
    const mosquitto = await createMosquitto();
    await mosquitto.start();
    const { port, start, stop, close } = mosquitto;
    return { port, mosquitto, start, stop, close };
  }
  const broker = createBroker({ keepSessions: true });
  await broker.start();
  const { port, start, stop } = broker;
  return { port, mosquitto: undefined, start, stop, close: stop };
}
