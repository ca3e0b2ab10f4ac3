/**
 * Which properties get short names: on the board a name longer than four characters costs a variable more, wherever it
 * stands. A name that the firmware or an application knows must never be among them.
 */

/** A property whose name starts with one underscore is private to its bundle. */
export const PRIVATE = /^_[^_]/;

/** Fields of INIT and CONNECT, which the target keeps while it decodes them; in the host's bundle they keep these names. */
const DECODED = 'keepAlive ntpPort ntpServer rtcResync tlsOptions';

/** What the parts of the link hand each other. The target's own bundle has none of these objects, its self-test of frames has. */
const LINK =
  'cancel clockIn clockOut counts damaged dataIn dataOut exchanges initiator later moved queued ready received resent spins';

const OWN_NAMES = `${DECODED} ${LINK}`.split(' ');

/** What the target's bundle shortens. */
export const TARGET_OWN = new RegExp(`${PRIVATE.source}|^(${OWN_NAMES.join('|')})$`);
