/**
 * How a board's thread gets an answer while it waits: a word that says whether it is there, its length, and its
 * characters. The thread that asks may be ended at any moment, which must leave nothing behind that another start of
 * the board would take for its answer.
 */
const WAITING = 0;
const READY = 1;
const STATE = 0;
const LENGTH = 1;
const TEXT = 8;

/** Longest answer, in characters. */
export const LONGEST_ANSWER = 65536;

export function createAnswers(): SharedArrayBuffer {
  return new SharedArrayBuffer(TEXT + 2 * LONGEST_ANSWER);
}

/** To be called before the question is sent. */
export function expectAnswer(answers: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(answers, 0, 2), STATE, WAITING);
}

/** Waits for the answer. */
export function takeAnswer(answers: SharedArrayBuffer): string {
  const words = new Int32Array(answers, 0, 2);
  Atomics.wait(words, STATE, WAITING);
  const text = new Uint16Array(answers, TEXT, words[LENGTH]);
  let answer = '';
  for (const code of text) answer += String.fromCharCode(code);
  return answer;
}

/** Puts the answer there and wakes who asked. */
export function giveAnswer(answers: SharedArrayBuffer, answer: string): void {
  const words = new Int32Array(answers, 0, 2);
  const text = new Uint16Array(answers, TEXT);
  const length = Math.min(answer.length, LONGEST_ANSWER);
  for (let i = 0; i < length; i++) text[i] = answer.charCodeAt(i);
  words[LENGTH] = length;
  Atomics.store(words, STATE, READY);
  Atomics.notify(words, STATE);
}
