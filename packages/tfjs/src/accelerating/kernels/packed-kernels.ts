import type { Activation } from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs-core';
import { multiplyTensors, stationOf } from '../machine/station.js';
import { packedOf } from '../packed/packed-tensors.js';

/** What a kernel of tfjs is called with. */
export interface KernelCall {
  readonly inputs: tf.NamedTensorInfoMap;
  readonly backend: unknown;
  readonly attrs?: tf.NamedAttrMap | undefined;
}

/** Makes what a kernel makes, if by packed weights; else nothing. */
export type PackedKernel = (call: KernelCall) => tf.TensorInfo | undefined;

/** What a matrix product or convolution is, as samples times a matrix. */
interface Matrices {
  readonly inputs: tf.TensorInfo;
  readonly kernel: tf.TensorInfo;
  readonly shape: number[];
}

/** Fused kernels also have a bias and an activation; both names are those of tfjs. */
type Kind = (call: KernelCall) => Matrices | undefined;

const product: Kind = ({ inputs: { a, b }, attrs = {} }) => {
  if (attrs.transposeA === true || attrs.transposeB === true) return undefined;
  const [rows, outer] = [a!.shape.slice(0, -1), b!.shape.slice(0, -2)];
  // One matrix for all samples: not one each.
  if (outer.some((edge) => edge !== 1) || outer.length >= a!.shape.length) return undefined;
  return { inputs: a!, kernel: b!, shape: [...rows, b!.shape[b!.shape.length - 1]!] };
};

const convolution: Kind = ({ inputs: { x, filter }, attrs = {} }) => {
  const [height, width, , outputs] = filter!.shape;
  const { strides, pad, dataFormat } = attrs;
  const still = [strides].flat().every((stride) => stride === 1);
  const bare = typeof pad === 'string' || [pad].flat(2).every((edge) => edge === 0);
  const plain = x!.shape.length === 4 && (dataFormat === undefined || dataFormat === 'NHWC');
  if (height !== 1 || width !== 1 || !still || !bare || !plain) return undefined;
  return { inputs: x!, kernel: filter!, shape: [...x!.shape.slice(0, -1), outputs!] };
};

/** By the names that tfjs registers them under. */
export const PACKED_KERNELS: Readonly<Record<string, PackedKernel>> = {
  BatchMatMul: (call) => multiply(call, product),
  _FusedMatMul: (call) => multiply(call, product),
  Conv2D: (call) => multiply(call, convolution),
  FusedConv2D: (call) => multiply(call, convolution),
};

/** Activations that the product itself makes. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = { linear: 'linear', relu: 'relu', relu6: 'relu6' };

function multiply(call: KernelCall, kind: Kind): tf.TensorInfo | undefined {
  const { inputs, attrs = {}, backend } = call;
  const kernel = inputs.b ?? inputs.filter;
  if (kernel === undefined) return undefined;
  const [length, outputs] = kernel.shape.slice(-2) as [number, number];
  const packing = packedOf(kernel.dataId, { inputs: length, outputs });
  const [weights] = packing?.parts ?? [];
  // Where all weights are multiplied tfjs does so itself.
  if (weights === undefined || weights.kernel === 'dense') return undefined;
  const activation = ACTIVATIONS[(attrs.activation as string | undefined) ?? 'linear'];
  if (activation === undefined) return undefined;
  const matrices = kind(call);
  const { bias } = inputs;
  if (matrices === undefined || matrices.inputs.dtype !== 'float32') return undefined;
  if (bias != null && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) return undefined;
  if (matrices.inputs.shape[matrices.inputs.shape.length - 1] !== length) return undefined;
  const samples = matrices.inputs.shape.slice(0, -1).reduce((count, edge) => count * edge, 1);
  if (samples === 0) return undefined;
  const station = stationOf(backend as tf.KernelBackend);
  if (station === undefined) return undefined;
  return multiplyTensors(station, {
    weights,
    inputs: matrices.inputs,
    samples,
    bias: bias ?? undefined,
    activation,
    shape: matrices.shape,
  });
}
