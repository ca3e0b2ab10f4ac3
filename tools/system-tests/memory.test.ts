/** The budgets of the boards' memory: above one of them the suite fails, and says what the bundle takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSmall, measureHostMemory, measureTargetMemory, type MemoryFigures } from '../benchmark/memory';

const found = findSmall();
const skip = 'missing' in found && found.missing;

/** What the bundle takes, said in the test's report. */
function share(t: { diagnostic(text: string): void }, { used, interpreter, lent }: MemoryFigures): number {
  const own = used - interpreter - lent;
  t.diagnostic(
    `${String(used)} variables in use: ${String(interpreter)} the interpreter's, ${String(lent)} the engine's, ${String(own)} the bundle's`,
  );
  return own;
}

test('the bundle leaves an ESP8266 memory to work with', { skip }, async (t) => {
  if ('missing' in found) return;
  const memory = await measureTargetMemory(found.path);
  // The rest is for messages on their way and for fragmentation.
  const used = share(t, memory) + memory.interpreter;
  assert.ok(used <= 600, `${String(used)} variables with the interpreter's, at most 600 are allowed`);
});

test('the library leaves a host most of its memory for the application', { skip }, async (t) => {
  if ('missing' in found) return;
  const used = share(t, await measureHostMemory(found.path));
  assert.ok(used <= 490, `${String(used)} variables, at most 490 are allowed`);
});
