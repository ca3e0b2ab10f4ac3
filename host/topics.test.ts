/** Topic names and filters against the rules and examples of MQTT 3.1.1 §4.7 and §1.5.3. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestChance } from '../tools/test-doubles/testing';
import { checkText, checkTopic, matches } from './topics';

const MATCHING: [filter: string, topic: string, match: boolean][] = [
  // §4.7.1.2
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'anything/at/all', true],
  ['#', '/', true],
  ['sport/tennis/#', 'sport/tennisplayer', false],
  // §4.7.1.3
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player2', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+', 'sport', true],
  ['+', 'sport/tennis', false],
  ['+/tennis/#', 'sport/tennis', true],
  ['+/tennis/#', 'sport/tennis/a', true],
  ['+/tennis/#', 'sport/golf', false],
  ['sport/+/player1', 'sport/tennis/player1', true],
  ['sport/+/player1', 'sport/tennis/player2', false],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  // §4.7.2
  ['#', '$SYS/broker', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/broker', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['$SYS/broker', '$SYS/broker', true],
  ['a/#', 'a/$b', true],
  ['a/+', 'a/$b', true],
  // §4.7.3
  ['ACCOUNTS', 'Accounts', false],
  ['/finance', 'finance', false],
  ['finance', '/finance', false],
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/', false],
  ['a//b', 'a/b', false],
  ['a/+/b', 'a//b', true],
  ['a b', 'a b', true],
  ['/', '/', true],
  ['+/+', '/', true],
  ['\xc3\xa9/+', '\xc3\xa9/1', true],
];

for (const [filter, topic, match] of MATCHING) {
  test(`${filter} ${match ? 'matches' : 'does not match'} ${topic}`, () => {
    assert.equal(matches(filter, topic), match);
  });
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

test('well-formed topics and filters pass', () => {
  for (const topic of [
    'a',
    '/',
    'a/b',
    'a b',
    '$SYS',
    'a,b;"c"',
    utf8('é€😀'),
    utf8('\u07ff\u0800\ud7ff\ue000\ufffd'),
  ]) {
    checkTopic('topic', topic, false);
  }
  for (const filter of ['#', '+', '/+', 'a/#', '+/a/+/#', 'sport/+', '+/+', '$SYS/#', 'a']) {
    checkTopic('filter', filter, true);
  }
});

test('topics with wildcards, and empty ones, are refused by name and value', () => {
  for (const topic of ['#', 'a/#', '+', 'a+b', 'a#', 'a/+/b']) {
    assert.throws(() => checkTopic('topic', topic, false), {
      message: `topic is ${JSON.stringify(topic)}. Allowed: no wildcards, + and #, which are for subscriptions`,
    });
  }
  assert.throws(() => checkTopic('topic', '', false), {
    message: 'topic is "". Allowed: at least one character',
  });
});

test('malformed filters are refused', () => {
  for (const filter of ['sport/tennis#', 'sport/tennis/#/ranking', '#/a', '##', 'a/b#/c']) {
    assert.throws(
      () => checkTopic('filter', filter, true),
      /^Error: filter is ".*"\. Allowed: # only alone in the last level$/,
    );
  }
  for (const filter of ['sport+', '+a', 'a/+b/c', '++']) {
    assert.throws(() => checkTopic('filter', filter, true), /Allowed: \+ only alone in its level$/);
  }
  assert.throws(() => checkTopic('filter', '', true), /at least one character/);
});

const BAD_TEXTS: [what: string, text: string, at: number][] = [
  ['NUL', 'a\0b', 1],
  ['a control character', 'ab\x1f', 2],
  ['DEL', '\x7f', 0],
  ['a C1 control character', utf8('a\u0085'), 1],
  ['Latin-1', 'a\xe9b', 1],
  ['a character cut short', utf8('a€').slice(0, -1), 1],
  ['a character without its first byte', utf8('€').slice(1), 0],
  ['an overlong one of 2 bytes', '\xc0\xaf', 0],
  ['an overlong one of 3 bytes', '\xe0\x80\xaf', 0],
  ['an overlong one of 4 bytes', '\xf0\x80\x80\xaf', 0],
  ['a surrogate', '\xed\xa0\x80', 0],
  ['a non-character', utf8('\ufdd0'), 0],
  ['a non-character at the end of a plane', utf8('\uffff'), 0],
  ['the same in a higher plane', utf8('\u{1fffe}'), 0],
  ['beyond Unicode', '\xf4\x90\x80\x80', 0],
  ['no UTF-8 byte', '\xff', 0],
];

for (const [what, text, at] of BAD_TEXTS) {
  test(`${what} is refused in a topic`, () => {
    assert.throws(() => checkText('topic', text), new RegExp(`byte ${at} is not$`));
  });
}

test('every character that Unicode assigns to text passes, in UTF-8', () => {
  for (let code = 0x20; code < 0x110000; code += code < 0x1000 ? 1 : 0x3b) {
    const isRefused =
      (code > 0x7e && code < 0xa0) ||
      (code >= 0xd800 && code < 0xe000) ||
      (code >= 0xfdd0 && code < 0xfdf0) ||
      (code & 0xfffe) === 0xfffe;
    if (!isRefused) checkText('topic', utf8(String.fromCodePoint(code)));
  }
});

test('random filters and topics match as their levels do', () => {
  const chance = createTestChance('topics.test.ts');
  const text = (parts: string): string =>
    Array.from({ length: 1 + chance(4) }, () => parts.charAt(chance(parts.length + 1)))
      .join('/')
      .replace(/#.+$/, '#');
  let matched = 0;
  for (let i = 0; i < 20000; i++) {
    const filter = text('ab++#');
    const topic = text('ab$') || 'a';
    const levels = filter.split('/');
    const names = topic.split('/');
    const hash = levels.at(-1) === '#';
    const expected =
      !(topic.startsWith('$') && /^[+#]/.test(filter)) &&
      (hash ? names.length >= levels.length - 1 : names.length === levels.length) &&
      levels.every((level, n) => level === '#' || level === '+' || level === names[n]);
    assert.equal(matches(filter, topic), expected, `${filter} ${topic}`);
    if (expected) matched++;
  }
  assert.ok(matched > 1000);
});
