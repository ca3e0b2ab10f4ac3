/**
 * The host alone: what the library needs of the interpreter, each as a check
 * that names what is missing; memory, Storage, clock and timers; and the codecs
 * against bytes that were worked out elsewhere. With jumpers in place of the
 * target it also looks at the pins. It leaves the board as it found it.
 */
import {
  HEADER,
  LinkState,
  control,
  encodeBody,
  encodeHeader,
  decodeBody,
  decodeHeader,
} from '../../shared/frame';
import { encodeHello, encodeStatus } from '../../shared/messages';
import { idOf, publish, topicOf, withId } from '../../shared/packets';
import { SelftestSetup, check, end, equal, report, setup, wait } from '../../shared/selftest/report';

interface HostSetup extends SelftestSetup {
  /** Variables that the library takes, and some to work with. */
  readonly variables: number;
}

const own = setup<HostSetup>();

/** A name that no application of ours uses. */
const FILE = '.selftry';

/** Numbers of the bytes of a binary string. */
function bytes(text: string | undefined): number[] {
  return (text || '').split('').map(function (char) {
    return char.charCodeAt(0);
  });
}

/** What a value is for the caller alone: nothing that a compiler could work out. */
function opaque<T>(value: T): T {
  return [value][getTime() < 0 ? 1 : 0];
}

report('say', process.env.BOARD + ', Espruino ' + process.env.VERSION);

check('memory', function () {
  const memory = process.memory();
  report('say', memory.free + ' of ' + memory.total + ' variables are free');
  return memory.total < own.variables
    ? memory.total + ' variables in all; the library needs ' + own.variables
    : undefined;
});

equal(
  'language: closures keep variables of their own',
  function () {
    function counter(): () => number {
      let count = 0;
      return function () {
        return ++count;
      };
    }
    const a = counter();
    const b = counter();
    return [a(), a(), b()];
  },
  [1, 2, 1],
);

equal(
  'language: prototypes, new, and getters by Object.defineProperty',
  function () {
    class Thing {
      private size: number;
      constructor(size: number) {
        this.size = size;
      }
      twice(): number {
        return this.size * 2;
      }
      get more(): number {
        return this.size + 1;
      }
    }
    const thing = new Thing(opaque(4));
    return [thing.twice(), thing.more, thing instanceof Thing];
  },
  [8, 5, true],
);

equal(
  'language: exceptions, with what they say, and finally',
  function () {
    const seen: string[] = [];
    try {
      try {
        throw new Error(opaque('no'));
      } finally {
        seen.push('finally');
      }
    } catch (e) {
      seen.push((e as Error).message);
    }
    return seen;
  },
  ['finally', 'no'],
);

equal(
  'language: switch falls through and has a default',
  function () {
    function name(value: number): string {
      let text = '';
      switch (value) {
        case 1:
        case 2:
          text = 'low';
          break;
        case 3:
          return 'three';
        default:
          text = 'other';
      }
      return text;
    }
    return [1, 2, 3, 4].map(name);
  },
  ['low', 'low', 'three', 'other'],
);

equal(
  'language: numbers of 32 bits',
  function () {
    return [
      opaque(0x80000000) >> 31,
      (opaque(0xffffffff) & 0xff00) >> 8,
      opaque(5) ^ 0xaa,
      ~opaque(0),
      opaque(1) << 31,
    ];
  },
  [-1, 255, 175, -1, -2147483648],
);

equal(
  'language: typeof of a name that is not there',
  function () {
    return [
      typeof LED3 === 'undefined' || 'number object'.indexOf(typeof LED3) >= 0,
      typeof opaque(undefined),
    ];
  },
  [true, 'undefined'],
);

equal(
  'functions: apply, bind, arguments',
  function () {
    function sum(this: { base: number }, a: number, b: number): number {
      return this.base + a + b + arguments.length;
    }
    return [sum.apply({ base: 10 }, [1, 2]), sum.bind({ base: 20 }, 3, 4)()];
  },
  [15, 29],
);

equal(
  'strings: a character is a byte, 0 to 255',
  function () {
    const text = String.fromCharCode(opaque(0), 128, 255) + '\x01';
    return [text.length, bytes(text), bytes(text.substr(1, 2)), bytes(text.substring(2, 4))];
  },
  [4, [0, 128, 255, 1], [128, 255], [255, 1]],
);

equal(
  'strings: split, join, startsWith, indexOf, replace, padStart',
  function () {
    const text = opaque('a/b/+');
    return [
      text.split('/'),
      text.startsWith('a/'),
      text.indexOf('+'),
      text.replace(/[+]/g, '.'),
      opaque('7').padStart(2, '0'),
      /[^-_.A-Za-z0-9]/.test(opaque('host name')),
    ];
  },
  [['a', 'b', '+'], true, 4, 'a/b/.', '07', true],
);

equal(
  'arrays: push, shift, splice, concat, slice, indexOf, map, forEach, filter',
  function () {
    const list = [opaque(1), 2, 3, 4];
    let sum = 0;
    list.push(5);
    list.shift();
    list.splice(1, 1);
    list.forEach(function (value) {
      sum += value;
    });
    return [
      list,
      sum,
      list.concat([9]).slice(-2),
      list.indexOf(5),
      list.filter(function (value) {
        return value > 2;
      }).length,
    ];
  },
  [[2, 4, 5], 11, [5, 9], 2, 2],
);

