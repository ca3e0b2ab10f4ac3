/** Wi-Fi and sockets of the emulated target, against real servers of the loopback. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { createAccessPoint } from '../access-point';
import { startSntpServer } from '../sntp-server';
import type { Running } from './testing';
import { NETWORK, pause, runPrograms } from './testing';

const EVENTS = `
  var w = require("Wifi");
  ["associated", "connected", "dhcp_timeout"].forEach(function (n) { w.on(n, function (d) { print(n, JSON.stringify(d)); }); });
  w.on("disconnected", function (d) { print("disconnected", d.ssid, d.reason); });
`;
const joining = (then: string): string =>
  `${EVENTS} w.connect("${NETWORK.ssid}", { password: "${NETWORK.password}" }, function (e) { print("joined", e); ${then} });`;

async function withTarget(
  target: string,
  body: (run: Running) => Promise<void>,
  extra?: Parameters<typeof runPrograms>[1],
): Promise<void> {
  const run = await runPrograms({ target }, extra);
  try {
    await body(run);
  } finally {
    await run.pair.stop();
  }
}

/** A TCP server on a free port, closed with all its connections. */
async function withServer(
  serve: (socket: Socket) => void,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('joining: events, call-back, details; a second connect answers at once; disconnect', async () => {
  const target = joining(`
    print(JSON.stringify(w.getDetails()), w.getStatus().station, w.getIP().ip);
    w.connect("${NETWORK.ssid}", { password: "${NETWORK.password}" }, function (e) {
      print("again", e);
      w.disconnect(function () { print("left", w.getStatus().station, w.getIP().ip); });
    });`);
  await withTarget(target, async (run) => {
    await run.until('target', /^left/);
    await pause(50);
    assert.deepEqual(run.said('target'), [
      'associated {"ssid":"net","mac":"a4:2b:8c:00:00:01","channel":6}',
      'joined null',
      '{"status":"connected","ssid":"net","password":"secret","rssi":-55,"savedSsid":null} connected 192.168.0.50',
      'connected {"ip":"192.168.0.50","mask":"255.255.255.0","gw":"192.168.0.1"}',
      'again null',
      'left off 0.0.0.0',
      'disconnected net assoc_leave',
    ]);
  });
});

test('no such network, a wrong password, no name', async () => {
  const target = `${EVENTS}
    try { w.connect(); } catch (e) { print(e.toString()); }
    w.connect("nowhere", {}, function (e) {
      print("first", e);
      w.connect("net", { password: "wrong" }, function (e) { print("second", e, w.getDetails().status); });
    });`;
  await withTarget(target, async (run) => {
    await run.until('target', /^second/);
    await run.until('target', /4way/);
    assert.deepEqual(run.said('target').slice(0, 5), [
      'Error: No SSID provided',
      'first no_ap_found',
      'disconnected nowhere no_ap_found',
      'second bad_password bad_password',
      'disconnected net 4way_handshake_timeout',
    ]);
  });
});

test('the access point goes and comes back: the station rejoins by itself', async () => {
  await withTarget(joining(''), async (run) => {
    await run.until('target', /^connected/);
    run.pair.setAccessPoint(false);
    await run.until('target', /beacon_timeout$/);
    await run.until('target', /no_ap_found$/);
    run.pair.setAccessPoint(true);
    const before = run.said('target').length;
    for (
      let i = 0;
      i < 40 &&
      !run
        .said('target')
        .slice(before)
        .some((line) => line.startsWith('connected'));
      i++
    ) {
      await pause(100);
    }
    assert.ok(
      run
        .said('target')
        .slice(before)
        .some((line) => line.startsWith('connected')),
    );
    assert.equal(run.said('target').filter((line) => line.startsWith('joined')).length, 1);
  });
});

test('a saved network is joined at boot, without a call', async () => {
  await withTarget(
    `${EVENTS} print(w.getStatus().savedMode);`,
    async (run) => {
      await run.until('target', /^connected/);
      const before = run.said('target').length;
      run.pair.restart('target');
      await run.until('target', /^connected/, 5000, before);
    },
    { savedNetwork: true },
  );
});

test('save writes the network for the next boot, clear forgets it', async () => {
  await withTarget(joining('w.save(); print("saved");'), async (run) => {
    await run.until('target', /^saved/);
    assert.match(
      (await run.pair.storage('target'))['.wificfg'] ?? '',
      /"ssid":"net","password":"secret","mode":1/,
    );
  });
});

test('a socket carries all bytes both ways, in chunks of at most 536', async () => {
  const received: Buffer[] = [];
  await withServer(
    (socket) =>
      socket.on('data', (data) => {
        received.push(data);
        socket.write(data);
      }),
    async (port) => {
      const target = joining(`
        var s = "", got = "", most = 0;
        for (var i = 0; i < 2048; i++) s += String.fromCharCode(i & 255);
        var c = require("net").connect({ host: "127.0.0.1", port: ${String(port)} }, function (k) {
          print("connected", k === c);
          c.on("drain", function () { print("drained"); });
          print("write", c.write(s));
          c.on("data", function (d) {
            got += d; if (d.length > most) most = d.length;
            if (got.length === s.length) { print("echo", got === s, most <= 536); c.end(); }
          });
          c.on("end", function () { print("end"); });
          c.on("close", function (e) { print("close", e); try { c.write("x"); } catch (x) { print(x.toString()); } });
        });`);
      await withTarget(target, async (run) => {
        await run.until('target', /closed$/);
        assert.equal(Buffer.concat(received).length, 2048);
        const said = run.said('target').filter((line) => !/^(associated|connected \{|joined)/.test(line));
        assert.ok(said.includes('drained'));
        assert.deepEqual(
          said.filter((line) => line !== 'drained'),
          [
            'connected true',
            'write false',
            'echo true true',
            'end',
            'close false',
            'Error: This socket is closed',
          ],
        );
      });
    },
  );
});

test('refused and reset connections: error with code and message, then close', async () => {
  await withServer(
    (socket) => socket.once('data', () => socket.resetAndDestroy()),
    async (port) => {
      const target = joining(`
        function open(name, port, then) {
          var c = require("net").connect({ host: "127.0.0.1", port: port }, function () { print(name, "open"); c.write("x"); });
          c.on("error", function (e) { print(name, e.code, e.message); });
          c.on("close", function (e) { print(name, "close", e); if (then) then(); });
        }
        open("refused", 1, function () { open("reset", ${String(port)}, function () { print("end"); }); });`);
      await withTarget(target, async (run) => {
        await run.until('target', /^end$/);
        assert.deepEqual(
          run.said('target').filter((line) => /^re/.test(line)),
          [
            'refused -9 connection reset',
            'refused close true',
            'reset open',
            'reset -9 connection reset',
            'reset close true',
          ],
        );
      });
    },
  );
});

test('the other end closes: all data first, then close without an error', async () => {
  await withServer(
    (socket) => socket.end('x'.repeat(5000)),
    async (port) => {
      const target = joining(`
        var n = 0, c = require("net").connect({ host: "127.0.0.1", port: ${String(port)} }, function () {});
        c.on("data", function (d) { n += d.length; });
        c.on("close", function (e) { print("closed", n, e); });`);
      await withTarget(target, async (run) => {
        assert.equal(await run.until('target', /^closed/), 'closed 5000 false');
      });
    },
  );
});

test('without a listener data wait', async () => {
  await withServer(
    (socket) => socket.write('0123456789'),
    async (port) => {
      const target = joining(`
        var c = require("net").connect({ host: "127.0.0.1", port: ${String(port)} }, function () {
          setTimeout(function () {
            print("waiting", c.available(), c.read(3));
            c.on("data", function (d) { print("rest", d); });
          }, 100);
        });`);
      await withTarget(target, async (run) => {
        assert.equal(await run.until('target', /^rest/), 'rest 3456789');
        assert.ok(run.said('target').includes('waiting 10 012'));
      });
    },
  );
});

test('names are looked up, addresses are not, and without Wi-Fi none is found', async () => {
  const target = joining(`
    w.getHostByName("localhost", function (a) { print("name", a);
      w.getHostByName("10.1.2.3", function (a) { print("address", a);
        w.disconnect(); w.getHostByName("localhost", function (a) { print("off", a); }); }); });`);
  await withTarget(target, async (run) => {
    await run.until('target', /^off null$/);
    await run.until('target', /^name 127\.0\.0\.1$/);
    await run.until('target', /^address 10\.1\.2\.3$/);
  });
});

test('without Wi-Fi there is no route', async () => {
  const target = `
    var c = require("net").connect({ host: "127.0.0.1", port: 9 }, function () { print("open"); });
    c.on("error", function (e) { print(e.code, e.message); });
    c.on("close", function (e) { print("close", e); });`;
  await withTarget(target, async (run) => {
    await run.until('target', /^close/);
    assert.deepEqual(run.said('target'), ['-4 no route', 'close true']);
  });
});

test('datagrams, both forms of send', async () => {
  const server = createSocket('udp4');
  server.on('message', (data, from) =>
    server.send(Buffer.concat([data, Buffer.from([0, 255])]), from.port, from.address),
  );
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const target = joining(`
    var u = require("dgram").createSocket("udp4");
    u.on("message", function (d, r) { print(d.length, d.charCodeAt(d.length - 1), d.slice(0, -2), r.address, r.port === ${String(port)}, r.size); });
    u.on("close", function () { print("close"); });
    u.send("abcdef", 1, 3, ${String(port)}, "127.0.0.1");
    setTimeout(function () { u.send("xyz!", ${String(port)}, "127.0.0.1"); }, 100);
    setTimeout(function () { u.close(); }, 300);`);
  try {
    await withTarget(target, async (run) => {
      await run.until('target', /^close$/);
      assert.deepEqual(run.said('target').slice(-3), [
        '5 255 bcd 127.0.0.1 true 5',
        '6 255 xyz! 127.0.0.1 true 6',
        'close',
      ]);
    });
  } finally {
    server.close();
  }
});

test('while the access point is off nothing passes its relay; what TCP held goes on afterwards', async () => {
  const point = createAccessPoint();
  const sntp = await startSntpServer(3_600_000);
  const received: string[] = [];
  try {
    await withServer(
      (socket) => {
        const timer = setInterval(() => socket.write('s'), 50);
        socket.on('close', () => clearInterval(timer));
        socket.on('data', (data) => received.push(data.toString('latin1')));
      },
      async (port) => {
        const tcp = await point.listenTcp('127.0.0.1', port);
        const udp = await point.listenUdp('127.0.0.1', sntp.port);
        const target = joining(`
          var n = 0, a = 0, c = require("net").connect({ host: "127.0.0.1", port: ${String(tcp)} }, function () {
            setInterval(function () { c.write("t"); }, 50);
          });
          c.on("data", function (d) { n += d.length; });
          c.on("close", function () { print("closed"); });
          var u = require("dgram").createSocket("udp4");
          u.on("message", function (d) { a++; });
          setInterval(function () { u.send("\\x23" + new Uint8Array(47).fill(0).map(function () { return 0; }).join("").slice(0, 47), ${String(udp)}, "127.0.0.1"); print("got", n, a); }, 50);`);
        await withTarget(
          target,
          async (run) => {
            await run.until('target', /^got [1-9]\d* [1-9]/);
            run.pair.setAccessPoint(false);
            await pause(150);
            const frozen = run
              .said('target')
              .filter((line) => line.startsWith('got'))
              .at(-1);
            const sent = received.join('').length;
            await pause(300);
            assert.equal(
              run
                .said('target')
                .filter((line) => line.startsWith('got'))
                .at(-1),
              frozen,
            );
            assert.equal(received.join('').length, sent);
            run.pair.setAccessPoint(true);
            await pause(300);
            assert.notEqual(
              run
                .said('target')
                .filter((line) => line.startsWith('got'))
                .at(-1),
              frozen,
            );
            assert.ok(received.join('').length > sent);
            assert.ok(!run.said('target').includes('closed'));
            point.cut();
            await run.until('target', /^closed$/);
          },
          { accessPoint: point },
        );
      },
    );
  } finally {
    await point.close();
    await sntp.stop();
  }
});
