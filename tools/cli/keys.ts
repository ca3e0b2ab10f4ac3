/**
 * Keys of a command that runs on: at once on a terminal, each with Enter elsewhere. It must leave alone a terminal that
 * another program has, for the system stops whoever touches it from the background.
 */
import { spawnSync } from 'node:child_process';
import { createInterface, emitKeypressEvents } from 'node:readline';

/** What is done at each key; `q` is also Ctrl-C. */
export type Keys = Readonly<Record<string, () => unknown>> & { readonly q: () => unknown };

/** Without job control, as on Windows, there is no background. */
function inForeground(): boolean {
  const { stdout, status } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [group, foreground] = status === 0 ? stdout.trim().split(/\s+/) : [];
  return group === foreground;
}

/** @returns gives the terminal back */
export function takeKeys(keys: Keys): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) {
    createInterface({ input: stdin }).on('line', (line) => keys[line.trim()]?.());
    return () => undefined;
  }
  // Nobody tells a program that a shell brings it to the foreground later on: Ctrl-C ends it there.
  if (!inForeground()) return () => undefined;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', (_text, key: { name?: string; ctrl?: boolean }) => {
    if (key.ctrl && key.name === 'c') keys.q();
    else if (!key.ctrl) keys[key.name ?? '']?.();
  });
  stdin.resume();
  return () => void stdin.setRawMode(false);
}
