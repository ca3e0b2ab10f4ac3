/** Inputs and watched outputs of a world, as a command has them: read, checked, put on the host, and told. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { applyInput, checkSteps, describeInput, play } from './feed';
import type { Peripherals } from './peripherals';
import { parseInput, parseSteps } from './steps';
import type { Input, Step } from './steps';
import { createWatch } from './watch';

/** What the options of a command give. */
export interface InputOptions {
  readonly input?: readonly Input[];
  /** Path of a file of steps. */
  readonly steps?: string;
}

/** Parser of a repeatable option. */
export function collectInput(text: string, before: readonly Input[] = []): Input[] {
  try {
    return [...before, parseInput(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function read(path: string): Step[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
  return parseSteps(text, path);
}

/**
 * @param devices LEDs and buttons of the board, and their pins
 * @returns ends it
 * @throws Error for what the board lacks, and where the engine has no pins
 */
export async function startInputs(
  { input = [], steps }: InputOptions,
  { peripherals }: { readonly peripherals: Peripherals | undefined },
  devices: Readonly<Record<string, string>>,
  say: (who: string, text: string) => void,
): Promise<() => void> {
  if (!peripherals) {
    if (input.length || steps !== undefined)
      throw new Error(
        'The real interpreter for Linux has no pins but those of the link: inputs need the emulator',
      );
    return () => undefined;
  }
  const plan = steps === undefined ? [] : read(steps);
  if (steps !== undefined) checkSteps(plan, steps, peripherals);
  const watch = createWatch(devices, (text) => say('host', text));
  const endWatching = peripherals.onOutput((output) => watch.see(output));
  for (const one of input) applyInput(one, peripherals);
  const endSteps = play(plan, peripherals, (step) => say('', describeInput(step.input)));
  return Promise.resolve(() => {
    endSteps();
    endWatching();
    watch.stop();
  });
}
