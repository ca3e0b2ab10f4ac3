/** Entry of the boards on the real interpreter: what the tools and tests may use of it. */
export { findEspruino, findEspruinoTarget } from './find';
export { hasNativeWires } from './native-wires';
export { createEspruinoPair, haveNativeWires } from './pair';
