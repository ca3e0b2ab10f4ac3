/** The files of Storage that a board runs when it starts, each by itself: what one throws does not keep the next from running. */
import type { BootProgram, Natives } from '../natives';
import type { ErrorFlags } from './errors';
import type { Injection } from './injection';
import type { EmulatedStorage } from './storage';

/** In this order. The last is the saved program. */
const FILES = ['.boot0', '.boot1', '.boot2', '.boot3', '.bootrst', '.bootcde'];

/** Bytes of the files that are there. */
export function bootSize(storage: EmulatedStorage): number {
  let size = 0;
  for (const file of FILES) size += storage.read(file)?.length ?? 0;
  return size;
}

export function runBootFiles(
  program: BootProgram,
  natives: Pick<Natives, 'run'>,
  storage: EmulatedStorage,
  around: {
    readonly injection: Injection;
    readonly errors: ErrorFlags;
    readonly report: (thrown: unknown) => unknown;
  },
): void {
  const own = program.kind === 'saved' ? FILES : FILES.slice(0, -1);
  for (const file of program.kind === 'file' ? own.concat(program.name) : own) {
    const source = storage.read(file);
    if (source === undefined) continue;
    around.injection.boot(true);
    try {
      natives.run(source, file);
    } catch (thrown) {
      around.report(thrown);
    }
    around.injection.boot(false);
    around.errors.check();
  }
}
