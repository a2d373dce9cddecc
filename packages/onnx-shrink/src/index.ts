export {
  type Change,
  type GroupMember,
  type HeldGroup,
  type Importance,
  type KeptAlong,
  type ListedGroup,
  type ListedGroups,
  type ListedMember,
  type RankedGroup,
  type RankedMember,
  reportTable,
  type ShrinkReport,
  type ShrinkTarget,
  type ShrunkGroup,
  type ShrunkTensor,
} from '@synaprune/axes';
export { channelGroups } from './channel-groups.js';
export { channelImportance, type ImportanceOptions } from './channel-importance.js';
export type { ShrinkErrorCode } from './error-codes.js';
export type { ChannelOptions, ShrinkOnnxOptions } from './options.js';
export { type DeadChannelOptions, removeDeadChannels } from './remove-dead-channels.js';
export { type ShrunkOnnx, shrinkOnnx } from './shrink-onnx.js';
