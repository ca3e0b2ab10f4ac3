/**
 * What a damaged header or body may never do: pass for an intact one. The
 * check is linear, so that a pattern of flips undetected in one header is
 * undetected in all; the patterns are still tried on several.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceE } from '../tools/simulation/device-globals';
import {
  HEADER,
  LinkState,
  TRAILER,
  control,
  encodeBody as bodyOf,
  encodeHeader,
  decodeBody,
  decodeHeader,
} from './frame';

/** Bits of a header that are looked at: all but the last. */
const BITS = HEADER * 8 - 1;

function header(first: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  encodeHeader(bytes, first, length);
  return bytes;
}

/** Where variables do not run out there always is a body. */
function encodeBody(message: string): Uint8Array {
  return bodyOf(message) ?? assert.fail('no body');
}

function flip(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] ^= 0x80 >> (bit & 7);
}

function text(length: number, byte: (i: number) => number): string {
  let message = '';
  for (let i = 0; i < length; i++) message += String.fromCharCode(byte(i) & 255);
  return message;
}

const vectors: [LinkState, boolean, number, number, number, string][] = [
  [LinkState.DOWN, false, 0, 0, 0, '000000b224'],
  [LinkState.DOWN, true, 0, 0, 0, '2000003fe4'],
  [LinkState.INIT, true, 0, 0, 0, '6000002464'],
  [LinkState.UP, true, 0, 0, 1, 'a0000169c8'],
  [LinkState.UP, true, 3, 3, 1024, 'be04009e18'],
  [LinkState.UP, false, 2, 1, 65535, '92ffff4ee6'],
];

test('headers: fields and bytes', () => {
  for (const [state, ready, sequence, acknowledge, length, hex] of vectors) {
    const first = control(state, ready, sequence, acknowledge);
    const bytes = header(first, length);
    assert.equal(Buffer.from(bytes).toString('hex'), hex);
    assert.equal(decodeHeader(bytes), length);
    assert.deepEqual(
      [first >> 6, (first >> 5) & 1, (first >> 3) & 3, (first >> 1) & 3, first & 1],
      [state, +ready, sequence, acknowledge, 0],
    );
  }
});

test('headers: all there are, each with a few lengths', () => {
  for (let first = 0; first < 256; first++) {
    for (const length of [0, 1, 2, 127, 128, 255, 256, 1023, 1024, 65535]) {
      const bytes = header(first, length);
      assert.equal(bytes[HEADER - 1] & 1, 0);
      assert.equal(decodeHeader(bytes), length);
      bytes[HEADER - 1] |= 1;
      assert.equal(decodeHeader(bytes), length, 'the last bit does not count');
    }
  }
});

test('headers: one, two and three flipped bits are always noticed', () => {
  for (const [first, length] of [
    [control(LinkState.DOWN, true, 0, 0), 0],
    [control(LinkState.UP, true, 1, 2), 0],
    [control(LinkState.UP, false, 3, 0), 1024],
  ]) {
    const bytes = header(first, length);
    for (let a = 0; a < BITS; a++) {
      flip(bytes, a);
      assert.equal(decodeHeader(bytes), -1, `${a}`);
      for (let b = 0; b < a; b++) {
        flip(bytes, b);
        assert.equal(decodeHeader(bytes), -1, `${a} ${b}`);
        for (let c = 0; c < b; c++) {
          flip(bytes, c);
          assert.equal(decodeHeader(bytes), -1, `${a} ${b} ${c}`);
          flip(bytes, c);
        }
        flip(bytes, b);
      }
      flip(bytes, a);
    }
    assert.equal(decodeHeader(bytes), length);
  }
});

