import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTap } from './tap';

function lines(run: (tap: ReturnType<typeof createTap>) => unknown): string[] {
  const written: string[] = [];
  run(createTap((line) => written.push(...line.split('\n'))));
  return written;
}

test('results have numbers, reasons and a plan', () => {
  const written = lines((tap) => {
    tap.result('one');
    tap.result('two', 'got "x"\nin place of y');
    tap.skip('three', 'no reason');
    tap.comment('said');
    assert.equal(tap.end(), false);
  });
  assert.deepEqual(written, [
    'TAP version 14',
    'ok 1 - one',
    'not ok 2 - two',
    '  ---',
    '  message: "got \\"x\\"\\nin place of y"',
    '  ...',
    'ok 3 - three # SKIP no reason',
    '# said',
    '1..3',
  ]);
});

test('names cannot pass for directives', () => {
  assert.equal(lines((tap) => tap.result('a # SKIP \\ b\nc'))[1], 'ok 1 - a \\# SKIP \\\\ b c');
});

test('only a run that ended, with something in it, has passed', () => {
  lines((tap) => assert.equal(tap.end(), false));
  lines((tap) => {
    tap.result('one');
    assert.equal(tap.end(), true);
  });
  lines((tap) => {
    tap.result('one');
    tap.bailOut('gone');
    assert.equal(tap.end(), false);
  });
});
