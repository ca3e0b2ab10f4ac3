/**
 * Where the Espruino interpreter for Linux is. Must never take another
 * program for it: the pair would wait for boards that never come up.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

const NAME = 'espruino-linux';

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((directory) => resolve(directory, name))
    .find(executable);
}

// The word Espruino alone would let its command line tool for real boards pass.
function isInterpreter(path: string): boolean {
  const { stdout, stderr } = spawnSync(path, ['--help'], {
    encoding: 'latin1',
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  return /JavaScript immediate mode/.test(`${stdout}${stderr}`);
}

const checked = new Map<string, string>();

function interpreter(given: string, source: string): string {
  const known = checked.get(given);
  if (known) return known;
  const path = given.includes('/') ? resolve(given) : onPath(given);
  if (!path || !executable(path))
    throw new Error(`${source} names "${given}", which is not an executable file`);
  if (!isInterpreter(path))
    throw new Error(`${source} names "${given}", which is not the Espruino interpreter for Linux`);
  checked.set(given, path);
  return path;
}

/**
 * Path of the interpreter: what the environment variable `ESPRUINO` names,
 * else `espruino-linux` on the PATH; undefined when there is neither.
 * @throws Error, one line, when what was named is not an Espruino interpreter.
 */
export function findEspruino(): string | undefined {
  const given = process.env['ESPRUINO'];
  if (given) return interpreter(given, 'ESPRUINO');
  return onPath(NAME) ? interpreter(NAME, 'PATH') : undefined;
}

/**
 * Path of the interpreter for the target: what `ESPRUINO_TARGET` names (for
 * example a build with the ESP8266's 1600 variables), else `findEspruino()`.
 * @throws Error as `findEspruino`.
 */
export function findEspruinoTarget(): string | undefined {
  const given = process.env['ESPRUINO_TARGET'];
  return given ? interpreter(given, 'ESPRUINO_TARGET') : findEspruino();
}
