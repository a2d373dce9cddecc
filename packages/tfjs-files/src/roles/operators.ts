import { readAttribute } from '../graph-model/attributes.js';
import type { GraphNode } from '../graph-model/graph-model.js';
import type { WeightRole } from './role.js';

/** What a weight does at an input of an operator; `undefined` where the operator is not known. */
export function roleAt(node: GraphNode, input: number, shape: readonly number[]): WeightRole | undefined {
  const fixed = ROLES[node.op]?.[input];
  if (fixed !== undefined) return fixed;
  switch (node.op) {
    case '_FusedConv2D':
    case 'FusedDepthwiseConv2dNative':
      return input === 1 ? 'kernel' : fusedRole(node, input);
    case '_FusedMatMul':
      return input < 2 ? 'kernel' : fusedRole(node, input);
    case 'Einsum':
      return 'kernel';
    case 'Add':
    case 'AddV2':
    case 'AddN':
      return shape.filter((edge) => edge > 1).length <= 1 ? 'bias' : 'position';
    default:
      return undefined;
  }
}

const ROLES: Readonly<Record<string, Readonly<Record<number, WeightRole>>>> = {
  Conv1D: { 1: 'kernel' },
  Conv2D: { 1: 'kernel' },
  Conv3D: { 1: 'kernel' },
  DepthwiseConv2d: { 1: 'kernel' },
  DepthwiseConv2dNative: { 1: 'kernel' },
  Conv2DBackpropInput: { 0: 'setting', 1: 'kernel' },
  Conv2dTranspose: { 0: 'setting', 1: 'kernel' },
  Conv3DBackpropInputV2: { 0: 'setting', 1: 'kernel' },
  MatMul: { 0: 'kernel', 1: 'kernel' },
  BatchMatMul: { 0: 'kernel', 1: 'kernel' },
  BatchMatMulV2: { 0: 'kernel', 1: 'kernel' },
  BatchMatMulV3: { 0: 'kernel', 1: 'kernel' },
  Gather: { 0: 'embedding' },
  GatherV2: { 0: 'embedding' },
  GatherNd: { 0: 'embedding' },
  ResourceGather: { 0: 'embedding' },
  SparseSegmentMean: { 0: 'embedding' },
  SparseSegmentSum: { 0: 'embedding' },
  BiasAdd: { 1: 'bias' },
  BiasAddV1: { 1: 'bias' },
  Prelu: { 1: 'slope' },
  Mul: { 0: 'scale', 1: 'scale' },
  RealDiv: { 0: 'scale', 1: 'scale' },
  Sub: { 0: 'scale', 1: 'scale' },
  FusedBatchNorm: { 1: 'normalisation', 2: 'normalisation', 3: 'statistic', 4: 'statistic' },
  FusedBatchNormV2: { 1: 'normalisation', 2: 'normalisation', 3: 'statistic', 4: 'statistic' },
  FusedBatchNormV3: { 1: 'normalisation', 2: 'normalisation', 3: 'statistic', 4: 'statistic' },
};

/** What the inputs behind a fused operator's kernel are, by what is fused into it. */
function fusedRole(node: GraphNode, input: number): WeightRole {
  const fused = readAttribute(node.json, 'fused_ops');
  const roles: WeightRole[] = [];
  for (const each of Array.isArray(fused) ? fused : []) {
    if (each === 'BiasAdd') roles.push('bias');
    if (each === 'Prelu') roles.push('slope');
    if (each === 'FusedBatchNorm') roles.push('normalisation', 'normalisation', 'statistic', 'statistic');
  }
  return roles[input - 2] ?? 'other';
}

/** Operators that give their first input in another form, all of its elements and no other. */
export const FORMS: ReadonlySet<string> = new Set([
  'Identity',
  'IdentityN',
  'Cast',
  'Transpose',
  'Reshape',
  'ExpandDims',
  'Squeeze',
  'StopGradient',
  'Snapshot',
  'Enter',
  'Exit',
  'Switch',
  'Merge',
  'NextIteration',
  'Reverse',
  'ReverseV2',
]);

/** Operators that give zeros where a constant has zeros, as long as all that they take is constant. */
export const JOINS: ReadonlySet<string> = new Set([
  'Concat',
  'ConcatV2',
  'Pack',
  'Unpack',
  'Slice',
  'StridedSlice',
  'Split',
  'SplitV',
  'Mul',
  'RealDiv',
  'Tile',
  'Pad',
  'BroadcastTo',
]);

/** Operators behind which zeros of a constant are none. */
export const SHIFTS: ReadonlySet<string> = new Set(['Add', 'AddV2', 'Sub', 'BiasAdd']);
