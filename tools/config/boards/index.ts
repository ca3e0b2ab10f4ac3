/**
 * What single boards have: pins, buttons, LEDs, buses, modules of their firmware, and the names of their API, as tables
 * and as TypeScript declarations. All facts are those of the firmware's board files: boards.json and api.json were taken,
 * with the makefile's own list of sources for each board, from `boards/*.py` (`get_pins`, `devices`, `chip`) and from the
 * comments `JSON` of the C files, which say under which conditions a build has a function. Firmware 2v29; the two
 * boards RP2040_PICO and RP2350_PICO2 came after it. Nothing here may be guessed: a fact that is not from there is
 * left out.
 */
import { readFileSync } from 'node:fs';
import { inPackage } from '../../package';
import apiTable from './api.json';
import boardTable from './boards.json';

/** A board as its firmware describes it. */
export interface BoardTable {
  /** What its makers call it. */
  readonly name: string;
  readonly family: string;
  readonly variables: number;
  /** In the order of the firmware, which is that of the pins' numbers. */
  readonly pins: readonly string[];
  /** Those with an analog input. */
  readonly analog: readonly string[];
  /** Buttons and LEDs by name, and the pins that they are on. */
  readonly devices: Readonly<Record<string, string>>;
  /** How many buses of a kind are built in. */
  readonly serial: number;
  readonly spi: number;
  readonly i2c: number;
  /** Modules that `require` finds in the firmware. */
  readonly modules: readonly string[];
  /** Classes that not every board has: `Graphics`, `Waveform`… */
  readonly parts: readonly string[];
}

type Raw = Readonly<
  Record<
    string,
    Record<'name' | 'family' | 'pins' | 'analog' | 'negated' | 'modules' | 'parts', string> & {
      variables: number;
      serial: number;
      spi: number;
      i2c: number;
      devices: Record<string, string>;
      board?: string;
    }
  >
>;

interface Group {
  readonly kind: string;
  readonly of: string;
  readonly boards?: string;
  readonly except?: string;
  readonly members: string;
}

const RAW = boardTable as unknown as Raw;
const API = apiTable as readonly Group[];

/** The emulated board that is no real one: everything that the emulator knows. */
export const EMULATED = 'EMULATOR';

/** Boards whose screen is there as `g` when a program starts (`jswrap_pixljs_init`, `jswrap_banglejs_init`, `jswrap_graphics_init`). */
const WITH_SCREEN: readonly string[] = [
  'PIXLJS',
  'BANGLEJS',
  'BANGLEJS2',
  'HYSTM32_24',
  'HYSTM32_28',
  'HYSTM32_32',
];

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function ports(letters: string, count: number): string[] {
  return letters.split('').flatMap((port) => Array.from({ length: count }, (_, i) => `${port}${String(i)}`));
}

function emulated(): BoardTable {
  const pins = [...ports('D', 32), ...ports('ABC', 16)];
  const devices = { LED1: 'D1', LED2: 'D2', LED3: 'D3', BTN1: 'D24', BTN2: 'D25', BTN3: 'D26', BTN4: 'D27' };
  return {
    name: 'the emulated board',
    family: 'EMULATOR',
    variables: 5000,
    pins,
    analog: pins,
    devices,
    serial: 6,
    spi: 3,
    i2c: 3,
    modules: ['Flash', 'Storage'],
    parts: ['I2C', 'SPI', 'Serial', 'OneWire', 'Waveform', 'Graphics'],
  };
}

/** Names of all boards whose facts are known, as `process.env.BOARD` has them. */
export const BOARDS: readonly string[] = Object.keys(RAW);

/** @param board `process.env.BOARD` */
export function boardOf(board: string): BoardTable | undefined {
  if (board === EMULATED) return emulated();
  const raw = RAW[board];
  return (
    raw && {
      ...raw,
      pins: words(raw.pins),
      analog: words(raw.analog),
      modules: words(raw.modules),
      parts: words(raw.parts),
    }
  );
}

/** Modules of the board's firmware; of an unknown board nothing is known. */
export function firmwareModules(board: string): readonly string[] | undefined {
  return boardOf(board)?.modules;
}

/** Every pin that some board has. */
export function allPins(): ReadonlySet<string> {
  return new Set([...BOARDS.flatMap((one) => words(RAW[one]?.pins ?? '')), ...emulated().pins]);
}

function text(file: string): string {
  return readFileSync(inPackage('shared', file), 'utf8');
}

