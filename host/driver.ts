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
import { Down, Link } from '../shared/link';
import {
  ConnectTo,
  Type,
  VERSION,
  decodeHello,
  decodeTime,
  encode,
  encodeConnect,
  encodeHello,
  numberOf,
  restOf,
  typeOf,
  withoutTime,
} from '../shared/messages';
import { Flag, Granted, PacketType } from '../shared/mqtt';
import { Status } from '../shared/status';
import { Board } from './board';
import { Count } from './counts';
import { ExitGate, newGate } from './exit-gate';
import { DoneCallback, Outbox, createOutbox } from './outbox';
import { acknowledge, connectHead, connectTail, topicOf, wrong } from '../shared/packets';
import { keepInStorage } from './persist';
import { createRetry } from './retry';
import { LinkPins, Setup } from './settings';
import { statusText } from './status-text';
import { Subscriptions, createSubscriptions } from './subscriptions';
import { CALM, acquitted, changed, cleared, closed, isCareful, newSuspects } from './suspects';

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

/** Where to look when the target hears nothing, or cannot be heard. */
const LOOK = ': look at all five wires (npm run selftest -- link)';

/** Seconds for which a handler's Promise is waited for. */
const HANDLER = 300;

/**
 * Messages handed to the link at a time: they take memory twice, and those with QoS 0 may be lost with the target. With
 * more than these in the link the target has to wait: each message from it asks for an acknowledgement, and a flood of
 * them would otherwise leave no room for anything else.
 */
const AHEAD = 4;

/**
 * Seconds after the start of a run for which a message with QoS 1 that nobody has subscribed to waits, and all
 * behind it: with a kept session messages come at once, and an application may be slow to subscribe.
 */
const CLAIM = 5;

const enum Stage {
  /** No run: the target is about to be reset, or being reset. */
  OFF,
  /** Waiting for HELLO. */
  HELLO,
  /** There is no broker yet. */
  STARTING,
  RUNNING,
}

/** The connection to the broker. */
const enum Broker {
  NONE,
  /** CONNECT is out. */
  ASKED,
  /** CONNACK came. */
  UP,
  /** It has to end; the target is still to say that it has. */
  LEAVING,
}

/** Called with variables in use and in all. */
export type MemoryCallback = (used: number, total: number) => void;

/** The user's status handler; `owner` is the MQTTLink. */
type Handler = (owner: never, status: Status, detail: string) => unknown;

export interface Driver {
  /** Resets the target and begins; to be called once. `owner` is what the user's callbacks get. */
  _begin(owner: unknown, pins: LinkPins, setup: Setup): void;
  /** The WILL message, '' for none, and its flags as in PUBLISH. */
  _will: string;
  _willFlags: number;
  _handler: Handler | undefined;
  /** Settings, from `_begin` on. To be read only, as are the next ones. */
  _setup: Setup;
  readonly _outbox: Outbox;
  readonly _subscriptions: Subscriptions;
  /** By `Count`. */
  readonly _counts: number[];
  /** Longest message that both boards take. */
  _max: number;
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
  /** Empties the queue. @returns how many there were */
  _clear(): number;
  /** The gate of this run. */
  _gate(): ExitGate;
}

/** An exception in words, whatever was thrown. */
function wordsOf(thrown: unknown): string {
  try {
    return '' + ((thrown && (thrown as Error).message) || thrown);
  } catch (e) {
    return 'an exception that has no text';
  }
}

