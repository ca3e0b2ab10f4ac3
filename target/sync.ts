/**
 * Sees to it that the host gets the time: asks the time server when Wi-Fi is
 * joined, again as often as the host wants, and, where no time comes, after
 * growing pauses. It must never ask a server that does not answer more often
 * than once a minute, unless a network was joined meanwhile.
 */
import { byteAt } from '../shared/bytes';
import { Type, encodeTime } from '../shared/messages';
import { Status } from '../shared/status';
import { NtpOptions, createNtp } from './ntp';

/** Seconds before a time server that tells no time is asked again: the first pause, doubled each time, and the longest. */
const PAUSE = 60;
const LONGEST_PAUSE = 3600;

/** TIME before it is known when it goes out. */
const BLANK = '\x0d......';

export interface SyncOptions extends NtpOptions {
  /** To the host. */
  readonly send: (message: string) => void;
  readonly status: (code: Status, detail: string) => void;
}

export interface Sync {
  /**
   * What is to be asked, before `joined`.
   * @param resync seconds between two questions; 0: none; -1: until one was answered
   */
  settings(server: string, port: number, resync: number): void;
  /** A network was joined. */
  joined(): void;
  /** A message to the host, as it is to go out now: in TIME there is the time of this moment. */
  stamp(message: string): string;
}

export function createSync(options: SyncOptions): Sync {
  const ntp = createNtp({
    load: options.load,
    wifi: options.wifi,
    time: options.time,
    later: options.later,
    cancel: options.cancel,
  });
  let asking = false;
  let server = '';
  let port: number;
  let resync = 0;
  // By which the server's clock is ahead of this board's, which nobody sets.
  let ahead = 0;
  // A TIME waits to go out.
  let pending = false;
  // The host knows it.
  let told = false;
  let pause = PAUSE;
  let timer: unknown;

  function ask(): void {
    timer = undefined;
    asking = true;
    ntp.query(server, port, answered);
  }

  function answered(seconds: number, why: string): void {
    let next = pause;
    if (seconds) {
      ahead = seconds - options.time();
      if (!pending) options.send(BLANK);
      pending = true;
      told = false;
      pause = PAUSE;
      next = resync;
    }
    if (why) pause = Math.min(pause * 2, LONGEST_PAUSE);
    asking = false;
    if (next < 0) {
      resync = 0;
      ntp.close();
    } else timer = options.later(ask, next * 1000);
    // Not here, where much of the stack is in use.
    if (why && !told) options.later(options.status, 0, Status.NO_TIME, server + ': ' + why);
    if (why) told = true;
  }

  return {
    settings: function (name, number, seconds) {
      server = name;
      port = number;
      resync = seconds;
    },
    joined: function () {
      // One that is under way goes on.
      if (!resync || asking) return;
      if (timer) options.cancel(timer);
      pause = PAUSE;
      timer = options.later(ask, 0);
    },
    stamp: function (message) {
      if (byteAt(message, 0) !== Type.TIME) return message;
      pending = false;
      return encodeTime(ahead + options.time());
    },
  };
}
