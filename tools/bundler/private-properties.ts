/**
 * Which properties get short names: on a board a name longer than four characters costs a variable more, wherever it
 * stands. The name alone says it, by the convention in .github/CONTRIBUTING.md, so there must never be a list beside it.
 */

/** A property whose name starts with one underscore is private to its bundle. */
export const PRIVATE = /^_[^_]/;
