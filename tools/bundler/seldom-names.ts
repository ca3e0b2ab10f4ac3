/**
 * Functions of the library that a host makes anew each time they are called (`passes/seldom.ts`), the one most used first.
 * None may run with every message, nor every second.
 */
export const SELDOM: readonly string[] = [
  'subscriptions__answer',
  'subscriptions__set',
  'clock',
  'wasSet',
  'hold',
  'takeStatus',
  'hello',
  'connect',
  'connectIn',
  'text',
  'withoutTime',
  'release',
  'reset',
  'fail',
  'leave',
  'sender__end',
  'wordsOf',
  'closed',
  'refuse',
  'wake',
  'takeRefused',
  'tooLong',
  'sender__memory',
  'defaultStatusHandler',
  'toBody',
  'persist',
];

/** The same of a target: what it does when it starts, when a connection begins or ends, and when it asks for the time. */
export const TARGET_SELDOM: readonly string[] = [
  'take',
  'answered',
  'catchUp',
  'after',
  'look',
  'attempt',
  'lost',
  'ntp_query',
  'fail',
  'client_disconnect',
  'connect',
  'tellMemory',
  'initialise',
  'end_down',
  'start',
];
