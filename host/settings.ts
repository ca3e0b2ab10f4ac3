/**
 * What the constructor of `MQTTLink` takes: fields, defaults, checks, and the
 * INIT message made of them. It must never show a password, nor let a setting
 * pass that the target could not use.
 */
import { MAX_MESSAGE } from '../shared/link';
import { InitFlag, encodeInit } from '../shared/messages';

import { toBytes } from './bytes-from-text';
import { connectHead, connectTail } from '../shared/packets';
import { refuse } from './argument-errors';
import { checkText } from './topics';

/** Host pins of the five lines. */
export interface LinkPins {
  /** Restarts the target when low; open drain. */
  reset: Pin;
  /** Clock to the target's `mckin`. */
  sckout: Pin;
  /** Data to the target's `mrx`. */
  stx: Pin;
  /** Data from the target's `mtx`. */
  srx: Pin;
  /** Clock from the target's `mckout`. */
  sckin: Pin;
  /**
   * The line `reset` drives a transistor that pulls the target's RST low: high resets, low lets it run. It is then a
   * plain output. Default false: `reset` is joined to RST, and open drain.
   */
  resetInverted?: boolean;
}

/** Network and broker. All but the first three may be left out. */
export interface NetworkSettings {
  /** Name of the Wi-Fi network, 1 to 31 bytes: an ESP8266's firmware cuts a 32nd off. */
  ssid: string;
  /** Its password, up to 63 bytes; '' for an open network. A key of 64 hexadecimal digits does not fit. */
  password: string;
  /**
   * Host name or IPv4 address of the broker, or a list of up to 8: when one fails the next one is tried, and after a good
   * connection the first one again. Each may end in its own port, as `192.168.0.9:1884`.
   */
  broker: string | string[];
  /** TCP port of brokers without one of their own, 1 to 65535; 0 (default): 1883, or 8883 with `tls`. */
  port?: number;
  /** User name for the broker, up to 255 bytes; '' (default): none. */
  mqttUser?: string;
  /** Password or token for the broker, up to 600 bytes; '' (default): none. */
  mqttPassword?: string;
  /** Speak TLS to the broker, where the target's firmware can. Default false. */
  tls?: boolean;
  /** Options for the target's `tls.connect`. Default none. */
  tlsOptions?: object;
  /**
   * The network saved in the target's flash will do where the one given here, which is tried first, cannot be joined.
   * Once it was joined, the one given here becomes the saved one. Default true.
   */
  useDefault?: boolean;
  /** The target runs at 160 MHz, as it starts; false: at 80, which takes less current. Default true. */
  fast?: boolean;
  /** Seconds between corrections of the host's clock by NTP, up to 2000000; 0: none; -1 (default): once only. */
  rtcResync?: number;
  /** MQTT keep alive in seconds, 0 (off) to 65535. Default 60. */
  keepAlive?: number;
  /** MQTT clean session. Default true. */
  cleanSession?: boolean;
  /** Seconds, 1 to 600, for the broker to be reached, and again for its CONNACK. Default 10. */
  connectTimeout?: number;
  /** Seconds, 1 to 600, for the broker to acknowledge a publication or a subscription. Default 10. */
  responseTime?: number;
  /**
   * Subscribe again at each connection, also when the broker says that it kept the session. Default true: brokers forget.
   * False spares those messages that it retains and sends again.
   */
  resubscribe?: boolean;
  /**
   * Seconds of silence of this board, 0 (never) or `timeout` to 65535, after which the target leaves the broker, so that
   * it publishes the will. Default 60, or `timeout` where that is more.
   */
  hostTimeout?: number;
  /** MQTT client identifier, up to 255 bytes; '' (default): made of the target's serial number. */
  clientId?: string;
  /** Host name or IPv4 address of the NTP server. Default `pool.ntp.org`. */
  ntpServer?: string;
  /** UDP port of the NTP server. Default 123. */
  ntpPort?: number;
  /** The target prints what it does on its own console. Default false. */
  targetVerbose?: boolean;
}

