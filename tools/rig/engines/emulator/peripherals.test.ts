/** Peripherals of the emulated host: what goes out is seen, what is fed arrives, and each board has its own pins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from '../../inputs/peripherals';
import type { EmulatedOptions } from './options';
import { runPrograms } from './testing';
import type { Running } from './testing';

interface Fitted extends Running {
  readonly outputs: Output[];
  /** Resolves when such an output has come. */
  seen(what: (output: Output) => boolean): Promise<Output>;
}

async function run(
  host: string,
  body: (running: Fitted) => Promise<void>,
  extra: Partial<EmulatedOptions> = {},
): Promise<void> {
  // It waits for the test to be ready with what it connects.
  const running = await runPrograms({ host: `Serial1.on('data', function () {${host}\n});` }, extra);
  const outputs: Output[] = [];
  running.pair.peripherals.onOutput((output) => outputs.push(output));
  try {
    await body({
      ...running,
      outputs,
      async seen(what) {
        for (const end = Date.now() + 5000; ; await sleep(10)) {
          const found = outputs.find(what);
          if (found) return found;
          assert.ok(
            Date.now() < end,
            `not in ${JSON.stringify(outputs)}, ${running.said('host').join(' | ')}`,
          );
        }
      },
    });
  } finally {
    await running.pair.stop();
  }
}

const go = ({ pair }: Fitted): void => pair.peripherals.serial('Serial1', 'go');

test('levels: written, in lists, by methods of pins, toggled; read, watched, and with a pull-up', async () => {
  const host = `
    digitalWrite(A0, 1); digitalWrite([A1, A2], 2); A3.write(true); A3.toggle(); LED2.set();
    pinMode(B0, 'input_pullup'); print('open', digitalRead(B0), digitalRead([A1, A2]), B1.read());
    setWatch(function (e) { print('watched', e.state, digitalRead(B2)); }, B2, { repeat: true, edge: 'both' });
    setWatch(function (e) { print('pressed', e.state); }, BTN1, { repeat: true, edge: 'rising', debounce: 20 }); print('ready');`;
  await run(host, async (running) => {
    const { pair, until, outputs } = running;
    pair.peripherals.level('B1', 1);
    go(running);
    await until('host', /^open 1 0 true$/);
    await until('host', /^ready$/);
    pair.peripherals.level('B2', 1);
    await until('host', /^watched true 1$/);
    pair.peripherals.level('B2', 0);
    await until('host', /^watched false 0$/);
    pair.peripherals.level('BTN1', 1);
    await until('host', /^pressed true$/);
    await running.seen((one) => one.kind === 'level' && one.pin === 'D2' && one.level === 1);
    assert.deepEqual(
      outputs.flatMap((one) => (one.kind === 'level' ? `${one.pin}=${String(one.level)}` : [])),
      ['A0=1', 'A2=0', 'A1=1', 'A3=1', 'A3=0', 'D2=1'],
    );
  });
});

test('analog in and out, PWM, pulses and shifted bits', async () => {
  const host = `
    print(analogRead(A1), A1.analog(), digitalRead(A1), analogRead(A2), analogRead(A3));
    analogWrite(A4, 0.25, { freq: 1000 }); A5.pwm(2);
    digitalPulse(A6, 1, [5, 5, 5]);
    shiftOut([A7, A8], { clk: A9 }, [1, 2]);
    try { digitalPulse(A6, 1, -1); } catch (e) { print(e.message); }
    try { shiftOut(A7, { clk: 'none' }, 1); } catch (e) { print(e.message); }`;
  await run(host, async (running) => {
    const { analog } = running.pair.peripherals;
    analog('A1', 0.75);
    analog('A2', 0.25);
    analog('A3', 1);
    go(running);
    await running.until('host', /^0.75 0.75 1 0.25 0.9999/);
    await running.until('host', /^Pulse Time is less than 0/);
    await running.until('host', /^Invalid pin$/);
    await running.seen(
      (one) => one.kind === 'pwm' && one.pin === 'A4' && one.value === 0.25 && one.freq === 1000,
    );
    await running.seen((one) => one.kind === 'pwm' && one.pin === 'A5' && one.value === 1);
    await sleep(60);
    const levels = (pins: string): string =>
      running.outputs
        .flatMap((one) =>
          one.kind === 'level' && pins.includes(one.pin) ? `${one.pin.slice(1)}${String(one.level)}` : [],
        )
        .join(' ');
    assert.equal(levels('A6'), '61 60 61 60');
    assert.equal(levels('A7 A8 A9'), '81 70 90 91 80 71 90 91');
  });
});

