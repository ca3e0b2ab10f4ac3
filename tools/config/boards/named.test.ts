/** Pins that applications name are found with their places, and those of the link among them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';
import type { RemoteBoard } from '../../flash/board';
import { checkApplicationPins } from '../../flash/role';
import { linkClashes, pinsNamed } from './named';

function application(source: string): { code: string; map: string } {
  const { outputText, sourceMapText = '' } = ts.transpileModule(source, {
    fileName: 'door.ts',
    compilerOptions: { sourceMap: true, target: ts.ScriptTarget.ES2020, inlineSources: true },
  });
  return { code: outputText, map: sourceMapText };
}

const DOOR = `
var door: Pin = B3;
function own(A1: number) { return A1; }
if (typeof LED3 !== 'undefined') LED3.set();
setWatch(() => digitalWrite(LED1, 1), BTN, { repeat: true });
new OneWire(D4); var o = { A5: 1 }; o.A5 = C20.length;
new MQTTLink({ reset: B10, sckout: B13, stx: B14, srx: B15, sckin: B1 }, {});
print(B3, own(2));`;

test('pins, buttons and LEDs are named; what only looks like one, or is asked for first, is not', () => {
  const named = pinsNamed(application(DOOR));
  assert.deepEqual(
    named.map(({ name, place }) => `${name} ${String(place?.line)}`),
    ['B3 2', 'LED1 5', 'BTN 5', 'D4 6'],
  );
});

test('what the link needs for itself is told with the line, by its own name and by that of what is on it', () => {
  const named = pinsNamed(application(DOOR));
  const found = linkClashes(
    named,
    { reset: 'D4', sckout: 'B2', stx: 'A1', resetInverted: true },
    { LED1: 'B2' },
  );
  assert.equal(found.length, 2);
  assert.match(found[0] ?? '', /^door\.ts:5:\d+: LED1, which is B2, is the link's sckout: whatever/);
  assert.match(
    found[1] ?? '',
    /^door\.ts:6:\d+: D4 is the link's reset: .* Give one of the two another pin$/,
  );
  assert.deepEqual(linkClashes(named, { reset: 'B10' }, {}), []);
});

test('a pin that the connected board lacks is named with its place', async () => {
  const board = (has: readonly string[]): RemoteBoard =>
    ({
      port: '/dev/ttyACM0',
      info: { name: 'PICO_R1_3', version: '2v29' },
      evaluate: (code: string) => {
        const [, list = '[]'] = /^(\[.*?\])/.exec(code) ?? [];
        return Promise.resolve((JSON.parse(list) as string[]).map((name) => has.includes(name)));
      },
    }) as unknown as RemoteBoard;
  await assert.rejects(
    checkApplicationPins(board(['B3', 'LED1', 'BTN']), application(DOOR), {}),
    /^Error: door\.ts:6:\d+: D4 is no pin of the board at \/dev\/ttyACM0 \(PICO_R1_3\)$/,
  );
  assert.deepEqual(await checkApplicationPins(board(['B3', 'LED1', 'BTN', 'D4']), application(DOOR), {}), []);
});
