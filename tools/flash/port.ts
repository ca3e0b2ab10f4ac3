/**
 * A port on which a board's console is: bytes in, bytes out. It knows nothing
 * of what is said there; errors are one line for a person, who named the port.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Found, News, Order } from './cli-port.js';

/** What the ESP8266's console begins with; USB and networks do not mind. */
export const BAUD = 115200;

/** How long a port may take to open: a Bluetooth one is looked for. ms */
const OPEN_WITHIN = 15_000;

export interface Port {
  readonly name: string;
  /** One character a byte. */
  write(bytes: string): void;
  /** Writes with pauses, for boards that lose bytes otherwise. */
  setSlow(slow: boolean): void;
  /** Code as lines that a console takes one after the other, each without echo. */
  lines(code: string): Promise<string>;
  /** Given what comes in, one character a byte. */
  onData: (bytes: string) => void;
  /** The other end is gone; not called by `close`. */
  onClose: () => void;
  close(): void;
}

function start(onNews: (news: News) => void, onExit: () => void): { tell(order: Order): void; end(): void } {
  const child = fork(fileURLToPath(new URL('./cli-port.js', import.meta.url)), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('message', onNews);
  child.on('error', onExit);
  child.on('exit', onExit);
  return {
    tell: (order) => void (child.connected && child.send(order)),
    end() {
      child.removeAllListeners();
      child.on('error', () => undefined);
      child.kill('SIGKILL');
    },
  };
}

/** Says in words what the system said of a port. */
function explain(port: string, reason: string): string {
  if (/ENOENT|no such file|File not found|not found/i.test(reason))
    return `There is no port ${port}. "mqttlink ports" lists those that are connected`;
  if (/EACCES|permission denied/i.test(reason))
    return `Port ${port} may not be opened by you: on Linux, add yourself to the group "dialout" and log in again`;
  if (/EBUSY|lock|busy|in use|Access denied|temporarily unavailable/i.test(reason))
    return `Port ${port} is in use by another program: end that one first`;
  if (/ECONNREFUSED/.test(reason)) return `Nothing listens at ${port}`;
  if (/ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/.test(reason))
    return `${port} cannot be reached from here`;
  return `Port ${port} cannot be opened: ${reason}`;
}

/** @throws Error, one line, when there is no such port or it is not to be had. */
export function openPort(name: string, baud: number = BAUD): Promise<Port> {
  return new Promise((resolve, reject) => {
    let open = false;
    const timer = setTimeout(() => end(`${name} cannot be reached from here`), OPEN_WITHIN);
    const lines: ((text: string) => void)[] = [];

    function end(why: string): void {
      clearTimeout(timer);
      child.end();
      if (open) port.onClose();
      else reject(new Error(why));
    }

    const child = start(
      (news) => {
        if ('data' in news) port.onData(news.data);
        else if ('lines' in news) lines.shift()?.(news.lines);
        else if ('failed' in news) end(explain(name, news.failed));
        else if ('closed' in news) end('');
        else if ('opened' in news) {
          clearTimeout(timer);
          open = true;
          resolve(port);
        }
      },
      () => end(`Port ${name} cannot be opened`),
    );
    const port: Port = {
      name,
      write: (bytes) => child.tell({ write: bytes }),
      setSlow: (slow) => child.tell({ slow }),
      lines(code) {
        child.tell({ lines: code });
        return new Promise((done) => lines.push(done));
      },
      onData: () => undefined,
      onClose: () => undefined,
      close: () => child.end(),
    };
    child.tell({ open: name, baud });
  });
}

/** Ports on which boards may be, as far as they can be found. */
export function listPorts(): Promise<readonly Found[]> {
  return new Promise((resolve, reject) => {
    const child = start(
      (news) => {
        if (!('ports' in news)) return;
        child.end();
        resolve(news.ports);
      },
      () => reject(new Error('The ports cannot be listed: the Espruino CLI does not run')),
    );
    child.tell({ list: true });
  });
}
