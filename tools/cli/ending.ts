/**
 * When a command that runs on has to end though nobody pressed its key: a signal, nobody who reads it, or the end of the
 * npm that started it. It must not end one that was left alone on purpose, as by `nohup`.
 */

/** How often the parent is looked for, ms. */
const LOOK_EVERY = 250;

/** As early as it can be asked. */
const parent = process.ppid;

/**
 * npm hands a signal to the shell that it runs a script in, which ends by it and tells nobody: what the script had started
 * gets another parent and would run on. A person's own shell may end before what it started, so only npm's counts.
 */
const ofNpm = process.env['npm_lifecycle_event'] !== undefined;

/** @param end may be called more than once */
export function heedEnd(end: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  process.stdout.on('error', end);
  if (!ofNpm) return;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    end();
  }, LOOK_EVERY);
  looking.unref();
}