/** How the link behaves on the host. `L` is the class that is constructed. */
export interface LinkOptions<L> {
  /** Called with the link and `args` each time that the target has started and reached the broker. */
  userStart?: (link: L, ...args: never[]) => void;
  /** Further arguments for `userStart`. */
  args?: unknown[];
  /**
   * Hours, -12 to 14, by which local time is ahead of UTC: for `E.setTimeZone`. Left out (default): the zone is the
   * application's own affair.
   */
  localTimeOffset?: number;
  /**
   * Zone and daylight saving time: the 12 arguments of the firmware's `E.setDST`, in their order. Not together with
   * `localTimeOffset`. Left out (default): as there.
   */
  dst?: number[];
  /** Print each status. Default true. */
  verbose?: boolean;
  /** Seconds, 1 to 3600, without a sign of life after which the target is reset. Default 10. */
  timeout?: number;
  /** Milliseconds, 1 to 1000, for which the link may hold the event loop. Default 10. */
  hold?: number;
  /** Longest message of the link, 128 to 65531 bytes; the target's, 1024, where that is less. Default 1024. */
  maxMessage?: number;
  /** Publications that may wait, 1 to 10000. Default 100. */
  maxQueue?: number;
  /** Bytes of topics and payloads, and 5 for each, that may wait, 128 to 1000000. Default 8192. */
  maxQueueBytes?: number;
  /** Publications with QoS 1 outlive a restart of the host, in its Storage. Default false. */
  persist?: boolean;
  /** Seconds without the broker, 0 (never) to 86400, after which `NO_NET` is reported. Default 300. */
  netTimeout?: number;
  /**
   * The MQTTLink that there is: it goes on with these settings, from the next connection to the broker on, which this
   * ends; the target is reset where the network is another one. Of the other options only the queue's limits and
   * `verbose` change. `null` at the first one: there will be others, so `broker` may be `[]`, and Wi-Fi alone is joined.
   */
  link?: L | null;
}

/** What is on or off, as bits of one number, since each flag of its own takes two variables. */
export const enum Wish {
  VERBOSE = 1,
  RESUBSCRIBE = 2,
  /** The broker keeps the session. */
  KEEP = 4,
}

/** What is needed at the start alone, and takes no memory after that. */
export interface FirstSetup {
  /** Hours; left out: the zone is left alone. */
  _offset?: number;
  /** For `E.setDST`. */
  _dst?: number[];
  _hold?: number;
  _persist?: boolean;
}

/** Settings and options, checked and complete. What is left out takes no memory. */
export interface Setup extends FirstSetup {
  /** The INIT message; without the wish for the time once that is known. */
  _init: string;
  _start?: (...args: unknown[]) => void;
  _args?: unknown[];
  /** Of `Wish`. */
  readonly _wishes: number;
  readonly _timeout: number;
  readonly _max: number;
  readonly _queue: number;
  readonly _bytes: number;
  readonly _net: number;
  /** Each as `address:port`, with a blank between two; '' for none. */
  readonly _brokers: string;
  /** CONNECT up to its will; the client identifier is '' where it is to be made of the target's serial number. */
  readonly _head: string;
  /** CONNECT from behind its will, where there is any of that. */
  _tail?: string;
  /** JSON of the options for TLS, where that is wanted. */
  _tls?: string;
  readonly _connect: number;
  readonly _response: number;
}

/** Bytes of `_head` without a client identifier. */
export const enum Head {
  KEEP_ALIVE = 8,
  ID = 10,
  EMPTY = 12,
}

/**
 * Checks all that the constructor takes.
 * @param will flags of the last will as in PUBLISH, where there is one
 * @throws Error that names the field, its value unless it is a password, and what is allowed
 */