test('I2C: registers, functions, a bus in software, and nobody', async () => {
  const host = `
    I2C1.setup({ scl: B8, sda: B9 });
    I2C1.writeTo(0x50, 2, [7, 8]);
    print(I2C1.readReg(0x50, 1, 4).join());
    I2C1.writeTo({ address: 0x51, stop: false }, 0xF7); print(I2C1.readFrom(0x51, 3).join());
    var soft = new I2C(); soft.setup({ scl: A0, sda: A1 }); print(soft.readFrom(0x52, 1)[0], soft instanceof I2C);
    try { I2C1.writeTo(0x20, 1); } catch (e) { print(e.toString()); }`;
  await run(host, async (running) => {
    const { i2c } = running.pair.peripherals;
    i2c(0x50, [10, 11, 12, 13]);
    i2c(0x51, (written, count) => [written[0] ?? 0, count, 3]);
    i2c(0x52, () => [99], 'A1');
    go(running);
    await running.until('host', /^InternalError: I2C got NACK$/);
    assert.deepEqual(running.said('host').slice(0, 3), ['11,7,8,255', '247,3,3', '99 true']);
    await running.seen((one) => one.kind === 'i2c' && one.bus === 'I2C1' && one.bytes === '\x02\x07\x08');
  });
});

test('SPI: what is sent and what comes back, with a select pin, and patterns of bits', async () => {
  const host = `
    SPI1.setup({ sck: B3, miso: B4, mosi: B5 });
    print(SPI1.send([1, 2, 3], B10).join(), SPI1.send(5), SPI1.send('ab').charCodeAt(1));
    SPI1.write([8, 9], B11); SPI1.send4bit([0x80], 1, 3);
    var s = new SPI(); s.setup({ sck: A0, mosi: A1 }); s.write(1, 2);
    try { s.send4bit(1, 1, 3); } catch (e) { print(e.message); }
    try { new SPI().write(1); } catch (e) { print(e.message); }`;
  await run(host, async (running) => {
    running.pair.peripherals.spi((sent) => sent.map((byte) => byte + 1), 'SPI1');
    go(running);
    await running.until('host', /^SPI not set up$/);
    assert.deepEqual(running.said('host').slice(0, 2), [
      '2,3,4 6 99',
      'SPI.send4bit only works on hardware SPI',
    ]);
    await running.seen((one) => one.kind === 'spi' && one.bus === 'A1' && one.bytes === '\x01\x02');
    const sent = running.outputs.flatMap((one) =>
      one.kind === 'spi' ? [[one.bus, Buffer.from(one.bytes, 'latin1').toString('hex'), one.select]] : [],
    );
    assert.deepEqual(sent.slice(0, 1), [['SPI1', '010203', 'B10']]);
    await running.seen((one) => one.kind === 'spi' && one.select === 'B11' && one.bytes === '\x08\x09');
    await running.seen((one) => one.kind === 'spi' && one.bytes === '\x31\x11\x11\x11');
  });
});

