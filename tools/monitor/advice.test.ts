/** What a host says of itself is followed by what its owner should do, once in a while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERSION } from '../../shared/messages';
import { Status } from '../../shared/status';
import { statusText } from '../../host/status-text';
import { createReport } from '../rig/virtual/report';
import { createAdvice } from './advice';

/** A status as a host prints it. */
const printed = (status: Status, detail: string): string => `12:00:00 ${statusText(status, detail)}`;

test('lost messages are summed up, with what to do, once a minute', () => {
  let now = 0;
  const advice = createAdvice(() => now);
  assert.deepEqual(advice.after(printed(Status.PUBOK, '5')), []);
  const [first = '', ...more] = advice.after(printed(Status.DROPPED, '268'));
  assert.deepEqual(more, []);
  assert.match(
    first,
    /^268 messages were lost so far: .* Let callbacks return sooner, have fewer sent, .* QoS 1 and set "cleanSession": false, /,
  );
  now = 59_000;
  assert.deepEqual(advice.after(printed(Status.DROPPED, '30')), []);
  now = 61_000;
  assert.match(advice.after(printed(Status.DROPPED, '2'))[0] ?? '', /^300 messages were lost so far: /);
  assert.match(createAdvice().after(printed(Status.DROPPED, '1'))[0] ?? '', /^1 message was lost so far/);
});

test('of two boards that do not understand each other the older one is named', () => {
  const say = (target: number): string[] =>
    createAdvice().after(
      printed(Status.BAD_VERSION, `host ${String(VERSION)}, target ${String(VERSION + target)}`),
    );
  assert.match(
    say(-1)[0] ?? '',
    /^the target has an older version .* flash it too, with "mqttlink flash target"$/,
  );
  assert.match(
    say(1)[0] ?? '',
    /^the host has an older version .* flash it too, with "mqttlink flash host"$/,
  );
});

test('virtual boards have it behind the line, and only where a host says it', async () => {
  const said: string[] = [];
  const report = createReport({
    say: (who, text) => said.push(`${who}: ${text}`),
    mappedOf: () => Promise.resolve(undefined),
  });
  const line = printed(Status.DROPPED, '268');
  report.printed('host', `${line}\r\n>`);
  await new Promise(setImmediate);
  assert.equal(said[0], `host: ${line}`);
  assert.match(said[1] ?? '', /^: 268 messages were lost so far/);
  assert.equal(said.length, 2);
});
