import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardName, BoardPair, PairOptions } from '../../boards';
import { findEspruino } from './find';
import { createEspruinoPair } from './pair';

const skip = findEspruino()
  ? false
  : 'no Espruino interpreter: put espruino-linux on the PATH or name it in ESPRUINO';
const WIFI = { ssid: 'workshop', password: 'secret' };

interface Bench {
  readonly pair: BoardPair;
  /** All that happened: `host: text` for a line, `event: text` for an event. */
  readonly seen: string[];
  /** Resolves with the next line of the board that is, or matches, `line`. */
  printed(board: BoardName, line: string | RegExp): Promise<string>;
}

async function bench(
  programs: Partial<Record<BoardName, string>>,
  use: (bench: Bench) => Promise<void>,
  more: Partial<PairOptions> = {},
): Promise<void> {
  const seen: string[] = [];
  const next = { host: 0, target: 0 };
  const pair = createEspruinoPair({
    storage: { host: { '.bootcde': programs.host ?? ' ' }, target: { '.bootcde': programs.target ?? ' ' } },
    wifi: WIFI,
    onLine: (board, line) => seen.push(`${board}: ${line}`),
    onEvent: (text) => seen.push(`event: ${text}`),
    ...more,
  });
  async function printed(board: BoardName, line: string | RegExp): Promise<string> {
    for (const end = Date.now() + 15_000; Date.now() < end; await sleep(10)) {
      for (let i = next[board]; i < seen.length; i++) {
        const text = seen[i]!.startsWith(`${board}: `) ? seen[i]!.slice(board.length + 2) : undefined;
        if (text === undefined || (typeof line === 'string' ? text !== line : !line.test(text))) continue;
        next[board] = i + 1;
        return text;
      }
    }
    throw new Error(`the ${board} did not print ${String(line)}; seen:\n${seen.slice(-30).join('\n')}`);
  }
  try {
    await pair.start();
    await use({ pair, seen, printed });
  } finally {
    await pair.stop();
  }
}

/** Processes whose working directory lies in a pair's directory. */
function interpreters(parent?: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const [, ppid] = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
        return (
          readlinkSync(`/proc/${pid}/cwd`).includes('/espruino-boards-') &&
          (!parent || Number(ppid) === parent)
        );
      } catch {
        return false;
      }
    });
}

/** Prints the inputs when they have changed and stand. */
const WATCHER = (clock: string, data: string): string => `
  let last = -1, before = -1;
  setInterval(function () {
    const now = digitalRead([${clock}, ${data}]);
    if (now === before && now !== last) print('in', (last = now), digitalRead(${clock}), digitalRead(${data}));
    before = now;
  }, 5);`;

