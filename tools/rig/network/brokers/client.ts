/**
 * Clients of MQTT on the PC, for brokers that are not ready yet: NATS ends a
 * connection without CONNACK while it has no JetStream. It must never wait for
 * a connection that is gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';

/** Milliseconds for a broker to take a client, on a PC that has much else to do. */
const TAKEN = 60_000;

/** Milliseconds for one CONNACK, and before the next attempt. */
const CONNACK = 5000;
const PAUSE = 100;

/**
 * Connects as often as it takes.
 * @throws Error when the broker takes no client.
 */
export async function connectSoon(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  for (const until = Date.now() + TAKEN; ; await sleep(PAUSE))
    try {
      // The last argument makes a connection that ends an error: by itself mqtt.js waits on for what cannot come any more.
      const client = await connectAsync(url, { connectTimeout: CONNACK, ...options }, false);
      client.on('error', () => undefined);
      return client;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
}
