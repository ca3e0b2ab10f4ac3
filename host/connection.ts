/**
 * The connection to the broker: when it is tried, what CONNECT says, and how it
 * ends. It must never have two at a time: after CONNECT the target says once
 * that there is none any more, and only then may there be another one.
 */
import { byteAt, text, wordAt } from '../shared/bytes';
import { ConnectTo, Type, encode, encodeConnect } from '../shared/messages';
import { Status } from '../shared/status';
import { Board } from './board';
import { Count } from './counts';
import { Receiver } from './receiver';
import { createRetry } from './retry';
import { Sender } from './sender';
import { Head, Wish } from './settings';
import { BrokerState, State } from './state';
import { Teller } from './teller';

/** A broker that is late is not blamed before the target has answered MEM: what the broker said is in front of that. */
export const enum Asking {
  NO,
  ASKED,
  ANSWERED,
}

export interface ConnectionOptions {
  readonly _state: State;
  readonly _board: Board;
  readonly _teller: Teller;
  readonly _sender: Sender;
  readonly _receiver: Receiver;
  /** By `Count`. */
  readonly _counts: number[];
  readonly _send: (message: string) => void;
  /** From now on this has to come, within so many seconds; 0: nothing has. */
  readonly _expect: (what: string | undefined, seconds: number) => void;
  /** Wi-Fi is away: the target is to say something of it. */
  readonly _expectWifi: () => void;
  /** Runs what may throw, as a turn of its own. */
  readonly _guard: (act: () => void) => void;
  /** CONNACK came, and the handler knows. */
  readonly _connected: (session: boolean) => void;
}

