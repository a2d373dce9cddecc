export { PruneError, type PruneErrorCode } from './checks/errors.js';
export type { Every } from './checks/every.js';
export type { Notice } from './checks/notice.js';
export type {
  Awaitable,
  BackendManifest,
  Blocks,
  Cut,
  CutGroup,
  Extent,
  GroupsAlong,
  Item,
  MaskedWeight,
  PooledItem,
  Pooling,
  Score,
  TensorBackend,
} from './contract/backend.js';
export type { OptionalVerb } from './contract/backend-checks.js';
export { findCutByCounting } from './contract/counting-search.js';
export { guardBackend } from './contract/guard-backend.js';
export {
  floatOfMagnitude,
  INFINITY_MAGNITUDE,
  LARGEST_MAGNITUDE,
  magnitudeOf,
  QUIET_NAN_MAGNITUDE,
  SMALLEST_NORMAL_MAGNITUDE,
} from './contract/magnitude.js';
export { countBits, fromBase64, packedLength, toBase64 } from './contract/packed-bits.js';
export { poolMagnitudes } from './contract/pool-magnitudes.js';
export { randomMagnitude, weightSeed } from './contract/random-score.js';
export { blockCounts, walkBlocks, walkGroups } from './contract/walks.js';
export { type Handles, type WorkVerb, type Wrapping, wrapBackend } from './contract/wrap-backend.js';
export type { GivenMask, NamedMask } from './pruner/given-masks.js';
export type { PrunerOptions } from './pruner/options.js';
export { createPruner } from './pruner/pruner.js';
export type { Pruner } from './pruner/pruner-api.js';
export type { PruningReport, SparsityCount, WeightReport } from './pruner/report.js';
export type { RestoreOptions } from './pruner/restore-options.js';
export type { MaskState, PrunerState, Remembered, StateOptions } from './pruner/state.js';
export type { UpdateResult } from './pruner/update.js';
export {
  type Recipe,
  type RecipeOptions,
  type RecipeScore,
  readRecipe,
  type ScoreRecipe,
  type SelectorRecipe,
} from './recipe/recipe.js';
export type { Exchange } from './regrowth/cosine-fraction.js';
export { rigl } from './regrowth/rigl.js';
export { setRegrowth } from './regrowth/set-regrowth.js';
export {
  constantSparsity,
  cosineRamp,
  joinSchedules,
  linearRamp,
  oneShot,
  type PolynomialRamp,
  polynomialDecay,
  type Ramp,
  type Schedule,
  type ScheduleRecipe,
  synapticRamp,
} from './schedule/index.js';
export { activityScore } from './score/activity-score.js';
export type { Arithmetic } from './score/arithmetic.js';
export { fisherScore } from './score/fisher-score.js';
export { gradientScore } from './score/gradient-score.js';
export { movementScore } from './score/movement-score.js';
export type { NamedWeight } from './score/named-weight.js';
export { type ObservedScore, observedScore, type Signal, type Signals } from './score/observed-score.js';
export type { OpenedMemory, Ranks, ScoreObserver } from './score/observer.js';
export { packMemory, type ScoreMemory, unpackMemory } from './score/pack-memory.js';
export { rankSigned } from './score/rank-signed.js';
export { saliencyScore, snipScore } from './score/saliency-score.js';
export {
  magnitudeScore,
  type PlainScore,
  randomScore,
  type ScoreOption,
  tensorScore,
} from './score/scores.js';
export { wandaScore } from './score/wanda-score.js';
export { elementBudget, publishedBudget } from './selection/budget.js';
export {
  type DistributedWeight,
  type Distribution,
  type DistributionFunction,
  erk,
  type NamedDistribution,
  type RescalingFunction,
} from './selection/distributions/index.js';
export type { Floor } from './selection/floor.js';
export type { BlockPattern } from './selection/patterns/block.js';
export type { AxisPattern, ChannelPattern, GroupPattern } from './selection/patterns/channel.js';
export type { ElementPattern } from './selection/patterns/element.js';
export type { ChannelGroup, ChannelMember } from './selection/patterns/groups/channel-groups.js';
export type { PatternOption } from './selection/patterns/index.js';
export type { NOfMPattern } from './selection/patterns/n-of-m.js';
export type { LotCount as ChannelCount } from './selection/patterns/pattern.js';
export type { GrowthFraction, Regrowth } from './selection/regrowth.js';
export {
  applySelect,
  type Candidate,
  readSelect,
  type Select,
  type SelectLists,
  type Selector,
  selectWeights,
} from './selection/selectors.js';