/** @param preset what happens while there is no handler */
export function createDriver(board: Board, preset: Handler): Driver {
  // No typed array: the first of its kind takes more than these.
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  const outbox = createOutbox(counts);
  const subscriptions = createSubscriptions(outbox._newId);
  const retry = createRetry();
  const publications = newSuspects();
  const filters = newSuspects();
  // The last one in flight when a connection ended.
  let lastFilter = '';
  let link: Link;
  let gate: ExitGate | undefined;
  // What has no value here gets it when the driver begins.
  let owner: unknown;
  let resetPin: Pin;
  let stage = Stage.OFF;
  // Changes with every run: whoever waited during another one must not act.
  let run = 0;
  // Seconds until what is due must have come, 0 when nothing is; and what it is. While off: until the target is reset.
  let left = 0;
  let due = '';
  // Seconds before the target is reset when the next run fails.
  let pause = 0;
  let broker = Broker.NONE;
  // Why the connection is being left.
  let leaving: Status | -1 = -1;
  let reason = '';
  // Seconds since CONNACK, -1 without; and until the broker is tried, while there is no connection.
  let age = -1;
  let wait = 0;
  // The will is with the target, for the next CONNECT; the handler has been told so.
  let willed = false;
  let willTold = false;
  // Target's serial number, for a name that no other board has.
  let serial = '';
  // Wi-Fi has been joined in this run, and there has been a connection since the board started.
  let met = false;
  let connectedBefore = false;
  // Seconds without a connection that has shown itself good.
  let offline = 0;
  // Seconds for which the oldest publication or subscription in flight has waited, from when the link had carried it.
  let owing = 0;
  let owingFilter = 0;
  let carried = 0;
  // A publication with QoS 0 went out while one goes at a time: the next tick comes first.
  let settling = false;
  // Messages of this connection were acknowledged; and it is left since another found no room in the target.
  let taken = false;
  let hurry = false;
  // A handler's Promise is not settled yet: seconds left for it, 0 for none. Messages that come in all the same wait.
  let waiting = 0;
  let settle: ((value: unknown) => void) | undefined;
  // What is to be done when the handler has returned, or its Promise is settled; with what; and it is just being told.
  let next: ((result: unknown) => void) | undefined;
  let outcome: unknown;
  let telling = false;
  // There is so much to be sent that no more is to come in.
  let crowded = false;
  // The first one of the inbox is a message that nobody has subscribed to yet. Seconds left for it to be claimed.
  let unclaimed = false;
  let claim = 0;
  let inbox: string[] = [];
  // Identifiers of messages with QoS 2 that the application has and the broker has not yet released.
  let received: number[] = [];
  // QoS 0 on its way to the target: how many messages the link will have carried by then, and whom to tell.
  let passing: { _at: number; _call: DoneCallback }[] = [];
  let memoryAsked = false;
  let memoryDone: (MemoryCallback | undefined)[] = [];

  // Calls the user's function; what it throws is printed and harms nothing.
  function attempt(call: (...args: never[]) => unknown, args: unknown[]): unknown {
    try {
      return call.apply(undefined, args as never);
    } catch (e) {
      board._print('Uncaught ' + wordsOf(e));
    }
    return undefined;
  }

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

  function say(text: string): void {
    if (driver._setup._verbose) board._print(Date().toString().split(' ')[4] + ' ' + text);
  }

  // Tells the handler. `resume`, which `guard` calls when all else is done, acts on its result, when it is there: a status
  // that follows from another is then no call within a call, and the stack that is needed has a bound.
  function tell(status: Status, detail: string, act: (result: unknown) => void): void {
    let result: unknown;

    function settled(value: unknown): void {
      // Late, a second time, or of a run that is over.
      if (settle !== settled) return;
      settle = undefined;
      waiting = 0;
      outcome = value;
    }

    function later(value: unknown): void {
      settled(value);
      if (!telling) guard(resume);
    }

    say(statusText(status, detail));
    next = act;
    outcome = undefined;
    result = driver._handler
      ? attempt(driver._handler, [owner, status, detail])
      : preset(owner as never, status, detail);
    telling = true;
    try {
      if (result && typeof (result as Promise<unknown>).then === 'function') {
        waiting = HANDLER;
        settle = settled;
        link.ready(false);
        (result as Promise<unknown>).then(later, function (e: unknown) {
          board._print('Uncaught ' + wordsOf(e));
          later(undefined);
        });
      } else outcome = result;
    } catch (e) {
      board._print('Uncaught ' + wordsOf(e));
      waiting = 0;
      settle = undefined;
    }
    telling = false;
  }

  // What is only to be known: nothing waits for the handler's word.
  function report(status: Status, detail: string): void {
    say(statusText(status, detail));
    if (driver._handler) attempt(driver._handler, [owner, status, detail]);
  }

  function expect(what: string, seconds: number): void {
    due = what;
    left = seconds;
  }

  function end(): void {
    const lost = passing;
    run++;
    stage = Stage.OFF;
    broker = Broker.NONE;
    age = leaving = -1;
    left = wait = waiting = claim = 0;
    settle = next = undefined;
    met = willed = willTold = unclaimed = driver._running = driver._joined = false;
    memoryAsked = memoryDone.length > 0;
    inbox = [];
    passing = [];
    link.stop();
    if (gate) gate._end();
    gate = undefined;
    lost.forEach(function (one) {
      attempt(one._call, [false]);
    });
  }

  // Tells the target whether messages may come.
  function listen(): void {
    if (stage === Stage.OFF) return;
    if (link.queued() > AHEAD) crowded = true;
    else if (link.queued() < AHEAD) crowded = false;
    link.ready(!waiting && !unclaimed && !crowded);
  }

  // Takes up what had to wait.
  function resume(): void {
    let act: (result: unknown) => void;
    while (!waiting && (next || (inbox.length && !unclaimed))) {
      if (next) {
        act = next;
        next = undefined;
        act(outcome);
      } else take(inbox.shift() as string);
    }
    listen();
  }

  // Looks again whether somebody has subscribed to the message that waits; with `claim` 0 it waits no more.
  function unclaim(): void {
    unclaimed = false;
  }

  function reset(): void {
    end();
    if (run > 1) counts[Count.RESETS]++;
    // Should the next turn never come, the tick resets it again.
    left = BOOT;
    board._reset(resetPin, 0);
    board._later(release, RESET);
  }

  function release(): void {
    if (stage !== Stage.OFF) return;
    board._reset(resetPin, 1);
    stage = Stage.HELLO;
    expect('HELLO' + LOOK, Math.max(BOOT, driver._setup._timeout + 5));
    link.ready(true);
    link.start();
  }

  // The run is over; the target is reset when the handler has returned and so many seconds have passed.
  function fail(status: Status, detail: string, seconds: number): void {
    const rest = Math.max(seconds, pause);
    end();
    pause = Math.min(pause * 2 || 1, LONGEST_PAUSE);
    // The tick resets it, should the handler never return.
    left = HANDLER + rest;
    tell(status, detail, function () {
      if (rest) left = rest;
      else reset();
    });
  }

  function goOnline(): void {
    driver._running = stage === Stage.RUNNING && broker === Broker.UP && driver._joined;
  }

  // Leaves a connection; the target says when it is over.
  function leave(status: Status, detail: string): void {
    if (broker !== Broker.UP && broker !== Broker.ASKED) return;
    broker = Broker.LEAVING;
    leaving = status;
    reason = detail;
    goOnline();
    link.send(encode(Type.LEAVE, ''));
    expect('end of the connection', driver._setup._timeout + 5);
  }

  function connect(): void {
    const setup = driver._setup;
    const to = setup._brokers[retry._at];
    const login = setup._login;
    login.clientId = login.clientId || 'esp' + serial;
    wait = 0;
    broker = Broker.ASKED;
    expect('answer to CONNECT', 2 * setup._connect + setup._timeout + 5);
    tell(Status.BROKER_CHECK, to._address, function () {
      if (driver._will && !willed) link.send(driver._will);
      willed = false;
      link.send(
        encodeConnect({
          flags: (setup._tls ? ConnectTo.TLS : 0) | (login.clean ? ConnectTo.CLEAN_SESSION : 0),
          limit: setup._connect,
          keepAlive: login.keepAlive,
          port: to._port,
          address: to._address,
          tlsOptions: setup._tls,
          head: connectHead(login),
          tail: connectTail(login),
        }),
      );
    });
  }

  // There is, or soon will be, a time to try the broker: in so many seconds, a bit more or less on each board.
  function connectIn(seconds: number): void {
    const mine = run;
    // The tick tries it, should the turn never come.
    wait = Math.ceil(seconds * 1.25) + 3;
    board._later(
      function () {
        if (mine === run && wait && broker === Broker.NONE && driver._joined && !waiting) guard(connect);
      },
      seconds * (750 + 500 * board._random()),
    );
  }

  // Puts aside what the broker closes on, when that has been found out.
  function suspect(): void {
    const owed = subscriptions._owed();
    const filter = subscriptions._filter;
    if (owed && filter !== lastFilter) changed(filters);
    if (owed) lastFilter = filter;
    if (closed(filters, owed)) {
      subscriptions._setAside();
      report(Status.SUB_FAIL, filter);
    }
    if (closed(publications, outbox._sent)) {
      const topic = topicOf(outbox._remove(0));
      counts[Count.REFUSED]++;
      if (outbox._call) attempt(outbox._call, [false]);
      report(Status.PUB_FAIL, topic);
    }
  }

  // The connection, or the attempt, is over.
  function lost(status: Status, detail: string): void {
    const was = broker;
    const lived = age;
    let seconds: number;
    if (was === Broker.NONE) return;
    broker = Broker.NONE;
    age = -1;
    left = 0;
    if (!driver._joined) expect('word of Wi-Fi', WIFI);
    goOnline();
    // What did not come in time says nothing of what was sent.
    if (was === Broker.UP && driver._joined && status === Status.BROKER_FAIL && !detail.startsWith('no '))
      suspect();
    if (was === Broker.LEAVING) {
      status = leaving as Status;
      detail = reason;
    }
    // Nothing failed where the target had no room, and has again.
    seconds = hurry ? 0 : retry._lost(lived, driver._setup._brokers.length, was === Broker.LEAVING);
    taken = hurry = false;
    detail += retry._hint() && (detail ? ': ' : '') + retry._hint();
    tell(status, detail, function () {
      connectIn(seconds);
    });
  }

  // The target takes less than what this board took on.
  function tooLong(packet: string): void {
    const type = byteAt(packet, 0);
    if ((type & 0xf0) !== PacketType.PUBLISH) {
      subscriptions._answer(wordAt(packet, 1), Granted.REFUSED);
      return report(Status.SUB_FAIL, subscriptions._filter);
    }
    // With QoS 0 it is out of the queue already.
    if (type & Flag.QOS1) outbox._remove(outbox._sent - 1);
    counts[Count.REFUSED]++;
    if (outbox._call) attempt(outbox._call, [false]);
    report(Status.PUB_FAIL, topicOf(packet));
  }

  function pump(): void {
    const mine = run;
    let packet: string | undefined = '';
    let careful: boolean;
    let flying: number;
    while (passing.length && passing[0]._at <= link.counts.sent)
      attempt((passing.shift() as { _call: DoneCallback })._call, [true]);
    while (mine === run && packet !== undefined && link.queued() < AHEAD) {
      packet = undefined;
      outbox._call = undefined;
      flying = outbox._sent + subscriptions._owed();
      if (memoryAsked && stage >= Stage.STARTING) {
        packet = encode(Type.MEM, '');
        memoryAsked = false;
      } else if (stage === Stage.RUNNING && broker === Broker.UP && driver._joined && !settling) {
        careful = isCareful(filters);
        if (!careful || age >= CALM) packet = subscriptions._next(careful);
        if (packet === undefined && !(careful && subscriptions._owed())) {
          careful = isCareful(publications);
          if (!careful || age >= CALM) packet = outbox._next(careful);
          settling = careful && packet !== undefined && !(byteAt(packet, 0) & Flag.QOS1);
        }
      }
      if (packet === undefined) break;
      if (packet.length > driver._max) {
        tooLong(packet);
        continue;
      }
      link.send(packet);
      if (!flying) carried = link.counts.sent + link.queued();
      if (outbox._call) passing.push({ _at: link.counts.sent + link.queued(), _call: outbox._call });
    }
    if (mine === run) listen();
  }

  function connack(packet: string): void {
    const code = byteAt(packet, 2);
    const session = byteAt(packet, 1) > 0 && driver._setup._keep;
    if (broker !== Broker.ASKED) return;
    if (code) {
      // The target closes, and says so.
      broker = Broker.LEAVING;
      leaving = Status.REFUSED_PROTOCOL - 1 + code;
      reason = '';
      return;
    }
    broker = Broker.UP;
    left = age = owing = owingFilter = 0;
    settling = false;
    if (connectedBefore) counts[Count.RECONNECTS]++;
    connectedBefore = true;
    if (!session) received = [];
    outbox._restart(session);
    subscriptions._restart(session, !session || driver._setup._resubscribe);
    goOnline();
    tell(Status.BROKER_OK, session ? '1' : '0', function () {
      board._emit(owner, session);
      if (stage === Stage.RUNNING) return pump();
      tell(Status.RUNNING, '', function () {
        stage = Stage.RUNNING;
        if (driver._setup._keep) claim = CLAIM;
        goOnline();
        // What it subscribes goes out before what has been waiting to be published.
        settling = true;
        if (driver._setup._start) attempt(driver._setup._start, [owner].concat(driver._setup._args));
        settling = false;
        pump();
      });
    });
  }

  // @returns the message has to wait
  function deliver(packet: string): boolean {
    const first = byteAt(packet, 0);
    const qos = (first & Flag.QOS) >> 1;
    const topic = topicOf(packet);
    const at = 3 + topic.length;
    const id = qos ? wordAt(packet, at) : 0;
    const again = qos > 1 && received.indexOf(id) >= 0;
    if (
      again ||
      subscriptions._each(topic, function (call) {
        attempt(call, [topic, packet.substr(qos ? at + 2 : at), !!(first & Flag.RETAIN), qos]);
      })
    )
      counts[Count.RECEIVED] += again ? 0 : 1;
    else if (qos && claim) return true;
    else counts[Count.DROPPED]++;
    if (qos > 1 && !again) received.push(id);
    if (qos) answer(qos > 1 ? PacketType.PUBREC : PacketType.PUBACK, id);
    return false;
  }

  function answer(type: PacketType, id: number): void {
    if (broker !== Broker.UP) return;
    taken = true;
    link.send(acknowledge(type, id));
    listen();
  }

  function takePacket(packet: string): void {
    const type = byteAt(packet, 0);
    const id = wordAt(packet, 1);
    const fault = wrong(packet);
    let status: Status | -1;
    let place: number;
    if (broker === Broker.NONE) return;
    if (fault) return leave(Status.BAD_BROKER, fault);
    if (type === PacketType.CONNACK) connack(packet);
    else if ((type & 0xf0) === PacketType.PUBLISH) {
      // The next connection brings it again.
      if (broker === Broker.LEAVING && type & Flag.QOS && driver._setup._keep) return;
      if (!deliver(packet)) return;
      unclaimed = true;
      inbox = [packet].concat(inbox);
      link.ready(false);
    } else if (type === PacketType.PUBACK) {
      place = outbox._done(id);
      if (place < 0) return;
      if (!place) {
        owing = 0;
        carried = link.counts.sent + link.queued();
        acquitted(publications);
      }
      if (outbox._call) attempt(outbox._call, [true]);
      tell(Status.PUBOK, '' + id, pump);
    } else if (type === PacketType.SUBACK || type === PacketType.UNSUBACK) {
      owingFilter = 0;
      status = subscriptions._answer(id, byteAt(packet, 3));
      if (subscriptions._settled()) cleared(filters);
      if (status < 0) pump();
      else tell(status as Status, subscriptions._filter, pump);
    } else if (type === PacketType.PUBREL) {
      received = received.filter(function (one) {
        return one !== id;
      });
      answer(PacketType.PUBCOMP, id);
    } else if (type === PacketType.PUBREC) answer(PacketType.PUBREL, id);
  }

  function takeStatus(status: Status, detail: string): void {
    // The target has answered.
    if (status !== Status.DROPPED && status !== Status.NO_TIME && broker === Broker.NONE) left = 0;
    if (status === Status.BROKER_FAIL || status === Status.BAD_BROKER) return lost(status, detail);
    if (status === Status.NO_TLS) return fail(status, detail, PAUSE);
    if (status === Status.WILLOK) {
      // Later ones are late: they are about a will that is part of a CONNECT by now.
      if (willTold) return;
      willed = willTold = true;
    } else if (status === Status.DROPPED) counts[Count.DROPPED] += +detail || 0;
    else if (status === Status.WIFI_UP || status === Status.WIFI_DOWN) {
      driver._joined = status === Status.WIFI_UP;
      goOnline();
    }
    // The first time it is no news.
    if (status === Status.WIFI_UP && !met) {
      met = true;
      return connectIn(0);
    }
    if (!driver._joined && status !== Status.WILLOK && broker === Broker.NONE) expect('word of Wi-Fi', WIFI);
    tell(status, detail, function (result) {
      if (status === Status.WILLOK) {
        link.send(driver._setup._init);
        expect('answer to INIT', driver._setup._timeout + 5);
      } else if (status === Status.SPECNET) {
        link.send(encode(Type.PROCEED, result === undefined || result ? '' : '0'));
      } else if (status === Status.WIFI_UP && broker === Broker.NONE) connectIn(0);
      else pump();
    });
  }

  function hello(message: string): void {
    const said = decodeHello(message);
    // Nobody takes less than 128 bytes.
    const most = Math.min(driver._setup._max, Math.max(said.max, 128));
    if (said.version !== VERSION)
      return fail(Status.BAD_VERSION, 'host ' + VERSION + ', target ' + said.version, PAUSE);
    stage = Stage.STARTING;
    serial = said.serial;
    if (most !== driver._max) say('longest message: ' + most + ' bytes');
    driver._max = most;
    if (said.crash) report(Status.CRASHED, said.crash);
    link.send(driver._will || driver._setup._init);
    expect('answer to ' + (driver._will ? 'WILL' : 'INIT'), driver._setup._timeout + 5);
  }

  // A PUBLISH that did not get here, and would never.
  function dropped(type: number, id: number, status: Status, detail: string): void {
    if (type & Flag.QOS && !id) return leave(Status.BAD_BROKER, 'packet identifier 0');
    counts[Count.DROPPED]++;
    if (type & Flag.QOS) answer(type & Flag.QOS2 ? PacketType.PUBREC : PacketType.PUBACK, id);
    tell(status, detail, pump);
  }

  function take(message: string): void {
    const type = typeOf(message);
    const first = byteAt(message, 1);
    let known: (MemoryCallback | undefined)[];
    if (waiting || unclaimed) inbox.push(message);
    else if (type >= Type.PACKET) takePacket(message);
    else if (type === Type.HELLO && stage === Stage.HELLO) hello(message);
    else if (type === Type.STATUS && message.length > 1) takeStatus(first, restOf(message, 2));
    else if (type === Type.CUT) {
      if ((first & 0xf0) !== PacketType.PUBLISH) leave(Status.BAD_BROKER, 'length of packet ' + (first >> 4));
      else if (first & Flag.QOS)
        dropped(first, wordAt(message, message.length - 2), Status.TOO_LONG, message.slice(4, -2));
      else dropped(first, 0, Status.TOO_LONG, restOf(message, 4));
    } else if (type === Type.FULL) {
      if (driver._setup._keep) {
        hurry = taken;
        leave(Status.BROKER_FAIL, 'no room for a message');
      } else dropped(first, wordAt(message, 2), Status.DROPPED, '1');
    } else if (type === Type.MEMORY && message.length === 9) {
      board._print(
        'Target memory: ' + numberOf(message, 1) + ' of ' + numberOf(message, 5) + ' variables in use',
      );
      known = memoryDone;
      memoryDone = [];
      known.forEach(function (done) {
        if (done) attempt(done, [numberOf(message, 1), numberOf(message, 5)]);
      });
    } else tell(Status.UNKNOWN, '' + type, pump);
  }

  // At once, whoever else is waited for: the link still knows when it began.
  function takeTime(message: string): void {
    const began = link.began();
    const wrong = board._clock(decodeTime(message), began);
    driver._timed = true;
    driver._setup._init = withoutTime(driver._setup._init);
    if (wrong) say('clock set');
  }

  function receive(message: string): void {
    guard(function () {
      if (typeOf(message) === Type.TIME && message.length === 7) takeTime(message);
      else take(message);
    });
  }

  // What the broker has owed for too long; '' for nothing.
  function owed(): string {
    const limit = driver._setup._response;
    if (outbox._sent && link.counts.sent >= carried) owing++;
    else owing = 0;
    owingFilter = subscriptions._owed() && link.counts.sent >= carried ? owingFilter + 1 : 0;
    if (owing > limit) return 'no PUBACK for ' + topicOf(outbox._queue[0]);
    return owingFilter > limit ? 'no answer to a subscription' : '';
  }

  // The connection stands: once a second.
  function tickConnection(): void {
    const late = !unclaimed && driver._joined ? owed() : '';
    age++;
    if (retry._isGood(age)) {
      offline = 0;
      // Where short messages pass and a long one does not, the connection stands for as long as that is tried.
      if (!link.queued()) pause = 0;
    }
    if (late) return leave(Status.BROKER_FAIL, late);
    settling = false;
    pump();
  }

  function tickRun(): void {
    if (board._idle() > driver._setup._timeout + 5) return fail(Status.ESP_FAIL, 'the link stood still', 0);
    if (left && !--left) return fail(Status.ESP_FAIL, 'no ' + due, 0);
    if (broker === Broker.UP) tickConnection();
    else if (broker === Broker.NONE && driver._joined && wait && !--wait) connect();
    // After what is owed was looked at: the answer may be behind the message that waits.
    if (claim && !--claim) unclaim();
  }

  function everySecond(): void {
    const limit = driver._setup._net;
    if (waiting && !--waiting && settle) settle(undefined);
    resume();
    if (waiting) return;
    if (stage === Stage.OFF) {
      if (left && !--left) reset();
    } else tickRun();
    resume();
    if (limit && broker !== Broker.UP && ++offline > limit && !waiting) {
      offline = 0;
      tell(Status.NO_NET, '', function (result) {
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
    if (stage === Stage.OFF) return;
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
      _max: driver._setup._max,
      _lost: function (count) {
        counts[Count.DROPPED] += count;
      },
      // It may come at any time, between two runs too.
      _failed: function (why) {
        report(Status.NOT_SAVED, why);
      },
    });
    board._leaving(save);
  }

  const driver: Driver = {
    _begin: function (by, pins, setup) {
      owner = by;
      driver._setup = setup;
      driver._max = setup._max;
      subscriptions._kept = setup._keep;
      if (driver._will) setup._login.will = driver._willFlags;
      resetPin = board._open(pins, setup);
      // What it leaves would keep the variables of a function that it became a part of.
      if (setup._persist) /*@__NOINLINE__*/ persist();
      board._every(tick, TICK);
      board._interrupted(interrupted);
      reset();
    },
    _will: '',
    _willFlags: 0,
    _handler: undefined,
    _setup: undefined as never,
    _outbox: outbox,
    _subscriptions: subscriptions,
    _counts: counts,
    _max: 0,
    _running: false,
    _joined: false,
    _timed: false,
    _pump: pump,
    _subscribed: function () {
      pump();
      // Not within the caller: its callback is not to be called before `subscribe` returns.
      if (unclaimed)
        board._later(function () {
          guard(unclaim);
        }, 0);
    },
    _askMemory: function (done) {
      memoryAsked = true;
      memoryDone.push(done);
      pump();
    },
    _clear: function () {
      const many = outbox._queue.length;
      while (outbox._queue.length) {
        outbox._remove(0);
        if (outbox._call) attempt(outbox._call, [false]);
      }
      return many;
    },
    _gate: function () {
      // Made when first asked for: most applications do without.
      return gate || (gate = newGate(board._later, board._cancel));
    },
  };
  link = board._createLink(
    function () {
      link.send(encodeHello(driver._setup._max, ''));
    },
    receive,
    function (why) {
      // Some boards take longer to boot than a target may be silent.
      if (stage === Stage.HELLO && why === Down.SILENT) return;
      fail(
        Status.ESP_FAIL,
        why === Down.RESTARTED
          ? 'it restarted'
          : why === Down.STUCK
            ? 'it hears, but nothing gets through' + LOOK
            : 'silent for ' + driver._setup._timeout + ' s',
        0,
      );
      resume();
    },
    pump,
  );
  return driver;
}
