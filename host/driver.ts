/**
 * Runs the target: resets it, gives it will and settings, hands over what is
 * to be published and subscribed, takes what comes, and begins anew when it no
 * longer answers. It must never block, and never lose a publication that it
 * was given. Arguments are checked before they get here.
 *
 *     reset -> HELLO -> (WILL -> WILLOK) -> INIT -> statuses -> RUNNING
 *       ^                                                          |
 *       +------- the link went down, or the handler wants it ------+
 *
 * One turn of this is a run.
 */
import { byteAt } from '../shared/bytes';
import { Down, Link } from '../shared/link';
import {
  Flag,
  Type,
  VERSION,
  decodePublication,
  encode,
  encodeHello,
  encodeNumbered,
  idOf,
  numberOf,
  restOf,
  typeOf,
  withoutTime,
} from '../shared/messages';
import { Status } from '../shared/status';
import { Board } from './board';
import { Count } from './counts';
import { ExitGate, newGate } from './exit-gate';
import { DoneCallback, Outbox, createOutbox } from './outbox';
import { keepInStorage } from './persist';
import { LinkPins, Setup } from './settings';
import { statusText } from './status-text';
import { Subscriptions, createSubscriptions } from './subscriptions';

/** Milliseconds for which the target is held in reset. */
const RESET = 100;

/** Seconds of silence after a reset that are taken for booting. */
const BOOT = 10;

/** Milliseconds before a target is reset that answers and cannot work. */
const PAUSE = 30000;

/**
 * Messages handed to the link at a time: they take memory twice, and those with QoS 0 may be lost with the target. With
 * more than these in the link the target has to wait: each message from it asks for a TAKEN, and a flood of them would
 * otherwise leave no room for anything else.
 */
const AHEAD = 4;

/**
 * Milliseconds after the start of a run for which a message with QoS 1 that nobody has subscribed to waits, and all
 * behind it: with a kept session messages come at once, and an application may be slow to subscribe.
 */
const CLAIM = 5000;

const enum Stage {
  /** No run: the target is about to be reset, or being reset. */
  OFF,
  /** Waiting for HELLO. */
  HELLO,
  /** Waiting for WILLOK and RUNNING. */
  STARTING,
  RUNNING,
}

/** Called with variables in use and in all. */
export type MemoryCallback = (used: number, total: number) => void;

/** The user's status handler; `owner` is the MQTTLink. */
type Handler = (owner: never, status: Status, detail: string) => unknown;

export interface Driver {
  /** Resets the target and begins; to be called once. `owner` is what the user's callbacks get. */
  _begin(owner: unknown, pins: LinkPins, setup: Setup): void;
  /** The WILL message, '' for none. */
  _will: string;
  _handler: Handler | undefined;
  /** Settings, from `_begin` on. To be read only, as are the next ones. */
  _setup: Setup;
  readonly _outbox: Outbox;
  readonly _subscriptions: Subscriptions;
  /** By `Count`. */
  readonly _counts: number[];
  /** Started, and the broker is connected. */
  _running: boolean;
  /** Wi-Fi is joined. */
  _joined: boolean;
  /** The clock was set. */
  _timed: boolean;
  /** Looks for something to send. */
  _pump(): void;
  /** There is a new subscription. */
  _subscribed(): void;
  /** Asks the target for its memory, as soon as it runs. */
  _askMemory(done: MemoryCallback | undefined): void;
  /** The gate of this run. */
  _gate(): ExitGate;
}

