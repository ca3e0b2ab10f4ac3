import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { boardName, tableRow, toMarkdown } from './report';
import type { AcceptanceReport } from './report';

const ACCOUNT = {
  sent: 1000,
  answered: 999,
  doubled: 2,
  disordered: 0,
  damaged: 0,
  seconds: 250,
  delays: { least: 80, median: 240, p95: 400, most: 900 },
};

const REPORT: AcceptanceReport = {
  version: 1,
  release: '0.1.0',
  date: '2026-01-02',
  node: 'v20.11.0',
  passed: false,
  host: { board: 'PICO_R1_3', firmware: '2v29', free: 4900, total: 5100, program: 'a|b', stackFree: 7000 },
  target: { board: 'ESP8266', firmware: '2v29', free: 1400, total: 1600 },
  checks: [
    { part: 'link', name: 'line stx', outcome: 'passed' },
    { part: 'link', name: 'line srx', outcome: 'failed', message: 'dead' },
    { part: 'reset', name: 'reset', outcome: 'skipped', message: 'the lines are not right' },
  ],
  remarks: [{ part: 'link', text: 'quiet' }],
  figures: {
    frames: {
      toTarget: { received: 100, rate: 5.04, bytes: 160.4 },
      toHost: { received: 100, rate: 4.96, bytes: 150.6 },
      exchanges: 220,
      damaged: 1,
      resent: 1,
    },
    stack: { levels: 10, bytes: 5120, end: 'reset', chains: 1.2 },
    messages: ACCOUNT,
    single: ACCOUNT,
    reset: { noticed: 10.1, again: 17.25, resets: 1 },
  },
};

test('the text says what was found', () => {
  const text = toMarkdown(REPORT);
  assert.match(text, /^# Acceptance: PICO_R1_3 with ESP8266\n/);
  assert.match(text, /\*\*Failed\*\*: 1 checks passed, 1 failed, 1 skipped\./);
  assert.match(text, /- \*\*not ok\*\*: line srx: dead\n/);
  assert.match(text, /- skipped: reset: the lines are not right\n/);
  assert.match(text, /### link\n\n.*\n.*\n- quiet\n/);
  // Nothing ends a cell early.
  assert.match(text, /\| saved program \| a\\\|b \| – \|/);
  assert.match(
    text,
    /999 of 1000 came back, 2 twice, 4\.0 a second; there and back 80 to 900 ms, median 240, 95 % 400/,
  );
});

test('the line for the table of reports fits it', () => {
  const row = tableRow(REPORT);
  assert.equal(row, '| PICO_R1_3 2v29 | ESP8266 2v29 | 160 / 151 | 4.0 | 240 ms | 17.3 s | 5120 |');
  const head = /^\| host .*published again.*\|$/m.exec(readFileSync('tools/README.md', 'utf8'))?.[0] ?? '';
  assert.equal(head.split('|').length, row.split('|').length);
});

test('the name of the files is the host’s, as far as there is one', () => {
  assert.equal(boardName(REPORT), 'pico_r1_3');
  const nobody: AcceptanceReport = { ...REPORT, host: undefined };
  assert.equal(boardName(nobody), 'unknown');
  assert.match(toMarkdown(nobody), /^# Acceptance: no host with ESP8266\n/);
});
