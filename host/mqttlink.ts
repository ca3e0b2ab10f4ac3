/**
 * `MQTTLink`: MQTT for a board without Wi-Fi, through a target on five lines.
 * What users see of the library: it checks what they pass in and leaves the
 * work to the supervisor. It must never let a wrong argument get any further.
 *
 * The class is made by a function that takes the board, because all that it
 * is made of is there once, like the five lines: the build takes such
 * functions apart (tools/bundler/passes/flatten.ts), which saves half of the memory.
 */
import { MAX_MESSAGE } from '../shared/link';
import { encodeWill } from '../shared/messages';
import { Flag } from '../shared/mqtt';
import { Status } from '../shared/status';
import { Board } from './board';
import { toBytes } from './bytes-from-text';
import { Count, LinkCounts } from './counts';
import { createSupervisor } from './supervisor';
import { MemoryCallback } from './sender';
import { ExitGate } from './exit-gate';
import { DoneCallback } from './outbox';
import { PUBLISH_FIELDS, SUBSCRIBE_FIELDS, publish, topicOf } from '../shared/packets';
import { refuse } from './argument-errors';
import { LinkOptions, LinkPins, NetworkSettings, checkSetup } from './settings';
import { MessageCallback } from './subscriptions';
import { toTopic } from './topics';

export type MQTTLinkOptions = LinkOptions<MQTTLink>;

/**
 * What may be published: a string holds one byte a character; one with a character above 255 is sent as UTF-8, a number
 * as its text.
 */
export type Message = string | number | Uint8Array | ArrayBuffer;

/**
 * Told of each status, with a detail in words where there is one. The library goes on when it returns, or when the
 * Promise that it returns is settled. Of the results only these count: 0, `false` or `null` at `SPECNET` has
 * the saved network tried instead, at `NO_NET` the target reset. Any other, and nothing, has the network in the settings
 * tried, or the broker waited for.
 */
export type StatusHandler = (link: MQTTLink, status: Status, detail: string) => unknown;

/** Bytes of the message WILL beside topic and payload. */
const WILL_FIELDS = 5;

function toFlags(retain: boolean | undefined, qos: number | undefined): number {
  if (retain !== undefined && typeof retain !== 'boolean') refuse('retain', retain, 'true or false');
  if (qos !== undefined && qos !== 0 && qos !== 1) refuse('qos', qos, '0 or 1; QoS 2 is not supported');
  return (retain ? Flag.RETAIN : 0) | (qos ? Flag.QOS1 : 0);
}

function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') refuse(what, value, 'a function');
}

function checkLength(what: string, length: number, most: number): void {
  if (length > most) refuse('length of ' + what, length, 'at most ' + most + ' bytes');
}

/**
 * What happens at a status unless `statusHandler` says otherwise: at `SPECNET` the network in the settings is tried, for
 * as long as it takes. The target's flash is written only when that network is joined and not the saved one.
 */
export function defaultStatusHandler(_link: MQTTLink, status: Status, _detail?: string): unknown {
  return status === Status.SPECNET ? 1 : undefined;
}

/** A target and its broker: it starts by itself and works for as long as the board is on. */
export interface MQTTLink {
  /**
   * Calls `listener` at each connection to the broker: the place to say that one is here, where a will says the contrary.
   * @param listener gets whether the broker kept the session
   */
  on(event: 'connect', listener: (session: boolean) => void): void;
  /** There is no other event. */
  on(
    event: string,
    listener: 'MQTTLink has the event connect alone: messages come to the callback of subscribe(filter, callback)',
  ): void;
  /** The gate of the run of the target that is on, or about to begin. */
  readonly exitGate: ExitGate;
  /**
   * Queues a publication and returns, at any time, also while the target restarts.
   * @param retain the broker keeps it for those who subscribe later. Default false
   * @param qos 0 (default) or 1
   * @param done called once: with QoS 1 when the broker has acknowledged it, with QoS 0 when the target has it
   * @throws Error for wrong arguments, for more than the link carries, and when `maxQueue` publications wait or it would
   *   make more than `maxQueueBytes`
   */
  publish(topic: string, message: Message, retain?: boolean, qos?: number, done?: DoneCallback): void;
  /**
   * Subscribes, now and again whenever target or broker restarted. The same filter again changes callback and QoS.
   * @param filter a topic, + for any one level, # at the end for any further ones
   * @param callback gets topic, message, retained and qos of each message
   * @param qos 0 (default) or 1: the highest that is wanted
   * @throws Error for wrong arguments
   */
  subscribe(filter: string, callback: MessageCallback, qos?: number): void;
  /**
   * Ends a subscription.
   * @returns false when there was none with this filter
   * @throws Error for a malformed filter
   */
  unsubscribe(filter: string): boolean;
  /** Publications that wait, or that the broker has not yet acknowledged (QoS 1). */
  pubqLen(): number;
  /** Topics of these, oldest first. */
  pubqTopics(): string[];
  /**
   * Empties the queue, also of what is in Storage: each `done` is called with false.
   * @returns how many publications there were
   */
  pubqClear(): number;
  /** What was sent, received, lost and begun anew since the board started. */
  counts(): LinkCounts;
  /** The board's clock has been set from NTP. */
  rtcSyn(): boolean;
  /**
   * Replaces `defaultStatusHandler`.
   * @throws Error for what is no function
   */
  statusHandler(handler: StatusHandler): void;
  /** Wi-Fi and broker are up, and the target has started. */
  running(): boolean;
  /** The target has joined a Wi-Fi network. */
  wifi(): boolean;
  /**
   * For tests: 'mem' asks the target how much memory it uses, which is printed when the answer comes.
   * @param done also gets the answer: variables in use and in all
   * @throws Error for another command
   */
  command(name: string, done?: MemoryCallback): void;
}

