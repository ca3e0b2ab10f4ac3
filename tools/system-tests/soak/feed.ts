/** The messages to the host: one at a time, so that nothing but the boards can change the order. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import type { SoakLedger } from './ledger';
import { incoming } from './messages';

/** Messages that may be on their way, apart from floods. */
const WINDOW = 8;

export class Feed {
  /** Messages that are to be sent at once. */
  burst = 0;
  /** Between two others, ms. */
  interval = 100;
  going = false;
  /** One is on its way to the broker. */
  sending = false;
  /** When the broker had the last one, ms since 1970. */
  acknowledged = 0;
  #ended = false;

  constructor(
    private readonly client: MqttClient,
    private readonly ledger: SoakLedger,
  ) {}

  /** Resolves when it is ended. */
  async run(): Promise<void> {
    while (!this.#ended) {
      if (!this.going || (this.burst === 0 && this.ledger.outstanding() >= WINDOW)) {
        await sleep(10);
        continue;
      }
      const { topic, payload } = incoming(this.ledger.send());
      this.sending = true;
      await this.client.publishAsync(`soak/in/${topic}`, payload, { qos: 1 });
      this.sending = false;
      this.acknowledged = Date.now();
      if (this.burst > 0) this.burst--;
      else await sleep(this.interval);
    }
  }

  end(): void {
    this.#ended = true;
  }
}
