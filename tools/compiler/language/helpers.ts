/**
 * What Espruino lacks of the language, in the words that it understands: each is put in front of a script that needs it.
 * A helper must give what the language promises, on Espruino as on V8, and use nothing that Espruino runs otherwise.
 */
import { COLLECTIONS } from './helpers/collections';
import { ERRORS } from './helpers/errors';
import { GENERATORS } from './helpers/generators';
import { LISTS } from './helpers/lists';
import { NUMBERS } from './helpers/numbers';
import { REGEXPS } from './helpers/regexps';
import { TEXTS } from './helpers/texts';

/** What stands behind one name that is put into scripts. */
export interface Helper {
  /** What it is for, as its user would call it. */
  readonly means: string;
  /** Its declaration, in which `$name` is the helper of that name. */
  readonly code: string;
  readonly needs?: readonly HelperName[];
  /** Statements that stand for it, rather than a name to be called. */
  readonly runs?: boolean;
}

export type HelperName =
  | keyof typeof COLLECTIONS
  | keyof typeof ERRORS
  | keyof typeof GENERATORS
  | keyof typeof LISTS
  | keyof typeof NUMBERS
  | keyof typeof REGEXPS
  | keyof typeof TEXTS;

export const HELPERS: Readonly<Record<HelperName, Helper>> = {
  ...LISTS,
  ...COLLECTIONS,
  ...ERRORS,
  ...GENERATORS,
  ...NUMBERS,
  ...REGEXPS,
  ...TEXTS,
} as Readonly<Record<HelperName, Helper>>;
