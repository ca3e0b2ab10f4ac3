/** On what a run was made: engine, wiring, versions, processor. Must never name paths. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { findEspruino, findEspruinoTarget } from '../rig/engines/espruino';
import type { Engine } from '../rig/world';

/** What runs the boards, and how they are wired. */
export interface MeasuredBoards {
  readonly engine: Engine;
  /** The interpreters drive the wires themselves. */
  readonly native: boolean;
}

export interface Machine {
  readonly engine: string;
  readonly wiring: string;
  readonly node: string;
  readonly processor: string;
  readonly date: string;
}

function versionOf(interpreter: string | undefined): string {
  if (!interpreter) return '';
  const { stdout } = spawnSync(interpreter, ['-e', 'print(process.version, process.memory().total)'], {
    encoding: 'latin1',
    timeout: 10_000,
    killSignal: 'SIGKILL',
  });
  const [, version, variables] = /(\dv\S+) (\d+)/.exec(stdout) ?? [];
  return version ? `Espruino ${version} for Linux, ${variables} variables at start` : 'Espruino for Linux';
}

export function describeMachine(wiring: MeasuredBoards): Machine {
  const processors = cpus();
  const host = versionOf(wiring.engine === 'espruino' ? findEspruino() : undefined);
  const target = versionOf(wiring.engine === 'espruino' ? findEspruinoTarget() : undefined);
  return {
    engine:
      wiring.engine === 'emulator' ? 'emulator' : host === target ? host : `host ${host}; target ${target}`,
    wiring:
      wiring.engine === 'emulator'
        ? 'emulated, shared memory'
        : wiring.native
          ? 'native pins, shared memory'
          : 'emulated, files',
    node: process.version,
    processor: `${String(processors.length)} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
