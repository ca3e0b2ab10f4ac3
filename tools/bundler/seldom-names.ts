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
  'connectHead',
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
