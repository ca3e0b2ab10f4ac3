/**
 * A socket that a test plays, with the manners of Espruino's: `write` says false, and throws once it is closed; events name
 * the socket as `this`.
 */
export class ScriptedSocket {
  sent = '';
  ended = 0;
  closed = false;
  /** Lets its owner do what it has put off. */
  settle = (): void => {};
  readonly #listeners: Record<string, ((value: never) => void)[]> = {};

  write(data: string): boolean {
    if (this.closed) throw new Error('This socket is closed');
    this.sent += data;
    return false;
  }

  end(): void {
    this.ended++;
  }

  on(event: string, listener: (value: never) => void): void {
    (this.#listeners[event] ??= []).push(listener);
  }

  emit(event: string, value?: unknown): void {
    for (const listener of this.#listeners[event] ?? []) listener.call(this, value as never);
    this.settle();
  }

  /** What was sent since last asked. */
  take(): string {
    const { sent } = this;
    this.sent = '';
    return sent;
  }
}

/** Bytes as Espruino has them in a string. */
export const binaryOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
