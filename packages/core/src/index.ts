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
} from './backend.js';
export { elementBudget, publishedBudget } from './budget.js';
export { findCutByCounting } from './counting-search.js';
export { PruneError, type PruneErrorCode } from './errors.js';
export type { Floor } from './floor.js';
export {
  floatOfMagnitude,
  INFINITY_MAGNITUDE,
  LARGEST_MAGNITUDE,
  magnitudeOf,
  QUIET_NAN_MAGNITUDE,
  SMALLEST_NORMAL_MAGNITUDE,
} from './magnitude.js';
export type { Notice } from './notice.js';
export type { PrunerOptions } from './options.js';
export { countBits, packedLength } from './packed-bits.js';
export { createPruner, type Pruner } from './pruner.js';
export { randomMagnitude, weightSeed } from './random-score.js';
export type { PruningReport, SparsityCount, WeightReport } from './report.js';
export type { RestoreOptions } from './restore-options.js';
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
} from './schedules.js';
export { magnitudeScore, type NamedWeight, randomScore, type ScoreOption, tensorScore } from './scores.js';
export { type Candidate, type Selector, selectWeights } from './selectors.js';
export type { MaskState, PrunerState, StateOptions } from './state.js';
export type { UpdateResult } from './update.js';
