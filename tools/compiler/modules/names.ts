/** Which names a module may have: one must be good as a file of Storage, a file of a folder, and a part of an address. */

/** Characters of a name in Storage (Espruino src/jsflash.h, JsfFileName). */
export const MAX_NAME = 28;

/** @returns why there can be no module of this name, one line */
export function unusable(name: string): string | undefined {
  const shown = JSON.stringify(name);
  if (!name) return 'require("") names no module';
  if (/^\.{0,2}\//.test(name))
    return `${shown} is a path. Use import for a file of your own, or put it into the folder "modules" and require it by its name`;
  if (/^[a-z]+:\/\//i.test(name))
    return `${shown} is an address. Save the file in the folder "modules" beside the application, and require it by its name`;
  if (/[^\w.@/-]/.test(name) || name.split('/').some((part) => !part || part.startsWith('.')))
    return `${shown} can be no module: a name has letters, digits, and any of - _ . @ and, between names, /`;
  if (name.length > MAX_NAME)
    return `${shown} has ${String(name.length)} characters, and Espruino finds modules of at most ${String(MAX_NAME)} by name`;
  return undefined;
}