/** @param preset what happens while there is no handler */
export function createDriver(board: Board, preset: Handler): Driver {
  // No typed array: the first of its kind takes more than these.
  const counts = [0, 0, 0, 0, 0, 0, 0];
  const outbox = createOutbox(counts);
  const subscriptions = createSubscriptions(outbox._newId);
  let link: Link;
  let gate: ExitGate | undefined;
  // What has no value here gets it when the driver begins.
  let owner: unknown;
  let resetPin: Pin;
  let stage = Stage.OFF;
  // Changes with every run: whoever waited during another one must not act.
  let run = 0;
  // Seconds of silence since the reset, as long as the target has not been heard.
  let silent = 0;
  // Connected to the broker, and so is Wi-Fi: publications may go out.
  let online = false;
  // A connection to the broker may outlive an outage of Wi-Fi.
  let connected = false;
  // There has been one since the board started.
  let met = false;
  // A handler's Promise is not settled yet. Messages that come in all the same wait.
  let waiting = false;
  // There is so much to be sent that no more is to come in.
  let crowded = false;
  // The first one of the inbox is a message that nobody has subscribed to yet.
  let unclaimed = false;
  let claimTimer: unknown;
  let inbox: string[] = [];
  // QoS 0 on its way to the target: how many messages the link will have carried by then, and whom to tell.
  let passing: { _at: number; _call: DoneCallback }[] = [];
  let netTimer: unknown;
  let memoryAsked = false;
  let memoryDone: MemoryCallback | undefined;

  // Calls the user's function; what it throws is printed and harms nothing.
  function attempt(call: (...args: never[]) => unknown, args: unknown[]): unknown {
    try {
      return call.apply(undefined, args as never);
    } catch (e) {
      board._print('Uncaught ' + e);
    }
    return undefined;
  }

  function say(text: string): void {
    if (driver._setup._verbose) board._print(Date().toString().split(' ')[4] + ' ' + text);
  }

  // Tells the handler, waits for it, then acts on its result, unless the run has ended meanwhile.
  function tell(status: Status, detail: string, act: (result: unknown) => void): void {
    const mine = run;

    function settled(value: unknown): void {
      if (mine !== run) return;
      waiting = false;
      act(value);
      if (mine === run) resume();
    }

    say(statusText(status, detail));
    const result = (
      driver._handler
        ? attempt(driver._handler, [owner, status, detail])
        : preset(owner as never, status, detail)
    ) as Promise<unknown>;
    if (!result || typeof result.then !== 'function') return act(result);
    waiting = true;
    link.ready(false);
    result.then(settled, function (e: unknown) {
      board._print('Uncaught ' + e);
      settled(undefined);
    });
  }

  function end(): void {
    const lost = passing;
    run++;
    stage = Stage.OFF;
    online = connected = waiting = unclaimed = driver._running = driver._joined = false;
    inbox = [];
    passing = [];
    if (netTimer) board._cancel(netTimer);
    if (claimTimer) board._cancel(claimTimer);
    netTimer = claimTimer = undefined;
    link.stop();
    if (gate) gate._end();
    gate = undefined;
    lost.forEach(function (one) {
      attempt(one._call, [false]);
    });
  }

  // Tells the target whether messages may come.
  function listen(): void {
    if (link.queued() > AHEAD) crowded = true;
    else if (link.queued() < AHEAD) crowded = false;
    link.ready(!waiting && !unclaimed && !crowded);
  }

  // Takes up what had to wait.
  function resume(): void {
    const mine = run;
    while (mine === run && !waiting && !unclaimed && inbox.length) receive(inbox.shift() as string);
    if (mine === run) listen();
  }

  function claim(): void {
    if (!unclaimed) return;
    unclaimed = false;
    resume();
  }

  function reset(): void {
    end();
    if (run > 1) counts[Count.RESETS]++;
    board._reset(resetPin, 0);
    board._later(function () {
      board._reset(resetPin, 1);
      silent = 0;
      stage = Stage.HELLO;
      offline();
      link.ready(true);
      link.start();
    }, RESET);
  }

  // The run is over; the target is reset when the handler has returned and `ms` have passed.
  function fail(status: Status, detail: string, ms: number): void {
    end();
    tell(status, detail, function () {
      if (ms) board._later(reset, ms);
      else reset();
    });
  }

  function offline(): void {
    online = driver._running = false;
    if (!driver._setup._net || netTimer) return;
    netTimer = board._later(function () {
      netTimer = undefined;
      if (waiting) return offline();
      tell(Status.NO_NET, '', function (result) {
        // 0, `false` and `null` are a no. Who returns nothing did not care: the handler may be there for other statuses.
        if (result !== undefined && !result) reset();
        else if (!online) offline();
      });
    }, driver._setup._net * 1000);
  }

  function goOnline(): void {
    online = true;
    driver._running = stage === Stage.RUNNING;
    if (netTimer) board._cancel(netTimer);
    netTimer = undefined;
  }

  function pump(): void {
    let message: string | undefined = '';
    while (passing.length && passing[0]._at <= link.counts.sent)
      attempt((passing.shift() as { _call: DoneCallback })._call, [true]);
    while (stage === Stage.RUNNING && message !== undefined && link.queued() < AHEAD) {
      outbox._call = undefined;
      if (memoryAsked) message = encode(Type.MEM, '');
      else message = online ? subscriptions._next() || outbox._next() : undefined;
      if (message) link.send(message);
      memoryAsked = false;
      if (outbox._call) passing.push({ _at: link.counts.sent + link.queued(), _call: outbox._call });
    }
    listen();
  }

  function statusMessage(status: Status, message: string): void {
    const id = idOf(message, 2);
    let detail = restOf(message, 2);
    if (status === Status.NO_TLS) return fail(status, detail, PAUSE);
    if (status === Status.PUBOK) {
      if (!outbox._done(id)) return subscriptions._stands(id);
      if (outbox._call) attempt(outbox._call, [true]);
      detail = '' + id;
    } else if (status === Status.SUB_FAIL) detail = subscriptions._filterOf(id);
    else if (status === Status.TOO_LONG) counts[Count.DROPPED]++;
    else if (status === Status.DROPPED) counts[Count.DROPPED] += +detail || 0;
    else if (status === Status.RUNNING) driver._running = online;
    else if (status === Status.WIFI_UP) {
      driver._joined = true;
      if (connected) goOnline();
    } else if (status === Status.BROKER_OK) {
      goOnline();
      if (met) counts[Count.RECONNECTS]++;
      connected = met = true;
      outbox._restart(detail === '1');
      subscriptions._restart(detail === '1');
      // From here on the target takes what is said for this connection.
      link.send(encode(Type.PROCEED, ''));
    } else if (status === Status.BROKER_CHECK) {
      driver._joined = true;
      connected = false;
      offline();
    } else if (status === Status.WIFI_DOWN) {
      driver._joined = false;
      offline();
    } else if (
      status === Status.BROKER_FAIL ||
      (status >= Status.REFUSED_PROTOCOL && status <= Status.BAD_BROKER)
    ) {
      connected = false;
      offline();
    }
    tell(status, detail, function (result) {
      if (status === Status.WILLOK) link.send(driver._setup._init);
      else if (status === Status.SPECNET) {
        if (result !== undefined && !result) reset();
        else link.send(encode(Type.PROCEED, ''));
      } else if (status === Status.RUNNING) {
        // What it subscribes goes out before what has been waiting to be published.
        if (driver._setup._start) attempt(driver._setup._start, [owner].concat(driver._setup._args));
        stage = Stage.RUNNING;
        if (driver._setup._keep)
          claimTimer = board._later(function () {
            claimTimer = undefined;
            claim();
          }, CLAIM);
      }
      pump();
    });
  }

  function receive(message: string): void {
    const type = typeOf(message);
    const p = type === Type.MESSAGE ? decodePublication(message) : undefined;
    const number = numberOf(message, 1);
    const done = memoryDone;
    if (waiting || unclaimed) inbox.push(message);
    else if (type === Type.HELLO && stage === Stage.HELLO) {
      const version = byteAt(message, 1);
      if (version !== VERSION) {
        return fail(Status.BAD_VERSION, 'host ' + VERSION + ', target ' + version, PAUSE);
      }
      stage = Stage.STARTING;
      link.send(driver._will || driver._setup._init);
    } else if (type === Type.STATUS && message.length > 1) statusMessage(byteAt(message, 1), message);
    else if (p) {
      if (
        subscriptions._each(p.topic, function (call) {
          attempt(call, [p.topic, p.payload, !!(p.flags & Flag.RETAIN), p.flags & Flag.QOS1 ? 1 : 0]);
        })
      )
        counts[Count.RECEIVED]++;
      else if (p.id && claimTimer) {
        unclaimed = true;
        inbox = [message].concat(inbox);
        return link.ready(false);
      } else counts[Count.DROPPED]++;
      if (p.id) {
        link.send(encodeNumbered(Type.TAKEN, p.id, ''));
        listen();
      }
    } else if (type === Type.TIME && message.length === 5) {
      board._clock(number, driver._setup._offset);
      driver._timed = true;
      driver._setup._init = withoutTime(driver._setup._init);
      say('clock set');
    } else if (type === Type.MEMORY && message.length === 9) {
      board._print('Target memory: ' + number + ' of ' + numberOf(message, 5) + ' variables in use');
      memoryDone = undefined;
      if (done) attempt(done, [number, numberOf(message, 5)]);
    } else tell(Status.UNKNOWN, '' + type, pump);
  }

  function persist(): void {
    const save = keepInStorage({
      _storage: board._storage(),
      _later: board._later,
      _queue: outbox._queue,
      _add: outbox._add,
      _watch: function (watcher) {
        outbox._watcher = watcher;
      },
      _max: driver._setup._max,
      // Nobody is waited for: it may come at any time, between two runs too.
      _failed: function (reason) {
        say(statusText(Status.NOT_SAVED, reason));
        if (driver._handler) attempt(driver._handler, [owner, Status.NOT_SAVED, reason]);
      },
    });
    board._leaving(save);
  }

  const driver: Driver = {
    _begin: function (by, pins, setup) {
      owner = by;
      driver._setup = setup;
      resetPin = board._open(pins, setup);
      if (setup._persist) persist();
      reset();
    },
    _will: '',
    _handler: undefined,
    _setup: undefined as never,
    _outbox: outbox,
    _subscriptions: subscriptions,
    _counts: counts,
    _running: false,
    _joined: false,
    _timed: false,
    _pump: pump,
    _subscribed: function () {
      pump();
      // Not within the caller: its callback is not to be called before `subscribe` returns.
      if (unclaimed) board._later(claim, 0);
    },
    _askMemory: function (done) {
      memoryAsked = true;
      memoryDone = done;
      pump();
    },
    _gate: function () {
      // Made when first asked for: most applications do without.
      return gate || (gate = newGate(board._later, board._cancel));
    },
  };
  link = board._createLink(
    function () {
      link.send(encodeHello());
    },
    receive,
    function (why) {
      // Some boards take longer to boot than a target may be silent.
      if (stage === Stage.HELLO && (silent += driver._setup._timeout) < BOOT) return;
      fail(
        Status.ESP_FAIL,
        why === Down.RESTARTED ? 'it restarted' : 'silent for ' + driver._setup._timeout + ' s',
        0,
      );
    },
    pump,
  );
  return driver;
}
