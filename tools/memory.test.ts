/** The budget of an ESP8266's memory: above it the suite fails, and says what the bundle takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSmall, measureTargetMemory } from './benchmark/memory';

/** Variables that the interpreter and the bundle may take: the rest is for messages on their way and for fragmentation. */
const LIMIT = 600;

const found = findSmall();

test(
  'the bundle leaves an ESP8266 memory to work with',
  { skip: 'missing' in found && found.missing },
  async (t) => {
    if ('missing' in found) return;
    const { used, interpreter, lent } = await measureTargetMemory(found.path);
    const share = used - lent;
    t.diagnostic(
      `${String(used)} variables in use: ${String(interpreter)} the interpreter's, ${String(lent)} the engine's, ${String(share - interpreter)} the bundle's`,
    );
    assert.ok(share <= LIMIT, `${String(share)} variables, at most ${String(LIMIT)} are allowed`);
  },
);
