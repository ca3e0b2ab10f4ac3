/**
 * Topic names and topic filters (MQTT 3.1.1 §4.7): which are well formed, and
 * which filter matches which name. Pure functions on binary strings. What
 * makes a broker close the connection must not get past here, since it would
 * be sent again after every reconnect.
 */
import { toBytes } from './bytes-from-text';
import { refuse } from './argument-errors';

/**
 * A string as MQTT's packets carry it (§1.5.3).
 * @param what name of the argument, for the exception
 * @throws Error unless it is well-formed UTF-8 without what brokers may refuse: control characters, non-characters
 */
export function checkText(what: string, text: string): void {
  // Length of the character at an index, 0 when there is none that is allowed.
  function characterAt(at: number): number {
    const first = text.charCodeAt(at);
    const length =
      first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    let code = length > 1 ? first & (0x7f >> length) : first;
    let next: number;
    for (let i = 1; i < length; i++) {
      next = text.charCodeAt(at + i);
      if ((next & 0xc0) !== 0x80) return 0;
      code = (code << 6) | (next & 63);
    }
    if (code < 32 || (code > 126 && code < 160) || (code & 0xfffe) === 0xfffe) return 0;
    if (
      length === 3 &&
      (code < 0x800 || (code >= 0xd800 && code < 0xe000) || (code >= 0xfdd0 && code < 0xfdf0))
    ) {
      return 0;
    }
    return length === 4 && (code < 0x10000 || code > 0x10ffff) ? 0 : length;
  }

  let at = 0;
  let size = 1;
  // Native, unlike the loop: most texts are plain ASCII.
  if (!/[^ -~]/.test(text)) return;
  while (at < text.length && size) at += size = characterAt(at);
  if (!size) refuse(what, text, 'UTF-8 without control characters; byte ' + at + ' is not');
}

/**
 * A topic to publish on, or with `filter` one to subscribe with (§4.7.1, §4.7.3).
 * @throws Error for one that is empty or malformed, or holds wildcards where they are not allowed
 */
export function checkTopic(what: string, topic: string, filter: boolean): void {
  if (!topic) refuse(what, topic, 'at least one character');
  checkText(what, topic);
  if (topic.indexOf('#') < 0 && topic.indexOf('+') < 0) return;
  if (!filter) refuse(what, topic, 'no wildcards, + and #, which are for subscriptions');
  topic.split('/').forEach(function (level, index, levels) {
    if (level.indexOf('#') >= 0 && (level !== '#' || index < levels.length - 1)) {
      refuse(what, topic, '# only alone in the last level');
    }
    if (level.indexOf('+') >= 0 && level !== '+') refuse(what, topic, '+ only alone in its level');
  });
}

/**
 * What users hand over, or flash, as a topic, or with 'filter' for its name as a filter.
 * @param what name of the argument, for the exception
 * @throws Error as `toBytes` and `checkTopic` do
 */
export function toTopic(what: string, value: string): string {
  const topic = toBytes(what, value);
  checkTopic(what, topic, what === 'filter');
  return topic;
}

/** Does a well-formed filter match a topic name (§4.7.1 to §4.7.3)? */
export function matches(filter: string, topic: string): boolean {
  // Level by level, without a list of them: a topic from elsewhere may have hundreds.
  function levelAt(text: string, at: number): string {
    const end = text.indexOf('/', at);
    return text.substring(at, end < 0 ? text.length : end);
  }

  let at = 0;
  let from = 0;
  if (filter === topic) return true;
  if (topic[0] === '$' && (filter[0] === '#' || filter[0] === '+')) return false;
  for (;;) {
    const wanted = levelAt(filter, from);
    const level = levelAt(topic, at);
    // "a/#" matches "a" too.
    if (wanted === '#') return true;
    if (at > topic.length || (wanted !== '+' && wanted !== level)) return false;
    at += level.length + 1;
    from += wanted.length + 1;
    // A level of its own follows even a slash that is the last character.
    if (from > filter.length) return at > topic.length;
  }
}
