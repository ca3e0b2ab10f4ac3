/** Entry of the emulator: what the tools and tests may use of it. */
export { createEmulatedPair } from './pair';
export type { EmulatedPair } from './pair';
