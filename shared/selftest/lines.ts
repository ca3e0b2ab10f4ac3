/**
 * A board's end of the lines, pin by pin, at the tool's command: one pin
 * drives at most, all others are inputs. So even crossed wires never make two
 * outputs work against each other. It judges nothing: the tool compares what
 * both ends see.
 */
import { SelftestSetup, setup } from './report';

interface LinesSetup extends SelftestSetup {
  /** For each pin its mode as an input, as an output, and its level before it is let go. */
  readonly modes: [input: 'input' | 'input_pullup', output: 'output' | 'opendrain', rest: number][];
}

declare const global: { drive: (index: number, level: number) => void; look: () => number[] };

const own = setup<LinesSetup>();
const pins = own.pins;
let driving = -1;

function release(index: number): void {
  if (index === driving) digitalWrite(pins[index], own.modes[index][2]);
  pinMode(pins[index], own.modes[index][0]);
}

/** Sets a pin to a level; -1: none. */
global.drive = function (index, level) {
  for (let i = 0; i < pins.length; i++) if (i !== index) release(i);
  driving = index;
  if (index < 0) return;
  pinMode(pins[index], own.modes[index][1]);
  digitalWrite(pins[index], level);
};

/** Levels of all pins. */
global.look = function () {
  return pins.map(function (pin) {
    return digitalRead(pin) ? 1 : 0;
  });
};
