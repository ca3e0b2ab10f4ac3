/**
 * What comes from the broker: whom it is for, and its acknowledgement. It must
 * never acknowledge what the application has not got, but for what nobody wants,
 * which it counts.
 */
import { byteAt, wordAt } from '../shared/bytes';
import { Flag, PacketType } from '../shared/mqtt';
import { acknowledge, topicOf } from '../shared/packets';
import { Count } from './counts';
import { Wish } from './settings';
import { BrokerState, State } from './state';
import { Subscriptions } from './subscriptions';
import { Teller } from './teller';

/**
 * Seconds after the start of a run for which a message with QoS 1 that nobody has subscribed to waits, and all
 * behind it: with a kept session messages come at once, and an application may be slow to subscribe.
 */
const CLAIM = 5;

export interface ReceiverOptions {
  readonly _state: State;
  readonly _subscriptions: Subscriptions;
  readonly _teller: Teller;
  /** By `Count`. */
  readonly _counts: number[];
  readonly _send: (message: string) => void;
  /** Tells the target whether messages may come. */
  readonly _listen: () => void;
}

export interface Receiver {
  /** What came and is not looked at yet: the handler's word may be waited for, or somebody for the first of these. */
  _inbox: string[];
  /** The first one of the inbox is a message that nobody has subscribed to yet. */
  _unclaimed: boolean;
  /** Messages of this connection were acknowledged. */
  _taken: boolean;
  /** The application has started, and may be slow to subscribe. */
  _started(): void;
  /** Once a second. */
  _tick(): void;
  /** The broker was connected to. */
  _restart(session: boolean): void;
  /** The run is over. */
  _end(): void;
  /** Takes a PUBLISH. */
  _publish(packet: string): void;
  /** Takes a PUBREL: the broker will not send the message again (MQTT 3.1.1 §4.3.3). */
  _released(id: number): void;
  /** Sends an acknowledgement to the broker, while it is connected. */
  _answer(type: PacketType, id: number): void;
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const state = options._state;
  const teller = options._teller;
  const counts = options._counts;
  // Seconds left for a message to be claimed; with 0 it waits no more.
  let claim = 0;
  // Identifiers of messages with QoS 2 that the application has and the broker has not yet released.
  let received: number[] | undefined;

  function answer(type: PacketType, id: number): void {
    if (state._broker !== BrokerState.UP) return;
    receiver._taken = true;
    options._send(acknowledge(type, id));
    options._listen();
  }

  // @returns somebody has subscribed to it
  function handOut(packet: string, body: number, qos: number): boolean {
    const topic = topicOf(packet);
    return options._subscriptions._each(topic, function (call) {
      teller._attempt(call, [topic, packet.substr(body), !!(byteAt(packet, 0) & Flag.RETAIN), qos]);
    });
  }

  const receiver: Receiver = {
    _inbox: [],
    _unclaimed: false,
    _taken: false,
    _started: function () {
      if (state._setup._wishes & Wish.KEEP) claim = CLAIM;
    },
    _tick: function () {
      if (claim && !--claim) receiver._unclaimed = false;
    },
    _restart: function (session) {
      if (!session) received = undefined;
    },
    _end: function () {
      claim = 0;
      receiver._unclaimed = false;
      receiver._inbox = [];
    },
    _publish: function (packet) {
      const qos = (byteAt(packet, 0) & Flag.QOS) >> 1;
      const at = 3 + topicOf(packet).length;
      const id = qos ? wordAt(packet, at) : 0;
      const again = qos > 1 && !!received && received.indexOf(id) >= 0;
      // The next connection brings it again.
      if (state._broker === BrokerState.LEAVING && qos && state._setup._wishes & Wish.KEEP) return;
      if (!again) {
        if (handOut(packet, qos ? at + 2 : at, qos)) counts[Count.RECEIVED]++;
        else if (qos && claim) {
          receiver._unclaimed = true;
          receiver._inbox = [packet].concat(receiver._inbox);
          return options._listen();
        } else counts[Count.DROPPED]++;
        if (qos > 1) received = (received || []).concat([id]);
      }
      if (qos) answer(qos > 1 ? PacketType.PUBREC : PacketType.PUBACK, id);
    },
    _released: function (id) {
      const others = (received || []).filter(function (one) {
        return one !== id;
      });
      received = others.length ? others : undefined;
      answer(PacketType.PUBCOMP, id);
    },
    _answer: answer,
  };
  return receiver;
}
