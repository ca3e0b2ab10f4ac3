/**
 * Numbers of the status values that the target reports to the host and that
 * `MQTTLink` hands to the status handler. 0 to 12 are those of the
 * MicroPython original, so that what users know of them stays true. A number
 * once given is never reused; new ones go to the end.
 */
export const enum Status {
  /** Connected to the broker. Detail: 1 when the broker kept the session, else 0. */
  BROKER_OK = 0,
  /** About to connect to the broker. */
  BROKER_CHECK = 1,
  /** About to join the network saved in the target's flash. Detail: its name. */
  DEFNET = 2,
  /** It is the turn of the network in the settings: may it be tried? Detail: its name. */
  SPECNET = 3,
  /** The broker acknowledged a QoS 1 publication. Detail: its packet identifier. */
  PUBOK = 4,
  /** Network and broker are up; the user's start callback runs next. */
  RUNNING = 5,
  /** A message the receiver does not know. Detail: its type. Should never occur. */
  UNKNOWN = 6,
  /** The last will is registered. */
  WILLOK = 7,
  /** The broker could not be reached, or the connection to it was lost. Detail: the reason in words. */
  BROKER_FAIL = 8,
  /** A network is joined, with an address. Detail: its name. */
  WIFI_UP = 9,
  /** The network is gone, and will be joined again. Detail: its name. */
  WIFI_DOWN = 10,
  /** Set by the host: the target did not answer within `timeout`. It is reset. */
  ESP_FAIL = 11,
  /** Set by the host: no connection to the broker within the time allowed. */
  NO_NET = 12,
  /** The two boards speak different versions of the message protocol. Detail: host's and target's. */
  BAD_VERSION = 13,
  /** TLS is asked for and the target's firmware has none. */
  NO_TLS = 14,
  /** The broker refuses MQTT 3.1.1 (CONNACK 1). The five refusals are 14 + the return code. */
  REFUSED_PROTOCOL = 15,
  /** The broker refuses the client identifier (CONNACK 2). */
  REFUSED_ID = 16,
  /** The broker's MQTT service is unavailable (CONNACK 3). */
  REFUSED_SERVER = 17,
  /** The broker refuses user name or password (CONNACK 4). */
  REFUSED_LOGIN = 18,
  /** The broker does not authorise this client (CONNACK 5). */
  REFUSED_AUTH = 19,
  /** What the broker sent is not MQTT 3.1.1. The connection is closed. Detail: what was wrong. */
  BAD_BROKER = 20,
  /** A network could not be joined; others are tried, and it again. Detail: its name and the reason, `home: bad_password`. */
  WIFI_FAIL = 21,
  /** The broker refused a subscription. Detail: its topic filter. */
  SUB_FAIL = 22,
  /** A message from the broker is longer than the link carries; it was dropped. Detail: its topic. */
  TOO_LONG = 23,
  /**
   * Messages from the broker came faster than the link carries them, and those that the broker would not send again
   * (QoS 0, and with a clean session QoS 1) were dropped. Detail: how many.
   */
  DROPPED = 24,
  /**
   * Set by the host: its Storage took no publications, so those that wait would not survive its restart; or some that it
   * held are damaged, or too long for now. Detail: the reason in words.
   */
  NOT_SAVED = 25,
  /** The time server does not answer, or not with the time. Detail: which one, and why. */
  NO_TIME = 26,
  /** Set by the host: the target had begun anew. Detail: the reason, as the target knows it. */
  CRASHED = 27,
  /** The broker granted a lower QoS than was asked for. Detail: the topic filter. */
  SUB_LESS = 28,
  /** Set by the host: the broker closes on this publication each time, so it was put aside. Detail: its topic. */
  PUB_FAIL = 29,
}