test('serial ports: kept until read, or given to the listener; in software by the pin; loopback', async () => {
  const host = `
    Serial2.setup(115200, { rx: A3, tx: A2 }); Serial2.print('a\\nb'); Serial2.println(5); Serial2.write([1, 2], 'x');
    var soft = new Serial(); soft.setup(9600, { rx: C1, tx: C2 }); soft.on('data', function (d) { print('soft', d); });
    LoopbackA.on('data', function (d) { print('loop', d); }); LoopbackB.write('back');
    setTimeout(function () {
      print(Serial2.available(), Serial2.read(2), Serial2.read());
      Serial2.on('data', function (d) { print('data', d); });
    }, 150);`;
  await run(host, async (running) => {
    const { serial } = running.pair.peripherals;
    go(running);
    await running.until('host', /^loop back$/);
    serial('Serial2', 'hello');
    serial('C1', 'GPS');
    await running.until('host', /^soft GPS$/);
    await running.until('host', /^5 he llo$/);
    serial('Serial2', 'more');
    await running.until('host', /^data more$/);
    const sent = running.outputs.flatMap((one) =>
      one.kind === 'serial' && one.port === 'Serial2' ? one.bytes : [],
    );
    assert.equal(sent.join(''), 'a\r\nb5\r\n\x01\x02x');
  });
});

test('OneWire: found, chosen, read, as a thermometer is', async () => {
  const host = `
    var wire = new OneWire(A5), found = wire.search(); print(found.join(), wire.reset());
    wire.select(found[0]); wire.write(0x44, true);
    wire.select(found[0]); wire.write(0xBE);
    var s = wire.read(9); print((s[0] + s[1] * 256) / 16);
    print(new OneWire(A6).search().length, new OneWire(A6).reset(), new OneWire(A6).read());
    try { wire.select('28'); } catch (e) { print(e.message); }`;
  await run(host, async (running) => {
    const commands: number[] = [];
    running.pair.peripherals.oneWire('A5', [
      { rom: '28ff000000000001', write: (bytes) => void commands.push(...bytes), read: () => [0x91, 0x01] },
    ]);
    go(running);
    await running.until('host', /^Invalid OneWire device address "28"$/);
    assert.deepEqual(running.said('host').slice(0, 3), ['28ff000000000001 true', '25.0625', '0 false 255']);
    assert.deepEqual(commands, [0x44, 0xbe]);
  });
});

test('wave forms end, repeat, and take in what is on a pin', async () => {
  const host = `
    var w = new Waveform(10); w.buffer[0] = 5; w.on('finish', function (b) { print('finished', b.length, w.running); });
    w.startOutput(A0, 1000);
    try { w.startOutput(A0, 1000); } catch (e) { print(e.message); }
    var r = new Waveform(4); r.on('finish', function (b) { print('took', b.join()); }); r.startInput(A1, 1000);`;
  await run(host, async (running) => {
    running.pair.peripherals.analog('A1', 0.5);
    go(running);
    await running.until('host', /^Waveform is already running$/);
    await running.until('host', /^finished 10 false$/);
    await running.until('host', /^took 128,128,128,128$/);
  });
});

test('screens: pixels are where a board has them, text is told', async () => {
  const host = `
    var g = Graphics.createArrayBuffer(8, 8, 1); g.fillRect(0, 0, 2, 1); g.setPixel(7, 7);
    print(new Uint8Array(g.buffer).join());
    g.clear().drawLine(0, 0, 7, 7); print(new Uint8Array(g.buffer).join(), g.getPixel(3, 3), g.getPixel(4, 3));
    var v = Graphics.createArrayBuffer(8, 8, 1, { vertical_byte: true, msb: true }); v.setPixel(0, 0); print(new Uint8Array(v.buffer)[0]);
    var c = Graphics.createArrayBuffer(2, 1, 16); c.setColor(1, 0, 0).setPixel(0, 0).setColor('#00f').setPixel(1, 0); print(new Uint16Array(c.buffer).join());
    var list = []; Graphics.createCallback(4, 4, 1, function (x, y, c) { list.push(x + ',' + y); }).drawRect(0, 0, 2, 2); print(list.length > 7, list[0]);
    g.setFontVector(20).drawString('21.5', 1, 2); print(g.stringWidth('abc'), g.getFontHeight(), g.getWidth());
    g.clear().drawImage({ width: 3, height: 2, bpp: 1, buffer: new Uint8Array([0b10101000]).buffer }, 1, 1); print(g.getPixel(1, 1), g.getPixel(2, 1), g.getPixel(2, 2));
    try { g.blit({}); } catch (e) { print(e.message); }`;
  await run(host, async (running) => {
    go(running);
    await running.until('host', /^The emulator has no Graphics.blit$/);
    assert.deepEqual(running.said('host').slice(0, 7), [
      '7,7,0,0,0,0,0,128',
      '1,2,4,8,16,32,64,128 1 0',
      '128',
      '63488,31',
      'true 0,0',
      '36 20 8',
      '1 0 1',
    ]);
    await running.seen((one) => one.kind === 'text' && one.text === '21.5' && one.x === 1);
  });
});

