/**
 * Runs the target: resets it, sees to it that what is waited for comes, and
 * begins anew when something is wrong. What the target says goes to `inlet.ts`,
 * the broker is `connection.ts`, messages are `sender.ts` and `receiver.ts`, and
 * the application is called by `teller.ts`. It must never block. Arguments are
 * checked before they get here.
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
import { Down } from '../shared/link';
import { Type, encodeHello, typeOf, withoutTime } from '../shared/messages';
import { Status } from '../shared/status';
import { Board } from './board';
import { Connection, createConnection } from './connection';
import { Count } from './counts';
import { ExitGate, newGate } from './exit-gate';
import { Outbox, createOutbox } from './outbox';
import { Inlet, createInlet } from './inlet';
import { keepInStorage } from './outbox-storage';
import { createReceiver } from './receiver';
import { AHEAD, Sender, createSender } from './sender';
import { LinkPins, Setup, Wish, forgetFirst } from './settings';
import { BrokerState, Stage, State, createState } from './state';
import { Subscriptions, createSubscriptions } from './subscriptions';
import { Handler, PATIENCE, Teller, createTeller, wordsOf } from './teller';

/** Milliseconds for which the target is held in reset. */
const RESET = 100;

/** Seconds from a reset until the target says HELLO, at least: some boards take longer to boot than a target may be silent. */
const BOOT = 15;

/** Seconds, at the most, before a target is reset that failed again and again. */
const LONGEST_PAUSE = 60;

/** Seconds within which the target says something of Wi-Fi while there is none: its longest pause and attempt. */
const WIFI = 120;

/** Where to look when the target hears nothing, or cannot be heard. An enumeration, since a constant would take variables. */
const enum Words {
  LOOK = ': look at all five wires (npm run selftest -- link)',
}

export interface Supervisor {
  /** Resets the target and begins; to be called once. `owner` is what the user's callbacks get. */
  _begin(owner: unknown, pins: LinkPins, setup: Setup): void;
  /** Goes on with other settings. */
  _change(setup: Setup): void;
  /** To be read only, as are the next ones. */
  readonly _state: State;
  readonly _teller: Teller;
  readonly _outbox: Outbox;
  readonly _subscriptions: Subscriptions;
  readonly _sender: Sender;
  readonly _connection: Connection;
  /** By `Count`. */
  readonly _counts: number[];
  readonly _inlet: Inlet;
  /** There is a new subscription. */
  _subscribed(): void;
  /** The gate of this run. */
  _gate(): ExitGate;
}

/** @param preset what happens while there is no handler */
export function createSupervisor(board: Board, preset: Handler): Supervisor {
  // No typed array: the first of its kind takes more than these.
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  const state = createState();
  let gate: ExitGate | undefined;
  let resetPin: Pin; // From `_begin` on.
  // Seconds until what is due must have come, 0 when nothing is; and what it is. While off: until the target is reset.
  let left = 0;
  let due: string | undefined;
  // How many messages the link will have carried when the one that asks for it is there. Until then the link's deadlines count.
  let after: number;
  // Seconds before the target is reset when the next run fails; and without a connection that has shown itself good.
  let pause = 0;
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

  function expect(what: string | undefined, seconds: number): void {
    due = what;
    left = seconds;
    after = sender._allCarried();
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
      if (setup._start) teller._attempt(setup._start, [teller._owner].concat(setup._args || []));
      sender._settling = false;
      sender._pump();
    });
  }

  function end(): void {
    state._run++;
    state._stage = Stage.OFF;
    state._joined = false;
    left = 0;
    teller._end();
    receiver._end();
    connection._end();
    inlet._end();
    link.stop();
    if (gate) gate._end();
    gate = undefined;
    sender._end();
  }

  // Takes up what had to wait.
  function resume(): void {
    while (!teller._waiting && (teller._next || (receiver._inbox.length && !receiver._unclaimed))) {
      if (teller._next) teller._act();
      else inlet._take(receiver._inbox.shift() as string);
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
    link.ready(true);
    link.start();
    expect('HELLO' + Words.LOOK, Math.max(BOOT, state._setup._timeout + 5));
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

  function tickRun(): void {
    if (board._idle() > state._setup._timeout + 5) return fail(Status.ESP_FAIL, 'the link stood still', 0);
    if (left && link.counts._sent >= after && !--left) return fail(Status.ESP_FAIL, 'no ' + due, 0);
    if (state._broker === BrokerState.UP) {
      if (connection._tick()) {
        offline = 0;
        // Where short messages pass and a long one does not, the connection stands for as long as that is tried.
        if (!link.queued()) pause = 0;
      }
    } else if (state._broker === BrokerState.NONE) connection._tickWithout();
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
    if (limit && state._broker !== BrokerState.UP && ++offline > limit && !teller._waiting) {
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
      _add: function (packet, done) {
        outbox._add(packet, done); // A call, so that each can be written out.
      },
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
      // In a connection, the answers to LEAVE and MEM stand behind what the target had to say before. That has an end.
      if (left && state._age >= 0) left = state._setup._timeout + 5;
      if (typeOf(message) === Type.TIME && message.length === 7) inlet._takeTime(message);
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

  // The factories are called by statements of their own: the build takes those apart (tools/bundler/passes/flatten.ts).
  const link = board._createLink(up, receive, down, function () {
    sender._pump();
  });
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

  const inlet = createInlet({
    _state: state,
    _link: link,
    _subscriptions: subscriptions,
    _teller: teller,
    _sender: sender,
    _receiver: receiver,
    _connection: connection,
    _counts: counts,
    _board: board,
    _expect: expect,
    _expectWifi: expectWifi,
    _fail: fail,
  });

  const startTicks = board._createTicks(tick, interrupted);

  const supervisor: Supervisor = {
    _begin: function (owner, pins, setup) {
      state._setup = setup;
      state._max = setup._max;
      teller._owner = owner;
      subscriptions._kept = (setup._wishes & Wish.KEEP) > 0;
      resetPin = board._open(pins, setup);
      // What it leaves would keep the variables of a function that it became a part of.
      if (setup._persist) /*@__NOINLINE__*/ persist();
      forgetFirst(setup);
      startTicks();
      reset();
    },
    _change: function (setup) {
      const before = state._setup;
      const init = withoutTime(setup._init);
      const same = init === withoutTime(before._init);
      if (inlet._timed) setup._init = init;
      state._setup = setup;
      subscriptions._kept = (setup._wishes & Wish.KEEP) > 0;
      connection._willed = false;
      forgetFirst(setup);
      if (!same) return reset();
      connection._leave(Status.BROKER_FAIL, 'other settings');
      if (state._joined && state._broker === BrokerState.NONE) connection._connectIn(0);
    },
    _state: state,
    _teller: teller,
    _outbox: outbox,
    _subscriptions: subscriptions,
    _sender: sender,
    _connection: connection,
    _counts: counts,
    _inlet: inlet,
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
  return supervisor;
}
