export { type Axes, createAxes, SizesDiffer } from './axes/axes.js';
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
export { type Convolved, convolve, type Filters } from './moves/convolution.js';
export { elementwise, type ZeroWhen } from './moves/elementwise.js';
export { concat, pick, squeeze, transpose, unsqueeze, withAxis } from './moves/layout.js';
export { normaliseChannels, normaliseGroups, normaliseOver } from './moves/normalisation.js';
export { type AxisOf, contract, matMul } from './moves/products.js';
export { hiddenUnits, uniteGates } from './moves/recurrent.js';
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
export type { Birth, Survey, Term, UnitGroup, UnitKind, Units } from './units/units.js';
