/**
 * What the target says: each message is judged by what is waited for, and
 * handed to who has to know. It must never keep anything that comes.
 */
import { byteAt, wordAt } from '../shared/bytes';
import { Link } from '../shared/link';
import {
  Type,
  VERSION,
  decodeHello,
  decodeTime,
  encode,
  restOf,
  typeOf,
  withoutTime,
} from '../shared/messages';
import { Flag, PacketType } from '../shared/mqtt';
import { wrong } from '../shared/packets';
import { Status } from '../shared/status';
import { Board } from './board';
import { Asking, Connection } from './connection';
import { Count } from './counts';
import { Receiver } from './receiver';
import { Sender } from './sender';
import { Wish } from './settings';
import { BrokerState, Stage, State } from './state';
import { Subscriptions } from './subscriptions';
import { Teller } from './teller';

/** Seconds before a target is reset that answers and cannot work. */
const PAUSE = 30;

export interface InletOptions {
  readonly _state: State;
  readonly _link: Link;
  readonly _subscriptions: Subscriptions;
  readonly _teller: Teller;
  readonly _sender: Sender;
  readonly _receiver: Receiver;
  readonly _connection: Connection;
  /** By `Count`. */
  readonly _counts: number[];
  readonly _board: Board;
  /** From now on this has to come, within so many seconds; 0: nothing has. */
  readonly _expect: (what: string | undefined, seconds: number) => void;
  readonly _expectWifi: () => void;
  /** Ends the run; the target is reset after so many seconds. */
  readonly _fail: (status: Status, detail: string, seconds: number) => void;
}

export interface Inlet {
  /** The clock was set. */
  _timed: boolean;
  /** Takes a message whose turn it is. */
  _take(message: string): void;
  /** Takes TIME, at once, whoever else is waited for: the link still knows when it began. */
  _takeTime(message: string): void;
  /** The run is over. */
  _end(): void;
}

export function createInlet(options: InletOptions): Inlet {
  const state = options._state;
  const subscriptions = options._subscriptions;
  const teller = options._teller;
  const sender = options._sender;
  const receiver = options._receiver;
  const connection = options._connection;
  const counts = options._counts;
  // The handler has been told that the target has the will; and Wi-Fi has been joined in this run.
  let willTold = false;
  let met = false;

  function hello(message: string): void {
    const said = decodeHello(message);
    // Nobody takes less than 128 bytes. A number that is held already takes no memory a second time.
    const most = said._max < state._setup._max ? Math.max(said._max, 128) : state._setup._max;
    const first = connection._will || state._setup._init;
    if (said._version !== VERSION)
      return options._fail(Status.BAD_VERSION, 'host ' + VERSION + ', target ' + said._version, PAUSE);
    state._stage = Stage.STARTING;
    connection._serial = said._serial;
    if (most !== state._max) teller._say('longest message: ' + most + ' bytes');
    state._max = most;
    if (said._crash) teller._tell(Status.CRASHED, said._crash, undefined);
    options._link.send(first);
    options._expect('answer to ' + (connection._will ? 'WILL' : 'INIT'), state._setup._timeout + 5);
  }

  // What follows from a status when the handler has returned.
  function follow(status: Status, result: unknown): void {
    if (status === Status.WILLOK) {
      options._link.send(state._setup._init);
      options._expect('answer to INIT', state._setup._timeout + 5);
    } else if (status === Status.SPECNET)
      options._link.send(encode(Type.PROCEED, result === undefined || result ? '' : '0'));
    else if (status === Status.WIFI_UP && state._broker === BrokerState.NONE) connection._connectIn(0);
    else sender._pump();
  }

  function takeStatus(status: Status, detail: string): void {
    // The target has answered.
    if (status !== Status.DROPPED && status !== Status.NO_TIME && state._broker === BrokerState.NONE)
      options._expect(undefined, 0);
    if (status === Status.BROKER_FAIL || status === Status.BAD_BROKER)
      return connection._over(status, detail);
    if (status === Status.NO_TLS) return options._fail(status, detail, PAUSE);
    if (status === Status.WILLOK) {
      // Later ones are late: they are about a will that is part of a CONNECT by now. So is the first of a will that came late.
      if (willTold || state._broker !== BrokerState.NONE) return;
      connection._willed = willTold = true;
    } else if (status === Status.DROPPED) counts[Count.DROPPED] += +detail || 0;
    else if (status === Status.WIFI_UP || status === Status.WIFI_DOWN)
      state._joined = status === Status.WIFI_UP;
    // The first time it is no news.
    if (status === Status.WIFI_UP && !met) {
      met = true;
      return connection._connectIn(0);
    }
    if (!state._joined && status !== Status.WILLOK && state._broker === BrokerState.NONE)
      options._expectWifi();
    teller._tell(status, detail, function (result) {
      follow(status, result);
    });
  }

  function takePacket(packet: string): void {
    const type = byteAt(packet, 0);
    const id = wordAt(packet, 1);
    const fault = wrong(packet);
    let status: Status | -1;
    if (state._broker === BrokerState.NONE) return;
    // No `return` from here on, so that all this can be written out where it is called.
    if (fault) connection._leave(Status.BAD_BROKER, fault);
    else if (type === PacketType.CONNACK) connection._connack(packet);
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
    if (!cut && state._setup._wishes & Wish.KEEP) return connection._leaveFull();
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
    else if (type === Type.MEMORY && message.length === 9) {
      if (connection._asking) {
        connection._asking = Asking.ANSWERED;
        options._expect(undefined, 0);
      }
      sender._memory(message);
    } else teller._tell(Status.UNKNOWN, '' + type, sender._pump);
  }

  const inlet: Inlet = {
    _timed: false,
    _take: take,
    _takeTime: function (message) {
      const began = options._link.began();
      const late = options._board._clock(decodeTime(message), began);
      inlet._timed = true;
      state._setup._init = withoutTime(state._setup._init);
      if (late) teller._say('clock set');
    },
    _end: function () {
      met = willTold = false;
    },
  };
  return inlet;
}
