/**
 * The numbers of MQTT 3.1.1's control packets, which both boards speak of: a
 * packet passes between them as its first byte and what follows its remaining
 * length. No code here.
 */

/** First byte of a packet: its type (§2.2.1) with the flags that are fixed (§2.2.2). */
export const enum PacketType {
  /** §3.1, to the broker. */
  CONNECT = 0x10,
  /** §3.2, from the broker. */
  CONNACK = 0x20,
  /** §3.3, both ways; its flags are DUP, QoS and RETAIN. */
  PUBLISH = 0x30,
  /** §3.4, both ways. */
  PUBACK = 0x40,
  /** §3.5, both ways. */
  PUBREC = 0x50,
  /** §3.6, both ways. */
  PUBREL = 0x62,
  /** §3.7, both ways. */
  PUBCOMP = 0x70,
  /** §3.8, to the broker. */
  SUBSCRIBE = 0x82,
  /** §3.9, from the broker. */
  SUBACK = 0x90,
  /** §3.10, to the broker. */
  UNSUBSCRIBE = 0xa2,
  /** §3.11, from the broker. */
  UNSUBACK = 0xb0,
  /** §3.12, to the broker. */
  PINGREQ = 0xc0,
  /** §3.13, from the broker. */
  PINGRESP = 0xd0,
  /** §3.14, to the broker. */
  DISCONNECT = 0xe0,
}

/** Flags of PUBLISH, §3.3.1. */
export const enum Flag {
  RETAIN = 1,
  QOS1 = 2,
  QOS2 = 4,
  /** The bits of the QoS. */
  QOS = 6,
  DUP = 8,
}

/** Flags of CONNECT, §3.1.2.3. */
export const enum ConnectFlag {
  CLEAN_SESSION = 2,
  WILL = 4,
  WILL_RETAIN = 0x20,
  PASSWORD = 0x40,
  USER = 0x80,
}

/** By so many bits the QoS of a will is further left than that of a PUBLISH. */
export const WILL_QOS_SHIFT = 2;

/** SUBACK's return code: the QoS granted, or this, §3.9.3. */
export const enum Granted {
  REFUSED = 0x80,
}
