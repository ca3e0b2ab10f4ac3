/** The brokers that others wrote, as the tests start them. */
import { createAedes } from './aedes';
import { createMosquitto, findMosquitto } from './mosquitto';
import { createNats, findNats } from './nats';
import type { BrokerProcess } from './process';
import { createRabbitmq, findRabbitmq } from './rabbitmq';

export type { BrokerProcess } from './process';

export const BROKER_NAMES = ['mosquitto', 'aedes', 'nats', 'rabbitmq'] as const;
export type BrokerName = (typeof BROKER_NAMES)[number];

export interface BrokerKind {
  readonly create: () => Promise<BrokerProcess>;
  /** Debian's package when it is not installed; undefined: it is there. */
  readonly missing: () => string | undefined;
}

export const BROKER_KINDS: Readonly<Record<BrokerName, BrokerKind>> = {
  mosquitto: { create: createMosquitto, missing: () => (findMosquitto() ? undefined : 'mosquitto') },
  aedes: { create: createAedes, missing: () => undefined },
  nats: { create: createNats, missing: () => (findNats() ? undefined : 'nats-server') },
  rabbitmq: { create: createRabbitmq, missing: () => (findRabbitmq() ? undefined : 'rabbitmq-server') },
};
