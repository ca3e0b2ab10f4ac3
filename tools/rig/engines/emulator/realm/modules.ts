/**
 * Modules of a board: those of its firmware, those of its Storage, and those that a program or a tool has put among them.
 * A module's source is run once, in the program's realm.
 */
import type { Natives } from '../natives';

/** Where modules come from. */
export interface ModuleSources {
  /** Of the firmware. */
  readonly builtin: Readonly<Record<string, object>>;
  /** The source of a file in Storage. */
  read(name: string): string | undefined;
  /** Why the firmware's own module is not there, if it has one by that name. */
  lacks(name: string): string | undefined;
}

export function createRealmModules(natives: Natives, sources: ModuleSources): Record<string, unknown> {
  const cached: Record<string, unknown> = {};

  function evaluate(source: string, name: string): unknown {
    const module: { exports: unknown } = { exports: {} };
    const body = natives.run(`(function(exports,module){${source}\n})`, name) as (
      a: unknown,
      b: unknown,
    ) => void;
    body.call(module.exports, module.exports, module);
    return module.exports;
  }

  function requireModule(name: unknown): unknown {
    if (typeof name !== 'string')
      throw new TypeError('Expecting a module name as a string, but got ' + typeof name);
    if (cached[name] !== undefined) return cached[name];
    const own = sources.builtin[name];
    const source = own === undefined ? sources.read(name) : undefined;
    if (own === undefined && source === undefined)
      throw new Error(sources.lacks(name) ?? `Module "${name}" not found`);
    cached[name] = source === undefined ? own : evaluate(source, name);
    return cached[name];
  }

  return {
    require: requireModule,
    Modules: {
      addCached(name: string, module: unknown) {
        // Of a function the text of its body is taken, whatever it was made in (Espruino src/jsparse.c:3337).
        const text = typeof module === 'function' ? String(module).replace(/^[^{]*\{|\}$/g, '') : module;
        cached[name] = typeof text === 'string' ? evaluate(text, name) : text;
      },
      getCached: () => Object.keys(cached),
      removeCached(name: string) {
        delete cached[name];
      },
      removeAllCached() {
        for (const name of Object.keys(cached)) delete cached[name];
      },
    },
  };
}
