/**
 * Messages of the link made into MQTT packets, and back, by moving their bytes:
 * nothing is taken apart that only passes through, because on the target every
 * part costs memory. Pure; what is in the parts was checked by whoever made them.
 */
import { byteAt, char, text, wordAt } from '../shared/bytes';
import { Flag, Type } from '../shared/messages';
import { PacketType, packet } from './packet';

/**
 * The packet that a PUBLISH, SUBSCRIBE, UNSUBSCRIBE or TAKEN of the host asks for.
 * @returns '' for any other message, and for a malformed one
 */
export function toPacket(message: string): string {
  const type = byteAt(message, 0);
  const flags = byteAt(message, 1);
  const id = message.substr(type === Type.PUBLISH ? 2 : 1, 2);
  let kind = 0;
  let header = '';
  let payload = '';
  let end = 3;
  if (type === Type.PUBLISH) {
    end = 6 + wordAt(message, 4);
    if (message.length >= end && !(flags & ~(Flag.DUP | Flag.QOS1 | Flag.RETAIN))) {
      header = message.substring(4, end);
      payload = message.substr(end);
      if (end > 6) kind = PacketType.PUBLISH | flags;
    }
    if (flags & Flag.QOS1) header += id;
  } else if (type === Type.TAKEN) {
    header = id;
    if (message.length === end) kind = PacketType.PUBACK;
  } else {
    if (type === Type.SUBSCRIBE) {
      if (byteAt(message, 3) < 2) kind = PacketType.SUBSCRIBE;
      payload = message.substr(3, 1);
      end = 4;
    } else if (type === Type.UNSUBSCRIBE) kind = PacketType.UNSUBSCRIBE;
    if (message.length <= end) kind = 0;
    header = message.substr(end);
    header = text(header);
    header = id + header;
  }
  // [MQTT-2.3.1-1]
  if (id === '\0\0' && (type !== Type.PUBLISH || flags & Flag.QOS1)) kind = 0;
  return kind ? packet(kind, header, payload) : '';
}

/** The MESSAGE for the host that is in a PUBLISH: its first byte and its body, both valid. */
export function toMessage(type: number, body: string): string {
  const end = 2 + wordAt(body, 0);
  const start = type & Flag.QOS1 ? end + 2 : end;
  return (
    char(Type.MESSAGE, type & 15) +
    (start > end ? body.substr(end, 2) : '\0\0') +
    body.substring(0, end) +
    body.substr(start)
  );
}
