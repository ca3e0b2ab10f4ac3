/**
 * Which properties get short names: on the board a name longer than four characters costs a variable more, wherever it
 * stands. A name that the firmware or an application knows must never be among them.
 */

/** A property whose name starts with one underscore is private to its bundle. */
export const PRIVATE = /^_[^_]/;

/** Names of properties that only the target's own code uses and no API of the firmware has. */
const OWN_NAMES = (
  'accepted align cancel cleanSession clientId clockIn clockOut connectLimit connected counts damaged dataIn dataOut ' +
  'exchanges failed flags hello initiator joined keepAlive later maxBody moved mqttPassword ntpPort ntpServer payload ' +
  'proceed queued ready received resent rtcResync serial spins timeout tlsOptions tooLong topic watch'
).split(' ');

/** What the target's bundle shortens. */
export const TARGET_OWN = new RegExp(`${PRIVATE.source}|^(${OWN_NAMES.join('|')})$`);
