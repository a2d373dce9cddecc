export { createAxes, SizesDiffer } from './axes/axes.js';
export type { Axes } from './axes/axes-api.js';
export type { Axis, AxisState, Side } from './axes/axis.js';
export {
  type Dim,
  dimAt,
  divideDim,
  type OpenDim,
  openDim,
  productOf,
  sameDim,
  showDim,
  timesDim,
} from './axes/dim.js';
export type { AxesErrorCode } from './error-codes.js';
export { type Convolved, convolve, type Filters } from './moves/convolution.js';
export { elementwise, type ZeroWhen } from './moves/elementwise.js';
export { concat, pick, squeeze, transpose, unsqueeze, withAxis } from './moves/layout.js';
export { normaliseChannels, normaliseGroups, normaliseOver } from './moves/normalisation.js';
export { type AxisOf, contract, matMul } from './moves/products.js';
export { type RecurrentWeights, recurrentUnits } from './moves/recurrent.js';
export { holdAcross, type Reduction, reduce } from './moves/reductions.js';
export { reshape } from './moves/reshape.js';
export {
  type AxedValue,
  computed,
  dimsOf,
  heldValue,
  holdAll,
  holdSome,
  type Place,
  whyAt,
} from './moves/value.js';
export { type Kept, keepOneEach, keptAlong, keptCount, mostImportant } from './plan/choose-kept.js';
export { takeBytes } from './plan/cut.js';
export {
  type ChannelGroup,
  type ChannelGroups,
  chooseGroups,
  type HeldChannels,
  type Member,
  type TensorAxes,
} from './plan/groups.js';
export { channelSums, type Norm, sliceSums } from './plan/importance.js';
export {
  type Analysis,
  analyse,
  type FollowedTensors,
  type Lengths,
  lengthsOf,
  type ModelSize,
  type ShrinkTensor,
  sizeOf,
} from './shrink/analysis.js';
export { type ListedGroup, type ListedGroups, type ListedMember, listGroups } from './shrink/list-groups.js';
export { listImportance } from './shrink/list-importance.js';
export { makeReport } from './shrink/make-report.js';
export {
  type ChannelOptions,
  type Importance,
  type KeepByName,
  type RankedGroup,
  type RankedMember,
  requireChannelOptions,
  requireImportance,
  requireShrinkOptions,
  type ShrinkOptions,
  type ShrinkTarget,
} from './shrink/options.js';
export { type CutPlan, planCut } from './shrink/plan-cut.js';
export type {
  Change,
  GroupMember,
  HeldGroup,
  KeptAlong,
  ShrinkReport,
  ShrunkGroup,
  ShrunkTensor,
} from './shrink/report.js';
export { reportTable } from './shrink/report-table.js';
export { dividedBy, ofNumbers, type SizeArithmetic, shapeArithmetic } from './sizes/arithmetic.js';
export { chooseSizes, combineSizes } from './sizes/combine-sizes.js';
export {
  type KnownSize,
  knownNumber,
  LengthUnknown,
  lengthOfAxis,
  whyComputed,
} from './sizes/known-size.js';
export type { Birth, Survey, Term, UnitGroup, UnitKind, Units } from './units/units.js';
