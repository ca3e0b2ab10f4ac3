import all from './rollup.config.js';
export default [all[0]];
