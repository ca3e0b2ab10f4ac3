/** Of two boards with the same version, the one whose part is not that of these tools is told, as far as it is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crcOf } from '../flash/board-storage';
import type { Upload } from '../flash/history';
import { packageVersion } from '../package';
import { adviseOther, adviseProgram } from './versions';

const tools = { target: 'target of now', library: 7 };

function uploadOf(role: 'host' | 'target', more: Partial<Upload> = {}): Upload {
  const common = {
    time: '2026-11-01T10:20:30.000Z',
    port: '/dev/ttyACM0',
    serial: '',
    files: {},
    settings: {},
  };
  return { ...common, role, name: role, code: 'code', ...more };
}

function adviceFor(name: string, code: string, upload?: Upload): string | undefined {
  const label = `espruino-mqtt-link ${packageVersion()} ${name}`;
  return adviseProgram({ label, check: { length: code.length, crc: crcOf(code) }, upload }, tools);
}

test('a host that got another library from here is told, one with this library or an unknown one is not', () => {
  assert.equal(
    adviceFor('host-garden', 'code', uploadOf('host', { library: 6 })),
    'this host got its library on 2026-11-01 10:20 UTC, and these tools have another: a target that they flashed may not ' +
      'go with it; "mqttlink flash host" puts theirs there',
  );
  assert.equal(adviceFor('host-garden', 'code', uploadOf('host', { library: 7 })), undefined);
  assert.equal(adviceFor('host-garden', 'code', uploadOf('host')), undefined);
  assert.equal(adviceFor('host-garden', 'code'), undefined);
});

test('a target is told by its bytes', () => {
  assert.equal(adviceFor('target', tools.target), undefined);
  assert.match(
    adviceFor('target', 'target of then') ?? '',
    /^this is not the target's bundle of these tools, /,
  );
});

test('when one board was flashed, the other is next where it got something else before', () => {
  assert.equal(
    adviseOther(uploadOf('target', { code: 'target of then' }), tools),
    'the target at /dev/ttyACM0 got its program on 2026-11-01 10:20 UTC, and it is another now: ' +
      '"mqttlink flash target" is next, so that the two go together',
  );
  assert.match(adviseOther(uploadOf('host', { library: 6 }), tools) ?? '', /"mqttlink flash host" is next/);
  assert.equal(adviseOther(uploadOf('target', { code: tools.target }), tools), undefined);
  assert.equal(adviseOther(uploadOf('host', { library: 7 }), tools), undefined);
});
