/**
 * MQTT 3.1.1 control packets as they pass between the boards: made from their
 * parts, and taken apart. Pure functions on binary strings; a packet here is
 * its first byte and what follows its remaining length. What comes from a
 * broker is checked here, since nobody before has looked at it.
 */
import { byteAt, char, text, word, wordAt } from './bytes';
import { ConnectFlag, Flag, Granted, PacketType, WILL_QOS_SHIFT } from './mqtt';

/** Bytes of a PUBLISH beside topic and payload, at QoS 1. */
export const PUBLISH_FIELDS = 5;

/** Bytes of a SUBSCRIBE beside its filter. */
export const SUBSCRIBE_FIELDS = 6;

/** What a CONNECT packet says, but for the will; '' for no user, no password. */
export interface Login {
  readonly _clientId: string;
  readonly _user: string;
  readonly _password: string;
  readonly _keepAlive: number;
  readonly _clean: boolean;
  /** Flags of a will as in PUBLISH, or undefined. */
  readonly _will: number | undefined;
}

/** CONNECT up to its will, §3.1: variable header and client identifier. */
export function connectHead(login: Login): string {
  const will = login._will;
  let flags = login._clean ? ConnectFlag.CLEAN_SESSION : 0;
  if (will !== undefined)
    flags |=
      ConnectFlag.WILL |
      ((will & Flag.QOS) << WILL_QOS_SHIFT) |
      (will & Flag.RETAIN ? ConnectFlag.WILL_RETAIN : 0);
  if (login._user) flags |= ConnectFlag.USER | (login._password ? ConnectFlag.PASSWORD : 0);
  return text('MQTT') + char(4, flags) + word(login._keepAlive) + text(login._clientId);
}

/** CONNECT from behind its will. */
export function connectTail(login: Login): string {
  return login._user ? text(login._user) + (login._password ? text(login._password) : '') : '';
}

/** PUBLISH, §3.3. With QoS 1 its identifier is 0 until `withId`. */
export function publish(flags: number, topic: string, payload: string): string {
  return char(PacketType.PUBLISH | flags) + text(topic) + (flags & Flag.QOS1 ? '\0\0' : '') + payload;
}

/** Where the identifier of a PUBLISH with QoS 1 is, or its payload begins. */
function behindTopic(packet: string): number {
  return 3 + wordAt(packet, 1);
}

/** The identifier of a PUBLISH with QoS 1; 0 of one that was not sent yet, and with QoS 0. */
export function idOf(packet: string): number {
  return byteAt(packet, 0) & Flag.QOS1 ? wordAt(packet, behindTopic(packet)) : 0;
}

/** The topic of a PUBLISH. */
export function topicOf(packet: string): string {
  return packet.substring(3, behindTopic(packet));
}

/** The same PUBLISH with QoS 1, with an identifier, and marked as one sent before or not, §3.3.1.1. */
export function withId(packet: string, id: number, dup: boolean): string {
  const at = behindTopic(packet);
  const first = byteAt(packet, 0) & ~Flag.DUP;
  return char(first | (dup ? Flag.DUP : 0)) + packet.substring(1, at) + word(id) + packet.substr(at + 2);
}

/** PUBACK, PUBREC or PUBCOMP. */
export function acknowledge(type: PacketType, id: number): string {
  return char(type) + word(id);
}

/** SUBSCRIBE to one filter, §3.8. */
export function subscribe(id: number, filter: string, qos: number): string {
  return char(PacketType.SUBSCRIBE) + word(id) + text(filter) + char(qos);
}

/** UNSUBSCRIBE from one filter, §3.10. */
export function unsubscribe(id: number, filter: string): string {
  return char(PacketType.UNSUBSCRIBE) + word(id) + text(filter);
}

/**
 * Checks a packet of a broker, §3.2 to §3.12.
 * @returns in words what is wrong, or nothing
 */
export function wrong(packet: string): string {
  const type = byteAt(packet, 0);
  const qos = (type & Flag.QOS) >> 1;
  const size = packet.length;
  if ((type & 0xf0) === PacketType.PUBLISH) {
    const at = behindTopic(packet);
    if (qos > 2) return 'QoS 3';
    if (size < 3 || at + (qos ? 2 : 0) > size) return 'length of PUBLISH';
    // A topic may be what no topic should be, as some brokers make of others' names: who left them for it would be sent the
    // same again, for ever.
    return qos && !wordAt(packet, at) ? 'packet identifier 0' : '';
  }
  if (type === PacketType.CONNACK)
    // A refusal keeps no session: [MQTT-3.2.2-4].
    return size !== 3 || byteAt(packet, 2) > 5 || byteAt(packet, 1) > (byteAt(packet, 2) ? 0 : 1)
      ? 'no valid CONNACK'
      : '';
  const known =
    type === PacketType.PUBACK ||
    type === PacketType.PUBREC ||
    type === PacketType.PUBREL ||
    type === PacketType.PUBCOMP ||
    type === PacketType.UNSUBACK ||
    (type === PacketType.SUBACK && (byteAt(packet, 3) < 3 || byteAt(packet, 3) === Granted.REFUSED));
  return known && size === (type === PacketType.SUBACK ? 4 : 3) && wordAt(packet, 1)
    ? ''
    : 'packet type ' + (type >> 4);
}
