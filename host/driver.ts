/**
 * Runs the target: resets it, gives it settings, has it connect to a broker,
 * hands over what is to be published and subscribed, takes what comes, and
 * begins anew when something is wrong. It must never block, and never lose a
 * publication that it was given. Arguments are checked before they get here.
 *
 *     reset -> HELLO -> (WILL -> WILLOK) -> INIT -> statuses of Wi-Fi -> CONNECT -> CONNACK -> RUNNING
 *       ^                                                 ^                                      |
 *       |                                                 +--------- the connection ended -------+
 *       +------- the link went down, a deadline passed, or the handler wants it -----------------+
 *
 * From one reset to the next is a run. Whatever is waited for has a deadline,
 * and all deadlines are counted by one tick a second, which nothing that goes
 * wrong can stop: so neither a lost answer nor a turn that was cut off halfway
 * leaves this waiting for ever. A second in which the application held the
 * board is none.
 */
import { byteAt, wordAt } from '../shared/bytes';
import { Down } from '../shared/link';
import {
  Type,
  VERSION,
  decodeHello,
  decodeTime,
  encode,
  encodeHello,
  restOf,
  typeOf,
  withoutTime,
} from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { wrong } from '../shared/packets';
import { Status } from '../shared/status';
import { Board } from './board';
import { Connection, createConnection } from './connection';
import { Count } from './counts';
import { ExitGate, newGate } from './exit-gate';
import { Outbox, createOutbox } from './outbox';
import { keepInStorage } from './persist';
import { createReceiver } from './receiver';
import { AHEAD, Sender, createSender } from './sender';
import { LinkPins, Setup } from './settings';
import { Broker, Stage, State, createState } from './state';
import { Subscriptions, createSubscriptions } from './subscriptions';
import { Handler, PATIENCE, Teller, createTeller, wordsOf } from './teller';

/** Milliseconds for which the target is held in reset. */
const RESET = 100;

/** Milliseconds between ticks. */
const TICK = 1000;

/** Seconds from a reset until the target says HELLO, at least: some boards take longer to boot than a target may be silent. */
const BOOT = 15;

/** Seconds before a target is reset that answers and cannot work; the most before one that failed again and again. */
const PAUSE = 30;
const LONGEST_PAUSE = 60;

/** Seconds within which the target says something of Wi-Fi while there is none: its longest pause and attempt. */
const WIFI = 120;

/** Where to look when the target hears nothing, or cannot be heard. An enumeration, since a constant would take variables. */
const enum Words {
  LOOK = ': look at all five wires (npm run selftest -- link)',
}

export interface Driver {
  /** Resets the target and begins; to be called once. `owner` is what the user's callbacks get. */
  _begin(owner: unknown, pins: LinkPins, setup: Setup): void;
  /** To be read only, as are the next ones. */
  readonly _state: State;
  readonly _teller: Teller;
  readonly _outbox: Outbox;
  readonly _subscriptions: Subscriptions;
  readonly _sender: Sender;
  readonly _connection: Connection;
  /** By `Count`. */
  readonly _counts: number[];
  /** The clock was set. */
  _timed: boolean;
  /** There is a new subscription. */
  _subscribed(): void;
  /** The gate of this run. */
  _gate(): ExitGate;
}

