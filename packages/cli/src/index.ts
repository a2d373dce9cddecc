export type { CliErrorCode } from './error-codes.js';
export { runSynaprune } from './run-synaprune.js';
