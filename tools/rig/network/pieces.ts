/**
 * What goes to a board over TCP: in pieces as small as an ESP8266 takes them, of which the last one sent is not followed
 * before it may be acknowledged. Nothing is lost while the access point is off.
 */
import type { Socket } from 'node:net';

/** Bytes that an ESP8266 takes at once (Espruino libs/network/esp8266/network_esp8266.c:739). */
const PIECE = 268;

/** Until it has acknowledged them, ms. */
const ACKNOWLEDGED = 2;

export class Pieces {
  readonly #board: Socket;
  readonly #from: Socket;
  readonly #isOn: () => boolean;
  readonly #over: () => void;
  #rest = Buffer.alloc(0);
  #waiting = false;
  #ended = false;
  #closed = false;

  /**
   * @param isOn whether anything passes
   * @param over called when all has been sent and `from` is closed
   */
  constructor(board: Socket, from: Socket, isOn: () => boolean, over: () => void) {
    this.#board = board;
    this.#from = from;
    this.#isOn = isOn;
    this.#over = over;
    from.on('data', (data) => {
      from.pause();
      this.#rest = Buffer.concat([this.#rest, data]);
      this.send();
    });
    from.on('end', () => {
      this.#ended = true;
      this.send();
    });
    // A refused or broken connection reaches the other end as a reset, not as an orderly end.
    from.on('error', () => board.resetAndDestroy());
    from.on('close', () => {
      this.#closed = true;
      this.send();
    });
  }

  /** Goes on with what was held back. */
  send(): void {
    if (this.#waiting || !this.#isOn() || this.#board.destroyed) return;
    if (this.#rest.length > 0) {
      this.#board.write(this.#rest.subarray(0, PIECE));
      this.#rest = this.#rest.subarray(PIECE);
      this.#waiting = true;
      setTimeout(() => {
        this.#waiting = false;
        this.send();
      }, ACKNOWLEDGED);
    } else if (this.#closed) {
      this.#over();
      this.#board.destroy();
    } else if (this.#ended) this.#board.end();
    else this.#from.resume();
  }
}