/** @param preset what happens while there is no handler */
export function createDriver(board: Board, preset: Handler): Driver {
  // No typed array: the first of its kind takes more than these.
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  const state = createState();
  let gate: ExitGate | undefined;
  // What has no value here gets it when the driver begins.
  let resetPin: Pin;
  // Seconds until what is due must have come, 0 when nothing is; and what it is. While off: until the target is reset.
  let left = 0;
  let due: string;
  // Seconds before the target is reset when the next run fails.
  let pause = 0;
  // The handler has been told that the target has the will; and Wi-Fi has been joined in this run.
  let willTold = false;
  let met = false;
  // Seconds without a connection that has shown itself good.
  let offline = 0;
  // There is so much to be sent that no more is to come in.
  let crowded = false;

  // A turn's outermost call. What nobody expects ends the run: the next one begins from the start.
  function guard(act: () => void): void {
    try {
      act();
      resume();
    } catch (e) {
      fail(Status.ESP_FAIL, 'here: ' + wordsOf(e), 0);
      resume();
    }
  }

  // Something that was waited for is there.
  function wake(): void {
    guard(resume);
  }

  function hold(): void {
    link.ready(false);
  }

  function expect(what: string, seconds: number): void {
    due = what;
    left = seconds;
  }

  function expectWifi(): void {
    expect('word of Wi-Fi', WIFI);
  }

  // Tells the target whether messages may come.
  function listen(): void {
    if (state._stage === Stage.OFF) return;
    // Each message from the target asks for an acknowledgement, and a flood of them would leave no room for anything else.
    if (link.queued() > AHEAD) crowded = true;
    else if (link.queued() < AHEAD) crowded = false;
    link.ready(!teller._waiting && !receiver._unclaimed && !crowded);
  }

  function connected(session: boolean): void {
    board._emit(teller._owner, session);
    if (state._stage === Stage.RUNNING) return sender._pump();
    teller._tell(Status.RUNNING, '', function () {
      const setup = state._setup;
      state._stage = Stage.RUNNING;
      receiver._started();
      // What it subscribes goes out before what has been waiting to be published.
      sender._settling = true;
      if (setup._start) teller._attempt(setup._start, [teller._owner].concat(setup._args));
      sender._settling = false;
      sender._pump();
    });
  }

  function end(): void {
    state._run++;
    state._stage = Stage.OFF;
    state._joined = met = willTold = false;
    left = 0;
    teller._end();
    receiver._end();
    connection._end();
    link.stop();
    if (gate) gate._end();
    gate = undefined;
    sender._end();
  }

  // Takes up what had to wait.
  function resume(): void {
    while (!teller._waiting && (teller._next || (receiver._inbox.length && !receiver._unclaimed))) {
      if (teller._next) teller._act();
      else take(receiver._inbox.shift() as string);
    }
    listen();
  }

  function reset(): void {
    end();
    if (state._run > 1) counts[Count.RESETS]++;
    // Should the next turn never come, the tick resets it again.
    left = BOOT;
    board._reset(resetPin, 0);
    board._later(release, RESET);
  }

  function release(): void {
    if (state._stage !== Stage.OFF) return;
    board._reset(resetPin, 1);
    state._stage = Stage.HELLO;
    expect('HELLO' + Words.LOOK, Math.max(BOOT, state._setup._timeout + 5));
    link.ready(true);
    link.start();
  }

  // The run is over; the target is reset when the handler has returned and so many seconds have passed.
  function fail(status: Status, detail: string, seconds: number): void {
    const rest = Math.max(seconds, pause);
    end();
    pause = Math.min(pause * 2 || 1, LONGEST_PAUSE);
    // The tick resets it, should the handler never return.
    left = PATIENCE + rest;
    teller._tell(status, detail, function () {
      if (rest) left = rest;
      else reset();
    });
  }

  function hello(message: string): void {
    const said = decodeHello(message);
    // Nobody takes less than 128 bytes.
    const most = Math.min(state._setup._max, Math.max(said.max, 128));
    const first = connection._will || state._setup._init;
    if (said.version !== VERSION)
      return fail(Status.BAD_VERSION, 'host ' + VERSION + ', target ' + said.version, PAUSE);
    state._stage = Stage.STARTING;
    connection._serial = said.serial;
    if (most !== state._max) teller._say('longest message: ' + most + ' bytes');
    state._max = most;
    if (said.crash) teller._tell(Status.CRASHED, said.crash, undefined);
    link.send(first);
    expect('answer to ' + (connection._will ? 'WILL' : 'INIT'), state._setup._timeout + 5);
  }

  // What follows from a status when the handler has returned.
  function follow(status: Status, result: unknown): void {
    if (status === Status.WILLOK) {
      link.send(state._setup._init);
      expect('answer to INIT', state._setup._timeout + 5);
    } else if (status === Status.SPECNET)
      link.send(encode(Type.PROCEED, result === undefined || result ? '' : '0'));
    else if (status === Status.WIFI_UP && state._broker === Broker.NONE) connection._connectIn(0);
    else sender._pump();
  }

  function takeStatus(status: Status, detail: string): void {
    // The target has answered.
    if (status !== Status.DROPPED && status !== Status.NO_TIME && state._broker === Broker.NONE) left = 0;
    if (status === Status.BROKER_FAIL || status === Status.BAD_BROKER)
      return connection._over(status, detail);
    if (status === Status.NO_TLS) return fail(status, detail, PAUSE);
    if (status === Status.WILLOK) {
      // Later ones are late: they are about a will that is part of a CONNECT by now.
      if (willTold) return;
      connection._willed = willTold = true;
    } else if (status === Status.DROPPED) counts[Count.DROPPED] += +detail || 0;
    else if (status === Status.WIFI_UP || status === Status.WIFI_DOWN)
      state._joined = status === Status.WIFI_UP;
    // The first time it is no news.
    if (status === Status.WIFI_UP && !met) {
      met = true;
      return connection._connectIn(0);
    }
    if (!state._joined && status !== Status.WILLOK && state._broker === Broker.NONE) expectWifi();
    teller._tell(status, detail, function (result) {
      follow(status, result);
    });
  }

  function takePacket(packet: string): void {
    const type = byteAt(packet, 0);
    const id = wordAt(packet, 1);
    const fault = wrong(packet);
    let status: Status | -1;
    if (state._broker === Broker.NONE) return;
    if (fault) return connection._leave(Status.BAD_BROKER, fault);
    if (type === PacketType.CONNACK) connection._connack(packet);
    else if ((type & 0xf0) === PacketType.PUBLISH) receiver._publish(packet);
    else if (type === PacketType.PUBACK) {
      if (sender._acknowledged(id)) teller._tell(Status.PUBOK, '' + id, sender._pump);
    } else if (type === PacketType.SUBACK || type === PacketType.UNSUBACK) {
      status = sender._answered(id, byteAt(packet, 3));
      if (status < 0) sender._pump();
      else teller._tell(status as Status, subscriptions._filter, sender._pump);
    } else if (type === PacketType.PUBREL) receiver._released(id);
    else if (type === PacketType.PUBREC) receiver._answer(PacketType.PUBREL, id);
  }

  // A PUBLISH did not get here, or not whole, and never would.
  function takeRefused(message: string): void {
    const cut = typeOf(message) === Type.CUT;
    const type = byteAt(message, 1);
    const qos = type & Flag.QOS;
    const id = qos ? wordAt(message, cut ? message.length - 2 : 2) : 0;
    if (cut && (type & 0xf0) !== PacketType.PUBLISH)
      return connection._leave(Status.BAD_BROKER, 'length of packet ' + (type >> 4));
    if (!cut && state._setup._keep) return connection._leaveFull();
    if (qos && !id) return connection._leave(Status.BAD_BROKER, 'packet identifier 0');
    counts[Count.DROPPED]++;
    if (qos) receiver._answer(qos & Flag.QOS2 ? PacketType.PUBREC : PacketType.PUBACK, id);
    if (cut) teller._tell(Status.TOO_LONG, message.slice(4, qos ? -2 : undefined), sender._pump);
    else teller._tell(Status.DROPPED, '1', sender._pump);
  }

  function take(message: string): void {
    const type = typeOf(message);
    if (type >= Type.PACKET) takePacket(message);
    else if (type === Type.HELLO && state._stage === Stage.HELLO) hello(message);
    else if (type === Type.STATUS && message.length > 1) takeStatus(byteAt(message, 1), restOf(message, 2));
    else if (type === Type.CUT || type === Type.FULL) takeRefused(message);
    else if (type === Type.MEMORY && message.length === 9) sender._memory(message);
    else teller._tell(Status.UNKNOWN, '' + type, sender._pump);
  }

  // At once, whoever else is waited for: the link still knows when it began.
  function takeTime(message: string): void {
    const began = link.began();
    const late = board._clock(decodeTime(message), began);
    driver._timed = true;
    state._setup._init = withoutTime(state._setup._init);
    if (late) teller._say('clock set');
  }

  function tickRun(): void {
    if (board._idle() > state._setup._timeout + 5) return fail(Status.ESP_FAIL, 'the link stood still', 0);
    if (left && !--left) return fail(Status.ESP_FAIL, 'no ' + due, 0);
    if (state._broker === Broker.UP) {
      if (connection._tick()) {
        offline = 0;
        // Where short messages pass and a long one does not, the connection stands for as long as that is tried.
        if (!link.queued()) pause = 0;
      }
    } else if (state._broker === Broker.NONE) connection._tickWithout();
    // After what is owed was looked at: the answer may be behind the message that waits.
    receiver._tick();
  }

  function everySecond(): void {
    const limit = state._setup._net;
    teller._tick();
    resume();
    if (teller._waiting) return;
    if (state._stage === Stage.OFF) {
      if (left && !--left) reset();
    } else tickRun();
    resume();
    if (limit && state._broker !== Broker.UP && ++offline > limit && !teller._waiting) {
      offline = 0;
      teller._tell(Status.NO_NET, '', function (result) {
        // 0, `false` and `null` are a no. Who returns nothing did not care: the handler may be there for other statuses.
        if (result !== undefined && !result) reset();
      });
    }
  }

  function tick(): void {
    guard(everySecond);
  }

  // A turn that was cut off for want of memory may have left anything half done.
  function interrupted(): void {
    if (state._stage === Stage.OFF) return;
    fail(Status.ESP_FAIL, 'memory ran out here', 0);
    resume();
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
      _max: state._setup._max,
      _lost: function (count) {
        counts[Count.DROPPED] += count;
      },
      // It may come at any time, between two runs too.
      _failed: function (why) {
        teller._tell(Status.NOT_SAVED, why, undefined);
      },
    });
    board._leaving(save);
  }

  function up(): void {
    link.send(encodeHello(state._setup._max, ''));
  }

  function receive(message: string): void {
    guard(function () {
      if (typeOf(message) === Type.TIME && message.length === 7) takeTime(message);
      else receiver._inbox.push(message);
    });
  }

  function down(why: Down): void {
    // Some boards take longer to boot than a target may be silent.
    if (state._stage === Stage.HELLO && why === Down.SILENT) return;
    fail(
      Status.ESP_FAIL,
      why === Down.RESTARTED
        ? 'it restarted'
        : why === Down.STUCK
          ? 'it hears, but nothing gets through' + Words.LOOK
          : 'silent for ' + state._setup._timeout + ' s',
      0,
    );
    resume();
  }

  function room(): void {
    sender._pump();
  }

  // The factories are called by statements of their own: the build takes those apart (tools/build/flatten.ts).
  const link = board._createLink(up, receive, down, room);
  const outbox = createOutbox(counts);
  const subscriptions = createSubscriptions(outbox._newId);
  const teller = createTeller({
    _state: state,
    _print: board._print,
    _preset: preset,
    _hold: hold,
    _wake: wake,
  });
  const sender = createSender({
    _state: state,
    _link: link,
    _outbox: outbox,
    _subscriptions: subscriptions,
    _teller: teller,
    _counts: counts,
    _print: board._print,
    _listen: listen,
  });
  const receiver = createReceiver({
    _state: state,
    _subscriptions: subscriptions,
    _teller: teller,
    _counts: counts,
    _send: link.send,
    _listen: listen,
  });
  const connection = createConnection({
    _state: state,
    _board: board,
    _teller: teller,
    _sender: sender,
    _receiver: receiver,
    _counts: counts,
    _send: link.send,
    _expect: expect,
    _expectWifi: expectWifi,
    _guard: guard,
    _connected: connected,
  });

  const driver: Driver = {
    _begin: function (owner, pins, setup) {
      state._setup = setup;
      state._max = setup._max;
      teller._owner = owner;
      subscriptions._kept = setup._keep;
      if (connection._will) setup._login.will = connection._willFlags;
      resetPin = board._open(pins, setup);
      // What it leaves would keep the variables of a function that it became a part of.
      if (setup._persist) /*@__NOINLINE__*/ persist();
      board._every(tick, TICK);
      board._interrupted(interrupted);
      reset();
    },
    _state: state,
    _teller: teller,
    _outbox: outbox,
    _subscriptions: subscriptions,
    _sender: sender,
    _connection: connection,
    _counts: counts,
    _timed: false,
    _subscribed: function () {
      sender._pump();
      if (!receiver._unclaimed) return;
      receiver._unclaimed = false;
      // Not within the caller: its callback is not to be called before `subscribe` returns.
      board._later(wake, 0);
    },
    _gate: function () {
      // Made when first asked for: most applications do without.
      return gate || (gate = newGate(board._later, board._cancel));
    },
  };
  return driver;
}
