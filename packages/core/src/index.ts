export { PruneError, type PruneErrorCode } from './checks/errors.js';
export type { Notice } from './checks/notice.js';
export type {
  Awaitable,
  BackendManifest,
  BlockPattern,
  ChannelPattern,
  Cut,
  CutGroup,
  ElementPattern,
  Extent,
  GroupCut,
  GroupPattern,
  Item,
  Pattern,
  Score,
  Selection,
  TensorBackend,
  ThresholdCut,
} from './contract/backend.js';
export { findCutByCounting } from './contract/counting-search.js';
export {
  floatOfMagnitude,
  INFINITY_MAGNITUDE,
  LARGEST_MAGNITUDE,
  magnitudeOf,
  QUIET_NAN_MAGNITUDE,
  SMALLEST_NORMAL_MAGNITUDE,
} from './contract/magnitude.js';
export { countBits, fromBase64, packedLength, toBase64 } from './contract/packed-bits.js';
export { randomMagnitude, weightSeed } from './contract/random-score.js';
export type { PrunerOptions } from './pruner/options.js';
export { createPruner, type Pruner } from './pruner/pruner.js';
export type { PruningReport, SparsityCount, WeightReport } from './pruner/report.js';
export type { RestoreOptions } from './pruner/restore-options.js';
export type { MaskState, PrunerState, StateOptions } from './pruner/state.js';
export type { UpdateResult } from './pruner/update.js';
export {
  constantSparsity,
  cosineRamp,
  linearRamp,
  oneShot,
  type PolynomialRamp,
  polynomialDecay,
  type Ramp,
  type Schedule,
  synapticRamp,
} from './schedule/schedules.js';
export {
  magnitudeScore,
  type NamedWeight,
  randomScore,
  type ScoreOption,
  tensorScore,
} from './score/scores.js';
export { elementBudget, publishedBudget } from './selection/budget.js';
export type { Floor } from './selection/floor.js';
export { type Candidate, type Selector, selectWeights } from './selection/selectors.js';
