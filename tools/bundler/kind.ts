/** What a bundle is for: a board's flash, or, statement by statement, its memory. */
export type BundleKind = 'target' | 'host' | 'checks' | 'code';