export interface Connection {
  /** The WILL message, '' for none, and its flags as in PUBLISH. */
  _will: string;
  _willFlags: number;
  /** The target has the will, for the next CONNECT. */
  _willed: boolean;
  /** Target's serial number, for a name that no other board has. */
  _serial: string;
  /** Whether the target was asked for an answer of its own. It is told so by `inlet.ts`. */
  _asking: Asking;
  /** Tries the broker after so many seconds, a bit more or less on each board. */
  _connectIn(seconds: number): void;
  /** Leaves a connection; the target says when it is over. */
  _leave(status: Status, detail: string): void;
  /** The target has no room for a message, which only another connection brings again. */
  _leaveFull(): void;
  /** Takes a CONNACK. */
  _connack(packet: string): void;
  /** The target says that the connection, or the attempt, is over. */
  _over(status: Status, detail: string): void;
  /** Once a second, with the connection standing. @returns it has shown itself good */
  _tick(): boolean;
  /** Once a second, without one. */
  _tickWithout(): void;
  /** The run is over. */
  _end(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const state = options._state;
  const board = options._board;
  const teller = options._teller;
  const sender = options._sender;
  const receiver = options._receiver;
  const retry = createRetry();
  // Why the connection is being left.
  let leaving: Status | -1 = -1;
  let reason: string;
  // Seconds until the broker is tried; 0: it is not to be.
  let wait = 0;
  // It is left for want of room, after messages of it were acknowledged.
  let hurry = false;
  // There has been a connection since the board started.
  let before = false;

  // The broker that is next, as `address:port`; '' when there is none.
  function broker(): string {
    const all = state._setup._brokers.split(' ');
    return all[retry._at] || all[0];
  }

  function connect(): void {
    const setup = state._setup;
    const to = broker();
    const colon = to.indexOf(':');
    const address = to.substr(0, colon);
    wait = 0;
    // There is none yet: other settings are to come.
    if (!to) return teller._tell(Status.BROKER_CHECK, '', undefined);
    state._broker = BrokerState.ASKED;
    options._expect('answer to CONNECT', 2 * setup._connect + setup._timeout + 5);
    teller._tell(Status.BROKER_CHECK, address, function () {
      let head = setup._head;
      if (head.length === Head.EMPTY) head = head.substr(0, Head.ID) + text('esp' + connection._serial);
      if (connection._will && !connection._willed) options._send(connection._will);
      connection._willed = false;
      options._send(
        encodeConnect({
          _flags:
            (setup._tls ? ConnectTo.TLS : 0) | (setup._wishes & Wish.KEEP ? 0 : ConnectTo.CLEAN_SESSION),
          _limit: setup._connect,
          _keepAlive: wordAt(head, Head.KEEP_ALIVE),
          _port: +to.substr(colon + 1),
          _address: address,
          _tlsOptions: setup._tls || '',
          _head: head,
          _tail: setup._tail || '',
        }),
      );
    });
  }

  function connectIn(seconds: number): void {
    const mine = state._run;
    // The tick tries it, should the turn never come.
    wait = Math.ceil(seconds * 1.25) + 3;
    board._later(
      function () {
        if (mine !== state._run || !wait || state._broker || !state._joined || teller._waiting) return;
        options._guard(connect);
      },
      seconds * (750 + 500 * board._random()),
    );
  }

  function leave(status: Status, detail: string): void {
    if (state._broker !== BrokerState.UP && state._broker !== BrokerState.ASKED) return;
    state._broker = BrokerState.LEAVING;
    leaving = status;
    reason = detail;
    connection._asking = Asking.NO;
    options._send(encode(Type.LEAVE, ''));
    options._expect('end of the connection', state._setup._timeout + 5);
  }

  // By the broker, perhaps before the target was told to leave it. What did not come in time says nothing of what was sent.
  function isClosed(status: Status, detail: string): boolean {
    return state._age >= 0 && state._joined && status === Status.BROKER_FAIL && !detail.startsWith('no ');
  }

  const connection: Connection = {
    _will: '',
    _willFlags: 0,
    _willed: false,
    _serial: '',
    _asking: Asking.NO,
    _connectIn: connectIn,
    _leave: leave,
    _leaveFull: function () {
      hurry = receiver._taken;
      leave(Status.BROKER_FAIL, 'no room for a message');
    },
    _connack: function (packet) {
      const code = byteAt(packet, 2);
      const session = byteAt(packet, 1) > 0 && (state._setup._wishes & Wish.KEEP) > 0;
      if (state._broker !== BrokerState.ASKED) return;
      if (code) {
        // The target closes, and says so.
        state._broker = BrokerState.LEAVING;
        leaving = Status.REFUSED_PROTOCOL - 1 + code;
        reason = '';
        return;
      }
      state._broker = BrokerState.UP;
      state._age = 0;
      options._expect(undefined, 0);
      if (before) options._counts[Count.RECONNECTS]++;
      before = true;
      receiver._restart(session);
      sender._restart(session);
      teller._tell(Status.BROKER_OK, session ? '1' : '0', function () {
        options._connected(session);
      });
    },
    _over: function (status, detail) {
      const closed = isClosed(status, detail);
      const left = state._broker === BrokerState.LEAVING && !closed;
      const age = state._age;
      const to = broker();
      let seconds: number;
      let hint: string;
      if (state._broker === BrokerState.NONE) return;
      state._broker = BrokerState.NONE;
      state._age = -1;
      connection._asking = Asking.NO;
      options._expect(undefined, 0);
      if (!state._joined) options._expectWifi();
      if (closed) {
        sender._suspect();
        hurry = false;
      }
      // Nothing failed where the target had no room, and has again.
      seconds = hurry ? 0 : retry._lost(age, state._setup._brokers.split(' ').length, left);
      receiver._taken = hurry = false;
      hint = retry._hint();
      if (left) {
        status = leaving as Status;
        detail = reason;
      } else if (age < 0 && status === Status.BROKER_FAIL) {
        // Such as a port for TLS, which closes at what is none.
        if (detail === 'connection closed' && !state._setup._tls) detail += ' before CONNACK: is it for TLS?';
        detail = to + ': ' + detail;
      }
      teller._tell(status, detail + (hint && (detail ? ': ' : '') + hint), function () {
        connectIn(seconds);
      });
    },
    _tick: function () {
      // Behind a message that nobody takes there may be an answer.
      const owed = !receiver._unclaimed && state._joined ? sender._owed() : '';
      const good = retry._isGood(++state._age);
      if (owed && connection._asking === Asking.ANSWERED) leave(Status.BROKER_FAIL, owed);
      else {
        if (owed && !connection._asking) {
          connection._asking = Asking.ASKED;
          options._send(encode(Type.MEM, ''));
          options._expect('answer to MEM', state._setup._timeout + 5);
        } else if (!owed && connection._asking === Asking.ANSWERED) connection._asking = Asking.NO;
        sender._settling = false;
        sender._pump();
      }
      return good;
    },
    _tickWithout: function () {
      if (state._joined && wait && !--wait) connect();
    },
    _end: function () {
      state._broker = BrokerState.NONE;
      state._age = leaving = -1;
      wait = 0;
      connection._asking = Asking.NO;
      connection._willed = false;
    },
  };
  return connection;
}