describe('boards on the Espruino interpreter', { skip }, () => {
  test('levels travel both ways, written and read in every manner', async () => {
    // The target answers with what it sees, so that each step waits for the one before.
    const host = `
      const out = [D5, D6];
      const steps = [
        [3, function () { digitalWrite(out, 3); }],
        [1, function () { digitalWrite(D5, 0); }],
        [2, function () { digitalWrite([D5, D6], 2); }],
        [3, function () { D6.set(); }],
        [0, function () { D5.reset(); D6.write(0); }],
        [3, function () { digitalWrite(out, true); }],
        [2, function () { digitalWrite([D6, D5], 1); }]
      ];
      let step;
      setInterval(function () {
        if (step && digitalRead([D8, D7]) !== step[0]) return;
        if (step) print('seen', digitalRead([D7, D8]), digitalRead(D8), digitalRead(D7), D5.read(), digitalRead(out));
        step = steps.shift();
        if (step) step[1]();
        else print('done');
      }, 10);`;
    const target = `
      let last = 0;
      setInterval(function () {
        const now = digitalRead([D12, D13]);
        if (now === last) digitalWrite([D15, D14], now);
        last = now;
      }, 5);
      digitalWrite(D0, 1);
      print('led', digitalRead(D0));`;
    await bench({ host, target }, async ({ printed, seen }) => {
      await printed('host', 'done');
      assert.deepEqual(
        seen.filter((line) => line.startsWith('host: seen')).map((line) => line.slice(11)),
        ['3 1 1 1 3', '2 0 1 0 1', '1 1 0 1 2', '3 1 1 1 3', '0 0 0 0 0', '3 1 1 1 3', '1 1 0 1 2'],
      );
      assert.ok(seen.includes('target: led 1'));
    });
  });

  test('bytes pass each way at once, none wrong', async (t) => {
    // A byte's bits alternate between a high and a low clock, each end answering the other.
    const exchange = (out: string, inp: string, wait: [string, string]): string => `
      const out = ${out}, inp = ${inp};
      function swap(byte) {
        "ram";
        const set = digitalWrite, get = digitalRead, o = out, i = inp;
        let got, taken = 0;
        for (let k = 0; k < 4; k++) { ${wait.map((step) => `${step} taken = taken << 1 | got & 1; byte <<= 1;`).join(' ')} }
        return taken & 255;
      }`;
    const write = (clock: string): string => `set(o, ${clock} | byte >> 7 & 1);`;
    const high = 'while ((got = get(i)) < 2);';
    const low = 'while ((got = get(i)) > 1);';
    const host = `${exchange('[D5, D6]', '[D8, D7]', [write('2') + high, write('0') + low])}
      setTimeout(function () {
        const begin = getTime();
        let wrong = 0;
        for (let n = 0; n < 512; n++) if (swap(n & 255) !== (n ? (n - 1) * 3 & 255 : 0)) wrong++;
        print('wrong', wrong, 'rate', Math.round(512 / (getTime() - begin)));
      }, 500);`;
    const target = `${exchange('[D15, D14]', '[D12, D13]', [high + write('2'), low + write('0')])}
      setTimeout(function () { for (let n = 0, next = 0; n < 512; n++) next = swap(next) * 3 & 255; }, 100);`;
    await bench({ host, target }, async ({ printed }) => {
      const [, wrong, rate] = /wrong (\d+) rate (\d+)/.exec(await printed('host', /^wrong/))!;
      t.diagnostic(`${rate} bytes/s`);
      assert.equal(wrong, '0');
    });
  });

  test('wires cannot be watched, other pins can', async () => {
    const host = `
      [D7, D8].forEach(function (pin) { try { setWatch(print, pin); print('watched'); } catch (e) { print(e.message); } });
      print(setWatch(print, D3) > 0, LED1 === D1);
      try { digitalRead("nonsense"); print('read'); } catch (e) { print(e.message); }
      print(digitalRead({ read: function () { return 7; } }));`;
    await bench({ host }, async ({ printed }) => {
      await printed('host', 'pin cannot be watched');
      await printed('host', 'pin cannot be watched');
      await printed('host', 'true true');
      assert.notEqual(await printed('host', /./), 'read');
      await printed('host', '7');
    });
  });

  test("lines come as printed, nothing of the interpreter's console", async () => {
    const odd = [
      'plain',
      '',
      ' spaced ',
      '>',
      '=undefined',
      '\x08back',
      '\x1b[Jerase',
      'a\rb',
      'end\r',
      '\xc3\xa9\x00\x07',
      '"\\',
    ];
    const program = odd.map(
      (line) =>
        `print(${JSON.stringify(line).replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)});`,
    );
    program.push(
      "print('two\\nlines', 1, {a: true}); setTimeout(function () { print('late'); }, 200);",
      'undefined;',
      'x = 5;',
    );
    await bench({ host: program.join('\n') }, async ({ printed, seen }) => {
      await printed('host', 'late');
      await sleep(200);
      assert.deepEqual(
        seen,
        [...odd, 'two', 'lines 1 { "a": true }', 'late'].map(
          (line) => `host: ${line.replace('\xc3\xa9', 'é')}`,
        ),
      );
    });
  });

  test('an uncaught error is printed', async () => {
    await bench(
      { target: "setTimeout(function () { throw new Error('broken'); }, 10);" },
      async ({ printed }) => {
        await printed('target', 'Uncaught Error: broken');
      },
    );
  });

  test('the reset line restarts the target, outputs low, Storage kept', async () => {
    const host = `
      ${WATCHER('D8', 'D7')}
      pinMode(D4, 'opendrain');
      digitalWrite(D4, 1);
      setTimeout(function () { digitalWrite(D4, 0); setTimeout(function () { digitalWrite(D4, 1); }, 100); }, 800);`;
    const target = `
      const count = 1 + (require('Storage').readJSON('count', true) || 0);
      require('Storage').writeJSON('count', count);
      print('boot', count, require('ESP8266').getResetInfo().reason);
      if (count === 1) digitalWrite([D15, D14], 3);`;
    await bench({ host, target }, async ({ pair, printed, seen }) => {
      await printed('target', 'boot 1 power on');
      await printed('host', 'in 3 1 1');
      await printed('host', 'in 0 0 0');
      await printed('target', 'boot 2 reset pin');
      assert.ok(seen.includes('event: target held in reset') && seen.includes('event: target starts'));
      assert.deepEqual(Object.keys(await pair.storage('target')), ['.bootcde', 'count']);
      assert.equal((await pair.storage('target'))['count'], '2');
      pair.restart('target');
      await printed('target', 'boot 3 power on');
    });
  });

  test('a hung target stands still until it is reset', async () => {
    const host = `
      setInterval(function () {
        if (!digitalRead(D7)) return;
        digitalWrite(D4, 0);
        setTimeout(function () { digitalWrite(D4, 1); }, 100);
      }, 2500);`;
    const target =
      "print('boot', require('ESP8266').getResetInfo().reason); setInterval(function () { print('alive'); digitalWrite(D14, 1); }, 50);";
    await bench({ host, target }, async ({ pair, printed, seen }) => {
      await printed('target', 'boot power on');
      await printed('target', 'alive');
      pair.hangTarget();
      await sleep(300);
      const before = seen.length;
      await sleep(500);
      assert.equal(seen.length, before);
      await printed('target', 'boot reset pin');
      await printed('target', 'alive');
    });
  });

  test('a frozen board goes on where it was; a crashed one starts again; one held in reset does not', async () => {
    const target = `
      print('boot', require('ESP8266').getResetInfo().reason);
      let n = 0;
      setInterval(function () { print('tick', ++n); }, 20);`;
    await bench({ target }, async ({ pair, printed, seen }) => {
      await printed('target', 'boot power on');
      await printed('target', /^tick/);
      pair.freeze('target', true);
      await sleep(200);
      const before = seen.length;
      await sleep(300);
      assert.equal(seen.length, before);
      pair.freeze('target', false);
      await printed('target', `tick ${before}`);
      pair.crashTarget();
      await printed('target', 'boot exception');
      pair.holdReset(true);
      await sleep(300);
      const held = seen.length;
      pair.crashTarget();
      pair.restart('target');
      await sleep(700);
      assert.deepEqual(seen.slice(held), ['event: target power cycled']);
      pair.holdReset(false);
      await printed('target', 'boot reset pin');
      pair.hangTarget();
      pair.freeze('target', false);
      await sleep(200);
      const hung = seen.length;
      await sleep(300);
      assert.equal(seen.length, hung);
    });
  });

  test('a disturbed wire flips what its reader sees', async () => {
    const count = (clock: string, data: string): string => `
      setInterval(function () {
        let clock = 0, data = 0;
        for (let i = 0; i < 200; i++) {
          const now = digitalRead([${clock}, ${data}]);
          clock += now >> 1;
          data += now & 1;
        }
        print('ones', clock, data);
      }, 100);`;
    await bench(
      { host: count('D8', 'D7'), target: `digitalWrite([D15, D14], 2);${count('D12', 'D13')}` },
      async ({ pair, printed }) => {
        await printed('host', 'ones 200 0');
        pair.disturb('sckin', 0.25);
        await printed('host', /^ones 1[2-7]\d 0$/);
        pair.disturb('sckin', 0);
        await printed('host', 'ones 200 0');
        pair.disturb('stx', 0.25);
        await printed('target', /^ones 0 [3-7]\d$/);
      },
    );
  });

  test('cut and swapped wires change what is seen, while running', async () => {
    const target = `digitalWrite([D15, D14], 1);${WATCHER('D12', 'D13')}`;
    await bench(
      { host: `digitalWrite([D5, D6], 1);${WATCHER('D8', 'D7')}`, target },
      async ({ pair, printed }) => {
        await printed('target', 'in 1 0 1');
        await printed('host', 'in 1 0 1');
        pair.cutWire('stx', true);
        await printed('target', 'in 0 0 0');
        pair.cutWire('stx', false);
        await printed('target', 'in 1 0 1');
        pair.cutWire('sckin', true, 1);
        await printed('host', 'in 3 1 1');
        pair.cutWire('sckin', false);
        pair.swapWires(['srx', 'sckin']);
        await printed('host', 'in 2 1 0');
        pair.swapWires(['sckout', 'stx']);
        await printed('host', 'in 1 0 1');
        await printed('target', 'in 2 1 0');
        pair.swapWires(null);
        await printed('target', 'in 1 0 1');
      },
    );
  });

  test('a cut reset line resets nothing; on a low wire it holds the target down', async () => {
    const host =
      'setInterval(function () { digitalWrite(D4, 0); setTimeout(function () { digitalWrite(D4, 1); }, 50); }, 300);';
    await bench({ host, target: "print('boot');" }, async ({ pair, printed, seen }) => {
      await printed('target', 'boot');
      await printed('target', 'boot');
      pair.cutWire('reset', true);
      await sleep(300);
      const boots = seen.length;
      await sleep(900);
      assert.equal(seen.length, boots);
      pair.swapWires(['reset', 'stx']);
      pair.cutWire('reset', false);
      await sleep(500);
      assert.equal(seen.at(-1), 'event: target held in reset');
      pair.swapWires(null);
      await printed('target', 'boot');
    });
  });

  const WIFI_EVENTS = `
    const wifi = require('Wifi');
    ['associated', 'connected', 'disconnected'].forEach(function (name) {
      wifi.on(name, function (d) { print(name, d.reason || d.ip || d.ssid, wifi.getDetails().status); });
    });`;

  test('Wi-Fi joins, loses and finds the network, as on the ESP8266', async () => {
    const target = `${WIFI_EVENTS}
      print('at first', wifi.getDetails().status);
      wifi.connect('workshop', { password: 'secret' }, function (error) {
        print('joined', error);
        wifi.connect('workshop', { password: 'secret' }, function (error) { print('again', error); });
      });`;
    const radio: boolean[] = [];
    const accessPoint = { setOn: (on: boolean) => void radio.push(on) };
    const join = async ({ pair, printed, seen }: Bench): Promise<void> => {
      assert.deepEqual(radio, []);
      await printed('target', 'at first off');
      await printed('target', 'associated workshop connecting');
      await printed('target', 'connected 192.168.4.2 connected');
      await printed('target', 'again null');
      assert.ok(seen.includes('target: joined null'));
      pair.setAccessPoint(false);
      await printed('target', 'disconnected beacon_timeout connecting');
      await printed('target', 'disconnected no_ap_found no_ap_found');
      pair.setAccessPoint(true);
      await printed('target', 'associated workshop connecting');
      await printed('target', 'connected 192.168.4.2 connected');
      assert.deepEqual(radio, [false, true]);
      // The target notes its network after it has told its program, and the notes are read now and then.
      const events = (): string[] => seen.filter((line) => /^event: .*network/.test(line));
      for (const end = Date.now() + 5000; events().length < 4 && Date.now() < end;) await sleep(10);
      assert.deepEqual(events(), [
        'event: target has joined the network',
        'event: target has left the network: beacon_timeout',
        'event: target does not get into the network: no_ap_found',
        'event: target has joined the network',
      ]);
    };
    await bench({ target }, join, { accessPoint });
  });

  test('Wi-Fi tells why it cannot join, and leaves on request', async () => {
    const target = `${WIFI_EVENTS}
      [[function () { wifi.connect(); }], [function () { wifi.connect('x', 5); }], [function () { wifi.connect('x', {}, 5); }]]
        .forEach(function (f) { try { f[0](); } catch (e) { print(e.message); } });
      wifi.connect('workshop', { password: 'wrong' }, function (error) {
        print('first', error);
        wifi.connect('elsewhere', {}, function (error) {
          print('second', error);
          wifi.connect('workshop', { password: 'secret' }, function (error) {
            print('third', error);
            wifi.disconnect(function () { print('left', wifi.getDetails().status); });
          });
        });
      });`;
    await bench({ target }, async ({ printed, seen }) => {
      await printed('target', 'left off');
      for (const line of [
        'No SSID provided',
        'Expecting Object, got number',
        'Expecting callback function but got 5',
      ])
        assert.ok(seen.includes(`target: ${line}`), line);
      for (const line of [
        'first bad_password',
        'second no_ap_found',
        'third null',
        'disconnected assoc_leave off',
      ])
        assert.ok(seen.includes(`target: ${line}`), line);
    });
  });

  test('a saved network is joined at power-up, and a cleared one is not', async () => {
    const target = `${WIFI_EVENTS}
      wifi.on('connected', function () {
        print('saved', wifi.getDetails().savedSsid);
        wifi.save('clear');
      });
      print('boot', wifi.getDetails().ssid);`;
    await bench(
      { target },
      async ({ pair, printed, seen }) => {
        await printed('target', 'boot workshop');
        await printed('target', 'connected 192.168.4.2 connected');
        await printed('target', 'saved null');
        pair.restart('target');
        await printed('target', 'boot ');
        const count = seen.length;
        await sleep(600);
        assert.equal(seen.length, count);
      },
      { savedNetwork: true },
    );
    const saving = `const wifi = require('Wifi');
      if (wifi.getDetails().ssid) wifi.on('connected', function () { print('by itself'); });
      else wifi.connect('workshop', { password: 'secret' }, function () { wifi.save(); print('saved'); });`;
    await bench({ target: saving }, async ({ pair, printed }) => {
      await printed('target', 'saved');
      assert.ok('.wificfg' in (await pair.storage('target')));
      pair.restart('target');
      await printed('target', 'by itself');
    });
  });

  test('Wi-Fi resolves names while it is joined', async () => {
    const target = `
      const wifi = require('Wifi');
      wifi.getHostByName('localhost', function (ip) {
        print('offline', ip);
        wifi.connect('workshop', { password: 'secret' }, function () {
          wifi.getHostByName('localhost', function (ip) {
            print('name', ip);
            wifi.getHostByName('no.such.name.invalid', function (ip) { print('none', ip); });
          });
        });
      });`;
    await bench({ target }, async ({ printed }) => {
      await printed('target', 'offline null');
      await printed('target', 'name 127.0.0.1');
      await printed('target', 'none null');
    });
  });

  test('sockets reach this machine', async () => {
    const tcp = createServer((socket) => socket.on('data', (data) => socket.end(data))).listen(
      0,
      '127.0.0.1',
    );
    const udp = createSocket('udp4').on('message', (message, from) => udp.send(message, from.port));
    udp.bind(0, '127.0.0.1');
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    const target = `
      const tcp = require('net').connect({ host: '127.0.0.1', port: ${(tcp.address() as AddressInfo).port} }, function () { tcp.write('over TCP'); });
      tcp.on('data', function (data) { print(data); });
      tcp.on('close', function () { print('closed'); });
      const udp = require('dgram').createSocket('udp4');
      udp.on('message', function (message) { print(message); udp.close(); });
      udp.bind(0);
      udp.send('over UDP', ${udp.address().port}, '127.0.0.1');`;
    try {
      await bench({ target }, async ({ printed, seen }) => {
        await printed('target', 'closed');
        await sleep(300);
        assert.ok(seen.includes('target: over TCP') && seen.includes('target: over UDP'), seen.join('\n'));
      });
    } finally {
      tcp.close();
      udp.close();
    }
  });

  test('with a transistor at the reset line, high holds the target and low or nothing lets it run', async () => {
    const host = `
      print('idle', digitalRead(D4));
      setTimeout(function () { digitalWrite(D4, 1); print('held'); }, 500);
      setTimeout(function () { digitalWrite(D4, 0); print('let go'); }, 1500);`;
    const target = "print('up', require('ESP8266').getResetInfo().reason);";
    await bench(
      { host, target },
      async ({ printed, seen }) => {
        await printed('host', 'idle 0');
        await printed('target', 'up power on');
        await printed('target', 'up reset pin');
        const order = seen.filter((line) => /held|let go|starts|reset pin/.test(line));
        assert.deepEqual(order, [
          'host: held',
          'event: target held in reset',
          'host: let go',
          'event: target starts',
          'target: up reset pin',
        ]);
      },
      { resetInverted: true },
    );
  });

  test('a board that reboots itself, or whose interpreter ends, comes up again', async () => {
    const host = "print('up'); setTimeout(function () { print('quitting'); quit(); }, 300);";
    const target = `
      const esp = require('ESP8266');
      print('boot', esp.getResetInfo().reason, esp.getState().cpuFrequency);
      E.setClock(80);
      print('slowed', esp.getState().cpuFrequency);
      setTimeout(function () { esp.reboot(); print('not reached'); }, 300);`;
    await bench({ host, target }, async ({ printed, seen }) => {
      await printed('target', 'boot power on 160');
      await printed('target', 'slowed 80');
      await printed('target', 'boot restart 160');
      await printed('host', 'quitting');
      await printed('host', 'up');
      assert.ok(!seen.includes('target: not reached'));
      assert.ok(seen.includes('event: target restarts itself'));
      assert.ok(seen.includes('event: host: the interpreter ended by itself'));
    });
  });

  test('nothing is left after stop, whatever state the boards are in', async () => {
    const pair = createEspruinoPair({
      storage: { host: { '.bootcde': 'for (;;);' }, target: { '.bootcde': ' ' } },
      wifi: WIFI,
      onLine: () => undefined,
    });
    await pair.start();
    const running = interpreters(process.pid);
    assert.equal(running.length, 2);
    pair.hangTarget();
    await pair.stop();
    await pair.stop();
    assert.deepEqual(interpreters(process.pid), []);
    assert.deepEqual(await pair.storage('host'), {});
    await assert.doesNotReject(async () => {
      pair.hangTarget();
      pair.restart('host');
      pair.setAccessPoint(false);
      pair.cutWire('stx', true);
      pair.swapWires(null);
    });
  });

  test('stop during start ends both', async () => {
    const pair = createEspruinoPair({
      storage: { host: { '.bootcde': ' ' }, target: { '.bootcde': ' ' } },
      wifi: WIFI,
      onLine: () => undefined,
    });
    const starting = assert.rejects(pair.start(), /stopped/);
    await pair.stop();
    await starting;
    assert.deepEqual(interpreters(process.pid), []);
  });

  test('the interpreters end when this process is killed, and leave no files', async () => {
    const program = `
      const { createEspruinoPair } = await import(${JSON.stringify(new URL('./pair.ts', import.meta.url).href)});
      const files = { '.bootcde': ' ' };
      const pair = createEspruinoPair({ storage: { host: files, target: files }, wifi: { ssid: '', password: '' }, onLine() {} });
      await pair.start();
      pair.hangTarget();
      console.log('up');`;
    const tool = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(tool.stdout, 'data');
    const running = interpreters(tool.pid);
    assert.equal(running.length, 2);
    const directory = readlinkSync(`/proc/${running[0]}/cwd`).replace(/\/[^/]*$/, '');
    tool.kill('SIGKILL');
    await once(tool, 'exit');
    const left = (): string[] =>
      interpreters()
        .filter((pid) => running.includes(pid))
        .map(String)
        .concat(readdirSync(directory.replace(/\/[^/]*$/, '')).filter((name) => directory.endsWith(name)));
    for (const end = Date.now() + 5000; left().length && Date.now() < end;) await sleep(20);
    assert.deepEqual(left(), []);
  });

  test('Storage files that cannot be are refused before anything starts', () => {
    const options = (files: Record<string, string>): PairOptions => ({
      storage: { host: files, target: {} },
      wifi: WIFI,
      onLine: () => undefined,
    });
    assert.throws(
      () => createEspruinoPair(options({ '.boot0': ' ' })),
      /".boot0" of the host is the engine's own/,
    );
    assert.throws(() => createEspruinoPair(options({ big: 'x'.repeat(300_000) })), /exceed/);
  });
});
