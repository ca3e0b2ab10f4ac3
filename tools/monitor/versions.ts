/**
 * Whether what a board runs goes with what these tools put on boards: two boards of a pair whose bundles are of different
 * versions do not understand each other. Pure.
 */
import { crcOf } from '../flash/board-storage';
import { packageVersion } from '../package';
import type { Program } from './facts';

/** A bundle's first line, without its slashes. */
const BUNDLE = /^espruino-mqtt-link (\S+) (target|host-.*)$/;

/**
 * @param target the target's bundle that these tools would put on a board
 * @returns what its owner should know and do, in one line; undefined: nothing, or the program is not of this project
 */
export function adviseProgram(program: Program | undefined, target: string): string | undefined {
  const [, version, name] = BUNDLE.exec(program?.label ?? '') ?? [];
  if (program === undefined || version === undefined || name === undefined) return undefined;
  const own = packageVersion();
  if (name !== 'target')
    return version === own
      ? undefined
      : `this host has version ${version}, these tools are ${own}: flash both boards, so that they understand each other`;
  const { length, crc } = program.check;
  if (length === target.length && crc === crcOf(target)) return undefined;
  return (
    `this is not the target's bundle of these tools, ${own}${version === own ? '' : ` but of ${version}`}, and may not ` +
    'understand a host that they flashed: "mqttlink flash target" puts theirs there'
  );
}
