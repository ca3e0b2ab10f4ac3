/** The declarations of boards are right TypeScript; each knows what its board has, and nothing else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { PRESETS } from '../presets';
import { boardOf, declarations, firmwareModules } from '.';

const FILES = new Map<string, ts.SourceFile>();

/** What the compiler says of an application, and of the declarations, for a board. */
function check(code: string, board?: string, js = false): string[] {
  const sources: Record<string, string> = {
    'board.d.ts': declarations(board),
    [js ? 'app.js' : 'app.ts']: code,
  };
  const options: ts.CompilerOptions = {
    strict: !js,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    target: ts.ScriptTarget.ES2020,
    lib: ['lib.es5.d.ts', 'lib.es2015.promise.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, languageVersion) => {
    const own = sources[name];
    if (own !== undefined) return ts.createSourceFile(name, own, languageVersion, true);
    const file = FILES.get(name) ?? getSourceFile(name, languageVersion);
    if (file) FILES.set(name, file);
    return file;
  };
  const program = ts.createProgram(Object.keys(sources), options, host);
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ].map(
    ({ messageText, file, start }) =>
      `${file?.fileName ?? ''}:${String(file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}

describe('declarations', () => {
  for (const board of [undefined, ...PRESETS.flatMap(({ boards }) => boards)])
    test(`of ${board ?? 'any board'} have no fault of their own`, () => {
      assert.deepEqual(check('digitalWrite([], 0);', board), []);
    });

  test('what an owner writes is accepted', () => {
    const code = `
      I2C1.setup({ scl: B8, sda: B9 });
      new Promise<number>((r) => setTimeout(r, 5)).then((n) => print(n));
      setTimeout(() => undefined); setInterval(print, 5, 'a'); setTimeout('print(1)', 5);
      console.warn('x'); A0.write(1); A0.write(true); digitalWrite(LED1, HIGH); digitalWrite([A1, A2], 0b01); digitalWrite(5, LOW);
      new OneWire(A1).search().forEach((rom) => new OneWire(A1).select(rom));
      digitalPulse(B8, 1, [1, 2, 3]); shiftOut(A0, { clk: A1, repeat: 8 }, [1, 2]);
      const w = new Waveform(100); w.buffer[0] = 1; w.on('finish', (b) => print(b.length)); w.startOutput(A0, 8000, { repeat: true });
      const d = Graphics.createArrayBuffer(128, 64, 1, { vertical_byte: true }); d.setColor(1).fillRect(0, 0, 5, 5).drawString('a', 1, 2);
      SPI1.setup({ mosi: B15, sck: B13 }); SPI1.write([1, 2], B14); const n: number = SPI1.send(5, B1); const s = new SPI(); s.setup({ sck: A0 }); s.send4bit([1], 1, 3);
      Serial1.setup(9600, { rx: B7, tx: B6 }); Serial1.on('data', (data) => print(data.length)); Serial1.println(n);
      setWatch((e) => print(e.time - e.lastTime), BTN1, { repeat: true, edge: 'rising', debounce: 50 }); setWatch(print, BTN); clearWatch();
      analogWrite(A1, 0.5, { freq: 1000 }); const level: number = analogRead(A0);
      E.getErrorFlags().length; E.HSBtoRGB(1, 1, 1); E.toUint8Array([1, [2, 3]], 'a'); E.setConsole(Serial1);
      ({} as object).on('x', () => print(level)); pinMode(A0, 'input_pullup'); pinMode(A0);
      peek32(0x1000); getTime(); process.memory().free; Modules.addCached('x', 'exports.a=1');`;
    assert.deepEqual(check(code), []);
    assert.deepEqual(check(code, 'PICO_R1_3'), []);
  });

  test('names that a board lacks are refused where it is named, and no others', () => {
    const refused = (code: string, board?: string): string => check(code, board).join('\n');
    assert.match(refused('B8.set(); D14.read();', 'MDBT42Q'), /app.ts:1 Cannot find name 'B8'/);
    assert.doesNotMatch(refused('B8.set(); D14.read();', 'MDBT42Q'), /D14/);
    assert.match(refused('C15.set(); C7.set();', 'PICO_R1_3'), /^app.ts:1 Cannot find name 'C7'.*$/);
    assert.match(refused('NRF.setServices({});', 'PICO_R1_3'), /Cannot find name 'NRF'/);
    assert.deepEqual(check('NRF.setServices({}); NRF.setAdvertising([{}], {name: "x"});', 'PUCKJS'), []);
    assert.deepEqual(check('Pixl.menu({}); g.clear().flip(); BTN4.read(); A5.read();', 'PIXLJS'), []);
    assert.match(refused('Pixl.menu({}); g.clear();', 'PUCKJS'), /'Pixl'.*\n.*'g'/);
    assert.match(refused('LED3.set()', 'PICO_R1_3'), /'LED3'/);
    assert.match(refused('new Waveform(5)', 'MICROBIT1'), /'Waveform'/);
    assert.deepEqual(check('show("1"); acceleration();', 'MICROBIT1'), []);
    assert.deepEqual(
      check('B8.set(); D14.read(); NRF.sleep(); Puck.mag(); show(1); g.flip(); LED3.set(); E0.set();'),
      [],
    );
  });

  test('in plain JavaScript too', () => {
    assert.deepEqual(
      check('var led = B2; setInterval(function () { led.toggle(); }, 5);', 'PICO_R1_3', true),
      [],
    );
    assert.match(check('var led = E5;', 'PICO_R1_3', true).join(), /'E5'/);
  });
});

test('every preset is of a board whose facts are known, and its pins are pins of it', () => {
  for (const { boards, pins } of PRESETS)
    for (const board of boards)
      for (const pin of Object.values(pins)) assert.ok(boardOf(board)?.pins.includes(pin), `${board} ${pin}`);
});

test('modules of the firmware, board by board', () => {
  assert.ok(firmwareModules('PICO_R1_3')?.includes('tls'));
  assert.ok(!firmwareModules('PUCKJS')?.includes('tls'));
  assert.ok(firmwareModules('PIXLJS')?.includes('graphical_menu'));
  assert.equal(firmwareModules('NONE'), undefined);
});
