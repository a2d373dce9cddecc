export type {
  Change,
  GroupMember,
  HeldGroup,
  KeptAlong,
  ShrinkReport,
  ShrunkGroup,
  ShrunkTensor,
} from './report.js';
export { type ShrinkOnnxOptions, shrinkOnnx } from './shrink-onnx.js';
