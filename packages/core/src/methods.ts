/*
 * Methods by their usual names, made of what `createPruner` takes: distributions, schedules and regrowth. Each is a value
 * of its own, and a page carries those it uses.
 */
export { acdc, type Phases } from './dynamics/acdc.js';
export { createRewind, type Rewind } from './dynamics/create-rewind.js';
export {
  DROPOUT_RAMP,
  DROPOUT_RAMP_ELSEWHERE,
  type DropoutRamp,
  scheduleFromDropout,
} from './dynamics/dropout-ramp.js';
export { updateAnew } from './pruner/update-anew.js';
export { requireAgreement } from './replicas/require-agreement.js';
export { type Amounts, amountOfRemaining } from './schedule/amount-of-remaining.js';
export { sparsityOfCount } from './schedule/sparsity-of-count.js';
export { globalNormalized } from './selection/distributions/global-normalized.js';
export { type MappedSparsity, sparsityMap } from './selection/distributions/sparsity-map.js';
