export {
  channelGroups,
  type ListedGroup,
  type ListedGroups,
  type ListedMember,
} from './channel-groups.js';
export type { ShrinkErrorCode } from './error-codes.js';
export type {
  ChannelOptions,
  Importance,
  RankedGroup,
  RankedMember,
  ShrinkOnnxOptions,
  ShrinkTarget,
} from './options.js';
export type {
  Change,
  GroupMember,
  HeldGroup,
  KeptAlong,
  ShrinkReport,
  ShrunkGroup,
  ShrunkTensor,
} from './report/report.js';
export { reportTable } from './report/report-table.js';
export { type ShrunkOnnx, shrinkOnnx } from './shrink-onnx.js';
