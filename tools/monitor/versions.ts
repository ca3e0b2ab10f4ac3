/**
 * Whether what a board runs goes with what these tools put on boards: two boards of a pair whose bundles are of different
 * versions do not understand each other. Pure.
 */
import { crcOf } from '../flash/board-storage';
import type { Upload } from '../flash/history';
import { packageVersion } from '../package';
import type { Program } from './facts';

/** A bundle's first line, without its slashes. */
const BUNDLE = /^espruino-mqtt-link (\S+) (target|host-.*)$/;

/** What these tools would put on boards. */
export interface Tools {
  /** The target's bundle. */
  readonly target: string;
  /** Of the library, see `Upload`; absent where it is compared with nothing. */
  readonly library: number | undefined;
}

/** An upload's time for a person. */
const timeOf = ({ time }: Upload): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** @returns whether it is known that a host got another library than that of these tools */
const isOtherLibrary = (upload: Upload | undefined, { library }: Tools): upload is Upload =>
  upload?.library !== undefined && upload.library !== library;

/**
 * @param other the last upload to the board at the other end of the wires
 * @returns what to do with that one when a board has got its part of these tools, in one line; undefined: nothing
 */
export function adviseOther(other: Upload, tools: Tools): string | undefined {
  if (other.role === 'host' ? !isOtherLibrary(other, tools) : other.code === tools.target) return undefined;
  return (
    `the ${other.role} at ${other.port} got its program on ${timeOf(other)}, and it is another now: ` +
    `"mqttlink flash ${other.role}" is next, so that the two go together`
  );
}

/**
 * @returns what its owner should know and do, in one line; undefined: nothing, or the program is not of this project
 */
export function adviseProgram(program: Program | undefined, tools: Tools): string | undefined {
  const [, version, name] = BUNDLE.exec(program?.label ?? '') ?? [];
  if (program === undefined || version === undefined || name === undefined) return undefined;
  const own = packageVersion();
  const { check, upload } = program;
  if (name !== 'target') {
    if (version !== own)
      return `this host has version ${version}, these tools are ${own}: flash both boards, so that they understand each other`;
    return isOtherLibrary(upload, tools)
      ? `this host got its library on ${timeOf(upload)}, and these tools have another: a target that they flashed may not ` +
          'go with it; "mqttlink flash host" puts theirs there'
      : undefined;
  }
  const { target } = tools;
  const { length, crc } = check;
  if (length === target.length && crc === crcOf(target)) return undefined;
  return (
    `this is not the target's bundle of these tools, ${own}${version === own ? '' : ` but of ${version}`}, and may not ` +
    'understand a host that they flashed: "mqttlink flash target" puts theirs there'
  );
}
