/**
 * Makes JavaScript of the tools, for a package: nobody who installs it has a compiler of ours, and a program that is
 * compiled each time starts late. All of it lies in one folder, so that a file finds beside itself what its source does.
 * It must hold no part of other packages: those npm brings.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BOARDS, declarations } from '../config/boards';
import { inPackage } from '../package';
import { BOARD_CODE, bundleBoardCode } from '../rig/engines/emulator/code';

/** Where it goes, in the package. */
export const PROGRAM = 'dist/tools';

/** What the tools start as a process of its own, or read as it is. */
const BESIDE = ['tools/flash/cli-port.js'];
const FIRMWARE = 'tools/rig/engines/espruino/firmware';

/** @param folder what is there is lost */
export async function buildProgram(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'firmware'), { recursive: true });
  await build({
    entryPoints: [inPackage('tools/cli/mqttlink.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
    chunkNames: '[name]-[hash]',
    logLevel: 'warning',
  });
  for (const path of BESIDE) copyFileSync(inPackage(path), join(folder, path.replace(/^.*\//, '')));
  for (const name of readdirSync(inPackage(FIRMWARE)))
    copyFileSync(inPackage(FIRMWARE, name), join(folder, 'firmware', name));
  const code = bundleBoardCode();
  for (const [name, file] of Object.entries(BOARD_CODE))
    writeFileSync(join(folder, file), code[name as keyof typeof code]);
}

/** What an editor has to know of each board, and of any. @param folder what is there is lost */
export function writeTypes(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'any.d.ts'), declarations());
  for (const board of BOARDS) writeFileSync(join(folder, `${board}.d.ts`), declarations(board));
}