test('headers: what idle, stuck and aligning lines read as is none', () => {
  const fill = (byte: number): Uint8Array => new Uint8Array(HEADER).fill(byte);
  for (const byte of [0x00, 0xff, 0x55, 0xaa]) assert.equal(decodeHeader(fill(byte)), -1, byte.toString(16));
  // The call for alignment over and over, and the answer between ones or zeros, cut at any bit.
  const streams = ['9d5b0000', 'ffff5ce9', '5ce9ffff', '00005ce9', '5ce90000'];
  for (const hex of streams) {
    const bits = [...hex.repeat(4)].map((digit) => parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
    for (let at = 0; at < 32; at++) {
      const bytes = new Uint8Array(HEADER).map((_, i) => parseInt(bits.slice(at + i * 8, at + i * 8 + 8), 2));
      assert.equal(decodeHeader(bytes), -1, `${hex} from bit ${at}`);
    }
  }
});

test('headers: a lost or doubled pair of bits is noticed, as far as 15 bits can', () => {
  let missed = 0;
  let tried = 0;
  for (let first = 0; first < 192; first += 2) {
    for (const length of [0, 1, 20, 128, 300, 1024]) {
      const bytes = header(first, length);
      const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      for (let at = 0; at < 36; at++) {
        for (const tail of ['00', '01', '10', '11']) {
          for (const slipped of [
            bits.slice(0, at) + bits.slice(at + 2) + tail,
            bits.slice(0, at) + tail + bits.slice(at, 38),
          ]) {
            tried++;
            const got = decodeHeader(bytes.map((_, i) => parseInt(slipped.slice(i * 8, i * 8 + 8), 2)));
            if (slipped.slice(0, BITS) !== bits.slice(0, BITS) && got >= 0 && got <= 1024) missed++;
          }
        }
      }
    }
  }
  assert.ok(missed <= tried / 0x8000, `${missed} of ${tried}`);
});

test('bodies: every size and every byte value', () => {
  assert.equal(Buffer.from(encodeBody('123456789')).toString('hex'), '3132333435363738398c39f4ca');
  for (let size = 1; size <= 1024; size++) {
    const message = text(size, (i) => i * 7 + size);
    const body = encodeBody(message);
    assert.equal(body.length, size + TRAILER);
    assert.equal(decodeBody(body), message);
  }
  for (let byte = 0; byte < 256; byte++) {
    const message = text(3, () => byte);
    assert.equal(decodeBody(encodeBody(message)), message);
  }
});

test('bodies: one and two flipped bits are always noticed', () => {
  const body = encodeBody(text(12, (i) => i * 31));
  // All but the very last one, which is ignored.
  for (let a = 0; a < body.length * 8 - 1; a++) {
    flip(body, a);
    assert.equal(decodeBody(body), undefined);
    for (let b = 0; b < a; b++) {
      flip(body, b);
      assert.equal(decodeBody(body), undefined, `${a} ${b}`);
      flip(body, b);
    }
    flip(body, a);
  }
  const long = encodeBody(text(1024, (i) => i));
  for (let a = 0; a < long.length * 8; a += 37) {
    flip(long, a);
    assert.equal(decodeBody(long), undefined);
    flip(long, a);
  }
});

test('bodies: the very last bit is sent as 0, and ignored', () => {
  for (let size = 1; size <= 64; size++) {
    const message = text(size, (i) => i * 13 + size);
    const body = encodeBody(message);
    assert.equal((body[size + TRAILER - 1] ?? 1) & 1, 0);
    flip(body, body.length * 8 - 1);
    assert.equal(decodeBody(body), message);
  }
});

test('bodies: stuck and aligning lines never read as one, of any size', () => {
  const call = '10011101010110110000000000000000'.repeat(2);
  const periods = [...Array(32).keys()].map((at) =>
    [0, 8, 16, 24].map((i) => parseInt(call.slice(at + i, at + i + 8), 2)),
  );
  for (const period of [[0x00], [0xff], [0x55], [0xaa], ...periods]) {
    const line = new Uint8Array(1024 + TRAILER).map((_, i) => period[i % period.length]);
    // Sizes a few steps apart for the calls: the checksum of each takes its time.
    for (let size = 1; size <= 1024; size += size < 32 || period.length === 1 ? 1 : 31) {
      assert.equal(decodeBody(line.slice(0, size + TRAILER)), undefined, `${period} ${size}`);
    }
  }
});

test('bodies: a body shifted by two bits is none', () => {
  for (let size = 1; size <= 64; size++) {
    const body = encodeBody(text(size, (i) => i * i + size));
    const late = body.map((byte, i) => ((byte >> 2) | ((body[i - 1] ?? 0) << 6)) & 255);
    const early = body.map((byte, i) => ((byte << 2) | ((body[i + 1] ?? 0) >> 6)) & 255);
    assert.equal(decodeBody(late), undefined);
    assert.equal(decodeBody(early), undefined);
  }
});

/** Natives of a board whose variables run out while they work. */
function runOut<T>(natives: Partial<Record<keyof typeof deviceE, unknown>>, run: () => T): T {
  const before = { ...deviceE };
  Object.assign(deviceE, natives);
  try {
    return run();
  } finally {
    Object.assign(deviceE, before);
  }
}

/** A string that `substr` cannot copy, or not whole (`jsvNewFromStringVar`, Espruino src/jsvar.c). */
function uncopied(whole: string, copy: string | undefined): unknown {
  return { length: whole.length, substr: () => copy };
}

test('bodies: an intact one for which there are no variables is none, and never half of one', () => {
  const message = text(200, (i) => i * 3 + 1);
  const body = encodeBody(message);
  const whole = message + '....';
  // No flat string (`jswrap_espruino_toStringX`, Espruino src/jswrap_espruino.c), no copy, half a copy, an empty one.
  const answers = [
    undefined,
    uncopied(whole, undefined),
    uncopied(whole, message.slice(0, 100)),
    uncopied(whole, ''),
    whole.slice(0, 100),
  ];
  for (const answer of answers)
    assert.equal(
      runOut({ toString: () => answer }, () => decodeBody(body)),
      undefined,
      String(answer),
    );
  // The same body is taken when it comes again.
  assert.equal(decodeBody(body), message);
});

test('bodies: one for which there are no variables is not made, and never half of one', () => {
  const message = text(200, (i) => i * 3 + 1);
  // No array, and one whose memory ends early: what is beyond reads as 0 (`jsvNewTypedArray`).
  const half = encodeBody(message).fill(0, 100);
  for (const answer of [undefined, half])
    assert.equal(
      runOut({ toUint8Array: () => answer }, () => bodyOf(message)),
      undefined,
    );
  assert.equal(decodeBody(encodeBody(message)), message);
});