// All that it needs is within it, because there it takes memory only while it runs.
export function checkSetup<L>(
  pins: LinkPins,
  settings: NetworkSettings,
  options: LinkOptions<L> | undefined,
  will?: number,
): Setup {
  const PINS = 'reset sckout stx srx sckin';
  const SETTINGS =
    'ssid password broker port mqttUser mqttPassword tls tlsOptions useDefault fast rtcResync keepAlive ' +
    'connectTimeout responseTime resubscribe hostTimeout cleanSession clientId ntpServer ntpPort targetVerbose';
  const OPTIONS =
    'userStart args localTimeOffset dst verbose timeout hold maxMessage maxQueue maxQueueBytes persist netTimeout link';
  let fields: { [name: string]: unknown } = {};

  function open(what: string, given: unknown, names: string): void {
    const known = names.split(' ');
    if (!given || typeof given !== 'object')
      refuse(what, given, 'an object with the fields ' + known.join(', '));
    fields = given as typeof fields;
    Object.keys(fields).forEach(function (name) {
      if (known.indexOf(name) < 0)
        throw new Error(what + ' has no field ' + name + '. Allowed: ' + known.join(', '));
    });
  }

  function get(name: string, preset: unknown): unknown {
    return fields[name] === undefined ? preset : fields[name];
  }

  function on(name: string, preset: boolean): boolean {
    const value = get(name, preset);
    if (typeof value !== 'boolean') refuse(name, value, 'true or false');
    return value as boolean;
  }

  function inRange(name: string, value: unknown, from: number, to: number): number {
    const whole = name !== 'localTimeOffset';
    if (typeof value !== 'number' || !(value >= from && value <= to) || (whole && value % 1)) {
      refuse(name, value, (whole ? 'a whole number, ' : 'a number, ') + from + ' to ' + to);
    }
    return value as number;
  }

  function number(name: string, preset: number, from: number, to: number): number {
    return inRange(name, get(name, preset), from, to);
  }

  // The firmware takes anything, and makes 16 bits of it (Espruino src/jswrap_espruino.c:2316).
  function rule(value: unknown): number[] | undefined {
    // The fields of either change, behind what is common to both.
    const CHANGE = 'DowNumber 0 4 Dow 0 6 Month 0 11 DayOffset -31 31 TimeOfDay 0 1440';
    const limits = ('dstOffset -120 120 timezone -720 840 ' + CHANGE + ' ' + CHANGE).split(' ');
    if (value === undefined) return undefined;
    if (!(value instanceof Array) || value.length !== 12)
      refuse('dst', value, 'the 12 numbers that E.setDST takes, in an array');
    if (fields.localTimeOffset !== undefined)
      refuse(
        'localTimeOffset',
        fields.localTimeOffset,
        'nothing beside dst, which has the zone as its second number',
      );
    (value as unknown[]).forEach(function (one, index) {
      const at = index * 3;
      let name = limits[at];
      if (index > 1) name = (index < 7 ? 'start' : 'end') + name;
      inRange('dst.' + name, one, +limits[at + 1], +limits[at + 2]);
    });
    // With 0 the firmware knows no zone either (src/jswrap_date.c:138).
    if (!(value as number[])[0])
      refuse('dst.dstOffset', 0, 'minutes, but 0; localTimeOffset is for a zone alone');
    return value as number[];
  }

  function text(name: string, preset: string | undefined, from: number, to: number): string {
    const value = get(name, preset);
    // Of these the value is shown to nobody.
    const secret = /password/i.test(name);
    const bytes = typeof value === 'string' ? toBytes(name, value) : undefined;
    if (bytes === undefined || bytes.length < from || bytes.length > to) {
      refuse(
        name,
        value === undefined || !secret ? value : '(secret)',
        'a string of ' + from + ' to ' + to + ' bytes',
      );
    }
    return bytes as string;
  }

  function host(name: string, preset?: string): string {
    const value = text(name, preset, 1, 255);
    if (/[^-_.A-Za-z0-9]/.test(value))
      refuse(name, value, 'a host name or IPv4 address, without protocol and port');
    return value;
  }

  function brokers(port: number): string[] {
    const given = fields.broker;
    const list = given instanceof Array ? given : [given];
    if ((!list.length && link === undefined) || list.length > 8)
      refuse('broker', given, 'an address, or a list of 1 to 8');
    return list.map(function (one) {
      const colon = typeof one === 'string' ? one.indexOf(':') : -1;
      const digits = colon < 0 ? '' + port : one.substr(colon + 1);
      const own = /^[0-9]+$/.test(digits) ? +digits : 0;
      if (own < 1 || own > 65535)
        refuse(
          'broker',
          one,
          'a host name or IPv4 address, which a colon and a port, 1 to 65535, may follow',
        );
      fields.broker = colon < 0 ? one : one.substr(0, colon);
      const address = host('broker');
      fields.broker = given;
      return address + ':' + own;
    });
  }

  open('pins', pins, PINS + ' resetInverted');
  on('resetInverted', false);
  PINS.split(' ').forEach(function (name, index, names) {
    const pin = fields[name];
    if (pin === undefined || pin === null) throw new Error('pin ' + name + ' is missing');
    for (let i = 0; i < index; i++) {
      if (fields[names[i]] === pin)
        refuse('pin ' + name, pin, 'a pin of its own; this is ' + names[i] + ' too');
    }
  });

  open('options', options || {}, OPTIONS);
  const start = fields.userStart;
  const args = get('args', []);
  const link = fields.link;
  if (start !== undefined && typeof start !== 'function') refuse('userStart', start, 'a function');
  if (!(args instanceof Array)) refuse('args', args, 'an array');
  const zone = rule(fields.dst);
  const offset = fields.localTimeOffset === undefined ? undefined : number('localTimeOffset', 0, -12, 14);
  let wishes = on('verbose', true) ? Wish.VERBOSE : 0;
  const rest = {
    _timeout: number('timeout', 10, 1, 3600),
    _hold: number('hold', 10, 1, 1000),
    _max: number('maxMessage', MAX_MESSAGE, 128, 65531),
    _queue: number('maxQueue', 100, 1, 10000),
    _bytes: number('maxQueueBytes', 8192, 128, 1000000),
    _net: number('netTimeout', 300, 0, 86400),
    _persist: on('persist', false),
  };

  open('settings', settings, SETTINGS);
  const tls = on('tls', false);
  const clean = on('cleanSession', true);
  const tlsOptions = get('tlsOptions', {});
  if (!tlsOptions || typeof tlsOptions !== 'object') refuse('tlsOptions', tlsOptions, 'an object');
  const user = text('mqttUser', '', 0, 255);
  const secret = text('mqttPassword', '', 0, 600);
  const id = text('clientId', '', 0, 255);
  checkText('mqttUser', user);
  checkText('clientId', id);
  // MQTT 3.1.1 §3.1.2.9
  if (secret && !user) refuse('mqttUser', user, 'a name, since there is an mqttPassword');
  const login = {
    _clientId: id,
    _user: user,
    _password: secret,
    _keepAlive: number('keepAlive', 60, 0, 65535),
    _clean: clean,
    _will: will,
  };
  const hostTimeout = number('hostTimeout', Math.max(60, rest._timeout), 0, 65535);
  if (hostTimeout && hostTimeout < rest._timeout)
    refuse('hostTimeout', hostTimeout, '0, or no less than timeout, which is ' + rest._timeout);
  const init = encodeInit({
    _flags:
      (on('useDefault', true) ? InitFlag.USE_DEFAULT : 0) |
      (on('fast', true) ? InitFlag.FAST : 0) |
      (on('targetVerbose', false) ? InitFlag.VERBOSE : 0),
    _hostTimeout: hostTimeout,
    _rtcResync: number('rtcResync', -1, -1, 2000000),
    _ntpPort: number('ntpPort', 123, 1, 65535),
    // More is cut without a word (libs/network/esp8266/jswrap_esp8266_network.c:310, :347), and no such network is found.
    _ssid: text('ssid', undefined, 1, 31),
    _password: text('password', undefined, 0, 63),
    _ntpServer: host('ntpServer', 'pool.ntp.org'),
  });
  const head = connectHead(login);
  const tail = connectTail(login);
  const secured = tls ? JSON.stringify(tlsOptions) : '';
  const list = brokers(number('port', 0, 0, 65535) || (tls ? 8883 : 1883));
  // The longest that CONNECT may become: 14 bytes of fields, and a name of 16 made of the target's serial number.
  let longest = head.length + tail.length + secured.length + 14 + (id ? 0 : 16);
  longest += list.reduce(function (most, one) {
    return Math.max(most, one.indexOf(':'));
  }, 0);
  // The target's own limit may be lower.
  const most = Math.min(rest._max, MAX_MESSAGE);
  if (init.length > most || longest > most)
    throw new Error(
      'settings are too long in all: ' + Math.max(init.length, longest) + ' bytes. Allowed: ' + most,
    );
  if (on('resubscribe', true)) wishes |= Wish.RESUBSCRIBE;
  if (!clean) wishes |= Wish.KEEP;
  const setup: Setup = Object.assign(
    {
      _init: init,
      _brokers: list.join(' '),
      _head: head,
      _wishes: wishes,
      _connect: number('connectTimeout', 10, 1, 600),
      _response: number('responseTime', 10, 1, 600),
    },
    rest,
  );
  if (start) setup._start = start as Setup['_start'];
  if (args.length) setup._args = args;
  if (zone) setup._dst = zone;
  if (offset !== undefined) setup._offset = offset;
  if (tail) setup._tail = tail;
  if (secured) setup._tls = secured;
  return setup;
}

/** What is needed at the start alone is done with. */
export function forgetFirst(setup: FirstSetup): void {
  delete setup._hold;
  delete setup._persist;
  delete setup._dst;
  delete setup._offset;
}