/** The parts of peripherals.d.ts that some of these boards have. */
function peripherals(boards: readonly BoardTable[]): string {
  const [head = '', ...parts] = text('peripherals.d.ts').split(/^\/\/ Where the firmware has /m);
  const there = parts.filter((part) =>
    boards.some((board) => board.parts.includes(part.slice(0, part.indexOf('\n')))),
  );
  return [head, ...there.map((part) => part.slice(part.indexOf('\n') + 1))].join('\n');
}

function isOn({ boards, except }: Group, board: string): boolean {
  return boards === undefined ? !words(except ?? '').includes(board) : words(boards).includes(board);
}

/** A member of `E`, which is a namespace. */
function exported(member: string): string {
  return /^\w+\(/.test(member) ? `function ${member};` : `const ${member};`;
}

const NAME = /^(?:const|function) (\w+)/;

/** The API beyond what every board has. */
function extras(names: readonly string[]): string[] {
  const globals = new Map<string, string>();
  const statics = new Map<string, Set<string>>();
  const methods = new Map<string, Set<string>>();
  for (const group of API.filter((one) => names.some((name) => isOn(one, name))))
    for (const member of group.members.split('; ')) {
      const name = NAME.exec(member)?.[1];
      if (group.of === '' && name !== undefined) {
        if (!globals.has(name)) globals.set(name, `declare ${member};`);
        continue;
      }
      const table = group.kind === 'static' ? statics : methods;
      const known = table.get(group.of) ?? new Set<string>();
      table.set(group.of, known.add(member));
    }
  const lines = [...globals.values()];
  for (const [of, members] of statics)
    if (of === 'E') lines.push(`declare namespace E { ${[...members].map(exported).join(' ')} }`);
    else lines.push(`declare const ${of}: { ${[...members].join('; ')} };`);
  for (const [of, members] of methods) lines.push(`interface ${of} { ${[...members].join('; ')} }`);
  return lines;
}

/**
 * All that TypeScript has to know of a board beside `lib.es5` and `lib.es2015.promise`: no other declarations of
 * Espruino may be there. Names that the board lacks are not declared.
 * @param board `process.env.BOARD`; absent, or unknown: what any board has
 */
export function declarations(board?: string): string {
  const known = board === undefined || board === EMULATED ? undefined : boardOf(board);
  const names = known === undefined || board === undefined ? BOARDS : [board];
  const boards = names.flatMap((name) => boardOf(name) ?? []);
  const pins = known ? known.pins : [...allPins()];
  const lines = [
    `declare const ${[...new Set(pins)].map((pin) => `${pin}: Pin`).join(', ')};`,
    ...extras(names),
  ];
  if (names.some((name) => WITH_SCREEN.includes(name))) lines.push('declare var g: Graphics;');
  if (known === undefined)
    for (const name of Object.keys(emulated().devices))
      if (!lines.some((line) => line.startsWith(`declare const ${name}:`)))
        lines.push(`declare const ${name}: Pin;`);
  return `${text('espruino.d.ts')}\n${peripherals(boards)}\n${lines.join('\n')}\n`;
}

/** Objects of the board's own, and what they have: `NRF`, `Puck`…; of ports nothing. */
export function objectsOf(board: string): Record<string, string[]> {
  const found: Record<string, string[]> = board === EMULATED ? { USB: [] } : {};
  for (const group of board === EMULATED ? [] : API.filter((one) => isOn(one, board)))
    for (const member of group.members.split('; ')) {
      const [, port] = /^const (USB|Bluetooth|Terminal|Telnet):/.exec(member) ?? [];
      if (port !== undefined) found[port] = [];
      const [, method] = /^(\w+)\(/.exec(member) ?? [];
      if (
        group.kind === 'static' &&
        group.of !== 'E' &&
        method !== undefined &&
        method !== 'on' &&
        method !== 'new'
      )
        (found[group.of] ??= []).push(method);
    }
  return found;
}

/** Why a name that TypeScript does not find is not there, if it is one that other boards have. */
export function explainMissing(name: string, board: string | undefined): string | undefined {
  if (board === undefined || !boardOf(board)) return undefined;
  if (allPins().has(name)) return `${board} has no pin ${name}`;
  if (/^(LED|BTN)\d?$/.test(name)) return `${board} has no ${name}`;
  const isElsewhere = new RegExp(`\\b(?:const|var|function) ${name}\\b`).test(declarations());
  return isElsewhere ? `the firmware of ${board} has no ${name}` : undefined;
}