equal(
  'objects: keys, assign, JSON both ways',
  function () {
    const object = Object.assign({ a: opaque(1) }, { b: 'x' });
    return [Object.keys(object), JSON.parse(JSON.stringify(object)), object instanceof Array];
  },
  [['a', 'b'], { a: 1, b: 'x' }, false],
);

equal(
  'typed arrays: bytes wrap, zero at first, read in place',
  function () {
    const array = new Uint8Array(opaque(3));
    array[1] = 257;
    array[2] = -1;
    return [array.length, array[0], array[1], array[2], new Uint8Array([1, 2]).buffer.byteLength];
  },
  [3, 0, 1, 255, 2],
);

equal(
  'E.CRC32 of strings, arrays and typed arrays',
  function () {
    return [
      E.CRC32(opaque('123456789')),
      E.CRC32([0, 128, 255]) === E.CRC32(opaque('\x00\x80\xff')),
      E.CRC32(new Uint8Array([0, 128, 255])) === E.CRC32([0, 128, 255]),
    ];
  },
  [0xcbf43926, true, true],
);

equal(
  'E.toString and E.toUint8Array of bytes',
  function () {
    const array = E.toUint8Array(opaque('\xff\x00'), 7);
    return [array.length, array[0], array[2], bytes(E.toString(array))];
  },
  [3, 255, 7, [255, 0, 7]],
);

check('E.toString finds 1 KiB in one piece', function () {
  const text = E.toString(new Uint8Array(1024));
  return text && text.length === 1024 ? undefined : 'memory is too fragmented, or too small';
});

equal(
  'Storage: write, read, erase',
  function () {
    const storage = require('Storage');
    storage.write(FILE, '\xff\x00{}');
    const read = bytes(storage.read(FILE));
    storage.erase(FILE);
    return [read, storage.read(FILE) === undefined];
  },
  [[255, 0, 123, 125], true],
);

equal(
  'codec: header of an exchange',
  function () {
    const header = new Uint8Array(HEADER);
    encodeHeader(header, control(LinkState.UP, true, 1, 2) | 1, 300);
    const made = [header[0], header[1], header[2], header[3], header[4]];
    const length = decodeHeader(header);
    header[1] ^= 4;
    return [made, length, decodeHeader(header)];
  },
  // 173: state 2, ready, sequence 1, acknowledge 2, role 1.
  [[173, 1, 44, 149, 6], 300, -1],
);

equal(
  'codec: body of a message, and one that is damaged',
  function () {
    const body = encodeBody('\x00\xffhi') as Uint8Array;
    const made = bytes(E.toString(body));
    const taken = bytes(decodeBody(body));
    body[2] ^= 1;
    return [made, taken, decodeBody(body) === undefined];
  },
  [[0, 255, 104, 105, 8, 211, 150, 6], [0, 255, 104, 105], true],
);

equal(
  'codec: messages',
  function () {
    const packet = withId(publish(3, 'a/b', '\x00\xff'), 513, true);
    return [
      bytes(packet),
      idOf(packet),
      topicOf(packet),
      bytes(encodeHello(1024, '')),
      bytes(encodeStatus(8, 'x')),
    ];
  },
  [[59, 0, 3, 97, 47, 98, 2, 1, 0, 255], 513, 'a/b', [1, 6, 4, 0], [10, 8, 120]],
);

wait('timers: arguments, order, and one that is cancelled', 5000, function (done) {
  let seen = '';
  const cancelled = setTimeout(function () {
    done('a cancelled timer ran');
  }, 40);
  setTimeout(
    function (text: string) {
      seen += text;
    },
    20,
    'b',
  );
  setTimeout(function () {
    seen += 'a';
  }, 0);
  clearTimeout(cancelled as never);
  setTimeout(function () {
    done(seen === 'ab' ? undefined : 'got ' + JSON.stringify(seen) + ' in place of "ab"');
  }, 200);
});

wait('Promise: then, all, and what is thrown', 5000, function (done) {
  let caught = '';
  Promise.all([
    Promise.resolve(1),
    new Promise<number>(function (resolve) {
      setTimeout(resolve, 10, 2);
    }),
    Promise.resolve(0)
      .then(function () {
        throw new Error('no');
      })
      .catch(function (e) {
        caught = (e as Error).message;
        return 3;
      }),
  ]).then(function (all) {
    const got = all.join() + caught;
    done(got === '1,2,3no' ? undefined : 'got ' + got);
  });
});

wait('clock: getTime goes on as timers do', 10000, function (done) {
  const begin = getTime();
  setTimeout(function () {
    const passed = getTime() - begin;
    // A busy board may be late, and never early.
    done(passed > 0.98 && passed < 3 ? undefined : 'a timer of 1 s took ' + passed + ' s');
  }, 1000);
});

// After the one above, which it would disturb.
setTimeout(function () {
  // A PC's clock belongs to the PC.
  if (process.env.BOARD === 'LINUX') report('skip', 'clock: setTime|it may not be set here');
  else
    wait('clock: setTime', 5000, function (done) {
      const begin = getTime();
      setTime(begin + 1e6);
      const moved = getTime() - begin;
      setTimeout(function () {
        setTime(getTime() - 1e6);
        done(moved > 999999 && moved < 1000001 ? undefined : 'by 1000000 s it moved by ' + moved);
      }, 50);
    });
  end();
}, 1500);