export interface MQTTLinkClass {
  /**
   * To be called once: a board has one link.
   * @param pins host pins of the five lines
   * @param settings network and broker
   * @param options how the link behaves here
   * @throws Error for a wrong argument, naming the field, its value unless it is a password, and what is allowed; and
   *   when there is an MQTTLink already that is not named in the options
   */
  new (pins: LinkPins, settings: NetworkSettings, options?: MQTTLinkOptions): MQTTLink;
  /**
   * Sets the last will, which the broker publishes when it hears no more of the target. To be called before
   * `new MQTTLink`.
   * @param link the MQTTLink that there is: this holds from when it gets other settings
   * @throws Error for wrong arguments, as `publish`, or when called too late
   */
  will(topic: string, message: Message, retain?: boolean, qos?: number, link?: MQTTLink): void;
}

export function createMQTTLink(board: Board): MQTTLinkClass {
  const supervisor = createSupervisor(board, defaultStatusHandler);
  const outbox = supervisor._outbox;
  const state = supervisor._state;
  const connection = supervisor._connection;
  let made = false;

  // `on` is the interpreter's own, which each object has.
  class Only implements Omit<MQTTLink, 'on'> {
    constructor(pins: LinkPins, settings: NetworkSettings, options?: MQTTLinkOptions) {
      const other = !!options && !!options.link;
      if (made && !other) throw new Error('there is an MQTTLink already, and a board has one link');
      const setup = checkSetup(pins, settings, options, connection._will ? connection._willFlags : undefined);
      checkLength('will', connection._will.length, setup._max);
      if (made) supervisor._change(setup);
      else supervisor._begin(this, pins, setup);
      made = true;
    }

    static will(topic: string, message: Message, retain?: boolean, qos?: number, link?: MQTTLink): void {
      if (made && !link) throw new Error('will() has to be called before new MQTTLink()');
      const name = toTopic('topic', topic);
      const payload = toBytes('message', message, name);
      checkLength('topic and message', name.length + payload.length, MAX_MESSAGE - WILL_FIELDS);
      connection._will = encodeWill(name, payload);
      connection._willFlags = toFlags(retain, qos);
    }

    get exitGate(): ExitGate {
      return supervisor._gate();
    }

    publish(topic: string, message: Message, retain?: boolean, qos?: number, done?: DoneCallback): void {
      const name = toTopic('topic', topic);
      const payload = toBytes('message', message, name);
      const flags = toFlags(retain, qos);
      const setup = state._setup;
      const length = name.length + payload.length;
      if (done !== undefined) checkFunction('done', done);
      checkLength('topic and message', length, state._max - PUBLISH_FIELDS);
      if (outbox._queue.length >= setup._queue)
        throw new Error('publish: ' + setup._queue + ' publications wait already, which is maxQueue');
      if (outbox._bytes + length + PUBLISH_FIELDS > setup._bytes)
        throw new Error(
          'publish: ' + outbox._bytes + ' bytes wait already, and maxQueueBytes is ' + setup._bytes,
        );
      outbox._add(publish(flags, name, payload), done);
      supervisor._sender._pump();
    }

    subscribe(filter: string, callback: MessageCallback, qos?: number): void {
      const name = toTopic('filter', filter);
      checkFunction('callback', callback);
      toFlags(undefined, qos);
      checkLength('filter', name.length, state._max - SUBSCRIBE_FIELDS);
      supervisor._subscriptions._set(name, callback, qos || 0);
      supervisor._subscribed();
    }

    unsubscribe(filter: string): boolean {
      const found = supervisor._subscriptions._set(toTopic('filter', filter), undefined, 0);
      supervisor._sender._pump();
      return found;
    }

    pubqLen(): number {
      return outbox._queue.length;
    }

    pubqTopics(): string[] {
      return outbox._queue.map(topicOf);
    }

    pubqClear(): number {
      return supervisor._sender._clear();
    }

    counts(): LinkCounts {
      const counts = supervisor._counts;
      return {
        sent: counts[Count.SENT],
        acknowledged: counts[Count.ACKNOWLEDGED],
        resent: counts[Count.RESENT],
        received: counts[Count.RECEIVED],
        dropped: counts[Count.DROPPED],
        resets: counts[Count.RESETS],
        reconnects: counts[Count.RECONNECTS],
        refused: counts[Count.REFUSED],
      };
    }

    rtcSyn(): boolean {
      return supervisor._inlet._timed;
    }

    statusHandler(handler: StatusHandler): void {
      checkFunction('handler', handler);
      supervisor._teller._handler = handler;
    }

    running(): boolean {
      return state._isRunning();
    }

    wifi(): boolean {
      return state._joined;
    }

    command(name: string, done?: MemoryCallback): void {
      if (name !== 'mem') refuse('command', name, 'mem');
      if (done !== undefined) checkFunction('done', done);
      supervisor._sender._askMemory(done);
    }
  }

  return Only as unknown as MQTTLinkClass;
}