test('a board has its own pins, buttons, ports and objects, and no others', async () => {
  const pixl = `
    function is(f) { try { return typeof f(); } catch (e) { return 'none'; } }
    print(process.env.BOARD, is(function () { return H0; }), is(function () { return A5; }), is(function () { return B3; }), is(function () { return D20; }));
    print(is(function () { return BTN4; }), is(function () { return LED2; }), is(function () { return I2C2; }), is(function () { return SPI1; }));
    g.clear().drawString('hi', 0, 0); g.flip(); print(g.getWidth(), g.getBPP());
    NRF.setServices({ 0xBCDE: { 0xABCD: { value: 'x' } } }); NRF.setAdvertising({}, { name: 'me' }); print(NRF.getBattery());
    try { NRF.requestDevice(); } catch (e) { print(e.message); }
    try { Pixl.menu({}); } catch (e) { print(e.message); }
    try { require('http'); } catch (e) { print(e.message); }
    try { digitalWrite('B3', 1); } catch (e) { print(e.message); }`;
  const hostPins = { reset: 'D2', sckout: 'D3', stx: 'D4', srx: 'D5', sckin: 'D6' };
  await run(
    pixl,
    async (running) => {
      assert.throws(
        () => running.pair.peripherals.level('B3', 1),
        /B3 is no pin of PIXLJS. It has D0 to D13, A0 to A5/,
      );
      assert.throws(() => running.pair.peripherals.level('D5', 1), /D5 is the link's srx/);
      go(running);
      await running.until('host', /^Invalid pin$/);
      assert.deepEqual(running.said('host').slice(0, 8), [
        'PIXLJS number number none none',
        'number none none object',
        '128 1',
        '3',
        'The emulator has no NRF.requestDevice',
        'The emulator has no Pixl.menu',
        'Module "http" is in the firmware of PIXLJS, but not in the emulator',
        'Invalid pin',
      ]);
    },
    { hostBoard: 'PIXLJS', hostPins },
  );
});

test('an analog input is one of the board’s, or it is told', async () => {
  await run(
    `print(analogRead(C13)); print(analogRead(A1));`,
    async (running) => {
      running.pair.peripherals.analog('A1', 0.25);
      go(running);
      await running.until('host', /^0.25$/);
      assert.match(
        running.said('host').join('\n'),
        /Pin C13 is not capable of Analog Input\nSuitable pins are:\nA0 A1/,
      );
    },
    {
      hostBoard: 'PICO_R1_3',
      hostPins: { reset: 'B10', sckout: 'B13', stx: 'B14', srx: 'B15', sckin: 'B1' },
    },
  );
});

test('whoever uses a pin of the link is told once, and which line it is', async () => {
  const events: string[] = [];
  const host = `
    new OneWire(D4); setWatch(print, D4); try { I2C1.setup({ scl: D5, sda: D9 }); } catch (e) { print(e); }
    digitalWrite(D7, 1); digitalRead(D8); digitalWrite([D5, D6], 3); pinMode(D4, 'opendrain'); digitalWrite(D4, 1); print('done');`;
  await run(
    host,
    async (running) => {
      go(running);
      await running.until('host', /^done$/);
      await running.seen((one) => one.kind === 'linkPin' && one.pin === 'D7');
      assert.deepEqual(
        events.filter((text) => /the link's/.test(text)),
        [
          "the application makes it OneWire: D4, but that pin is the link's reset. Give one of the two another pin",
          "the application makes it I2C: D5, but that pin is the link's sckout. Give one of the two another pin",
          "the application writes to it: D7, but that pin is the link's srx. Give one of the two another pin",
        ],
      );
    },
    { onEvent: (text) => events.push(text) },
  );
});
