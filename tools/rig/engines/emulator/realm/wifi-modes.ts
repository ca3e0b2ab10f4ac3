/**
 * Wi-Fi modes of an ESP8266, station and access point, and its own network. The vendor's library keeps the modes in a part
 * of flash of its own, beside what `Wifi.save` keeps.
 */
import type { Natives } from '../natives';

export const STATION = 1;
export const ACCESS_POINT = 2;
/** The vendor library's own network, open. */
const OWN_SSID = 'ESP_A0B1C2';

export class WifiModes {
  ssid = OWN_SSID;
  password = '';
  #mode: number;
  #kept: number;

  constructor(
    private readonly natives: Pick<Natives, 'startMode' | 'keepMode' | 'offers'>,
    private readonly changed: () => void,
  ) {
    this.#mode = this.#kept = natives.startMode;
  }

  /** Bits: station, access point. */
  get mode(): number {
    return this.#mode;
  }

  get isStation(): boolean {
    return (this.#mode & STATION) !== 0;
  }

  get isAccessPoint(): boolean {
    return (this.#mode & ACCESS_POINT) !== 0;
  }

  set(next: number, keep: boolean): void {
    this.#mode = next;
    if (keep && this.#kept !== next) this.natives.keepMode((this.#kept = next));
    this.natives.offers(this.isAccessPoint && this.password === '' ? this.ssid : undefined);
    this.changed();
  }
}
