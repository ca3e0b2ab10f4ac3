/**
 * What joins the two emulated boards and what is put on their pins: the five wires, whole, cut or crossed, and the
 * resistors of a board. It only says to the shared lines what is joined to what; levels are theirs to decide.
 */
import { HOST_PINS, TARGET_PINS } from '../../boards';
import type { WireName } from '../../boards';
import { WIRES } from './options';
import type { EmulatedOptions } from './options';
import type { HostFacts } from './realm/facts';
import { Drive, HOST_INDEX, RESET_INPUT, TARGET_INDEX } from './line-memory';
import type { BoardIndex } from './line-memory';
import type { Wires } from './wires';

/** Names that stand for the first of their kind. */
const DEVICE_NAMES: Readonly<Record<string, string>> = { LED: 'LED1', BTN: 'BTN1' };

/** Ports with their lowest and highest pins: `A0-A10 B0-B15`. */
function shownPins({ pins, devices }: HostFacts): string {
  const ports = new Map<string, number[]>();
  for (const pin of pins) ports.set(pin[0] ?? '', [...(ports.get(pin[0] ?? '') ?? []), Number(pin.slice(1))]);
  const ranges = [...ports].map(
    ([port, all]) => `${port}${String(Math.min(...all))} to ${port}${String(Math.max(...all))}`,
  );
  return [...ranges, ...Object.keys(devices)].join(', ');
}

function targetPin(wire: WireName): number {
  return wire === 'reset' ? RESET_INPUT : TARGET_PINS[wire];
}

/** All that is joined to the two boards' pins. */
export class PairWiring {
  readonly #hostPins: Readonly<Record<WireName, number>>;
  readonly #cut = new Map<WireName, 0 | 1>();
  #swapped: readonly [WireName, WireName] | null = null;

  constructor(
    private readonly wires: Wires,
    private readonly facts: HostFacts,
    options: EmulatedOptions,
  ) {
    this.#hostPins = Object.fromEntries(
      WIRES.map((wire) => [
        wire,
        facts.pins.indexOf(options.hostPins?.[wire] ?? `D${String(HOST_PINS[wire])}`),
      ]),
    ) as Record<WireName, number>;
    wires.resistor(TARGET_INDEX, RESET_INPUT, Drive.WeakHigh);
    // What every ESP8266 module has, to start at all.
    wires.resistor(TARGET_INDEX, 0, Drive.WeakHigh);
    wires.resistor(TARGET_INDEX, 2, Drive.WeakHigh);
    wires.resistor(TARGET_INDEX, 15, Drive.WeakLow);
    wires.invertReset(options.resetInverted === true);
    this.#connect();
  }

  cut(wire: WireName, isCut: boolean, stuck: 0 | 1): void {
    if (isCut) this.#cut.set(wire, stuck);
    else this.#cut.delete(wire);
    this.#connect();
  }

  swap(pair: readonly [WireName, WireName] | null): void {
    this.#swapped = pair;
    this.#connect();
  }

  disturb(wire: WireName, probability: number, seed: number): void {
    const [board, pin] = this.#reader(wire);
    this.wires.disturb(board, pin, probability, seed);
  }

  /** Joins the host's `sckin` to its own `sckout`, instead of the target, or puts that right. */
  loopBack(on: boolean): void {
    const { sckin, sckout } = this.#hostPins;
    if (on) this.wires.disconnect(HOST_INDEX, sckin);
    else this.#connect();
    this.wires.loop(HOST_INDEX, sckin, on ? sckout : undefined);
  }

  /** Puts a level on a pin of the host; without one lets go of it. */
  setLevel(pin: string, level: 0 | 1 | undefined): void {
    this.wires.disconnect(HOST_INDEX, this.#hostPin(pin), level);
  }

  /** Puts a voltage on a pin of the host, 0 to 1 of the supply; without one lets go of it. */
  setAnalog(pin: string, value: number | undefined): void {
    const found = this.#hostPin(pin);
    this.wires.setAnalog(HOST_INDEX, found, value ?? NaN);
    this.wires.disconnect(HOST_INDEX, found, value === undefined ? undefined : value >= 0.5 ? 1 : 0);
  }

  /** The wire whose target end a host line is joined to. */
  #farEnd(wire: WireName): WireName {
    if (this.#swapped === null) return wire;
    const [a, b] = this.#swapped;
    return wire === a ? b : wire === b ? a : wire;
  }

  #connect(): void {
    for (const wire of WIRES) {
      const stuck = this.#cut.get(wire);
      const far = targetPin(this.#farEnd(wire));
      if (stuck === undefined) this.wires.connect(this.#hostPins[wire], far);
      else {
        this.wires.disconnect(HOST_INDEX, this.#hostPins[wire], stuck);
        // A cut reset line leaves the reset input to its pull-up.
        this.wires.disconnect(TARGET_INDEX, far, far === RESET_INPUT ? undefined : stuck);
      }
    }
  }

  /** The end of a wire that reads. */
  #reader(wire: WireName): [BoardIndex, number] {
    return wire === 'srx' || wire === 'sckin'
      ? [HOST_INDEX, this.#hostPins[wire]]
      : [TARGET_INDEX, targetPin(this.#farEnd(wire))];
  }

  /** Number of a pin of the host, by its name or that of what is on it. */
  #hostPin(name: string): number {
    const { facts } = this;
    const found = facts.pins.indexOf(facts.devices[DEVICE_NAMES[name] ?? name] ?? name);
    if (found < 0) throw new Error(`${name} is no pin of ${facts.board}. It has ${shownPins(facts)}`);
    const wire = WIRES.find((one) => this.#hostPins[one] === found);
    if (wire) throw new Error(`${name} is the link's ${wire}: nothing else can be put on it`);
    return found;
  }
}
