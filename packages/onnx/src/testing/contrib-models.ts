import type { NodeParts } from '../graph.js';
import { tensorFromFloat32 } from '../index.js';
import { kernel, modelOf, rawTensor } from './small-models.js';

export const FLOAT = 1;
export const UINT8 = 2;
const zeroPoint = (name: string, at: number) => rawTensor(name, UINT8, [], Uint8Array.of(at));
export const scalar = (name: string, is: number) => tensorFromFloat32(name, Float32Array.of(is), []);
/** Bytes around a zero point, hardly any of them it. */
export const bytes = (name: string, dims: readonly number[]) =>
  rawTensor(
    name,
    UINT8,
    dims,
    Uint8Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i * 37 + 11) % 256),
  );
export const microsoft = (
  op: string,
  inputs: readonly string[],
  attributes: NodeParts[3] = {},
): NodeParts => [`com.microsoft::${op}`, inputs, ['y'], attributes];

/** Models whose output is nothing when the kernel is nothing. */
export const models: Record<
  string,
  { bytes: Uint8Array; x: readonly number[]; kernels?: readonly string[] }
> = {
  TransposeMatMul: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [kernel('w')],
      nodes: [microsoft('TransposeMatMul', ['x', 'w'])],
    }),
  },
  CausalConvWithState: {
    x: [1, 4, 6],
    bytes: modelOf({
      inputs: { x: [1, 4, 6] },
      outputs: { y: [1, 4, 6] },
      tensors: [kernel('w', [4, 1, 3])],
      nodes: [['com.microsoft::CausalConvWithState', ['x', 'w'], ['y', 'state']]],
    }),
  },
  MoE: {
    x: [3, 8],
    kernels: ['w', 'v'],
    bytes: modelOf({
      inputs: { x: [3, 8] },
      outputs: { y: [3, 8] },
      tensors: [
        tensorFromFloat32('router', Float32Array.of(0.5, 1, 1, 0.5, 0.5, 1), [3, 2]),
        kernel('w', [2, 16, 8]),
        kernel('v', [2, 8, 16]),
      ],
      nodes: [microsoft('MoE', ['x', 'router', 'w', '', 'v'], { k: 1, activation_type: 'identity' })],
    }),
  },
  FusedMatMul: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [kernel('w')],
      nodes: [microsoft('FusedMatMul', ['x', 'w'])],
    }),
  },
  FusedGemm: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [kernel('w')],
      nodes: [microsoft('FusedGemm', ['x', 'w'], { activation: 'Relu' })],
    }),
  },
  FusedConv: {
    x: [1, 2, 5, 5],
    bytes: modelOf({
      inputs: { x: [1, 2, 5, 5] },
      outputs: { y: [1, 8, 3, 3] },
      tensors: [kernel('w', [8, 2, 3, 3])],
      nodes: [microsoft('FusedConv', ['x', 'w'], { activation: 'Relu' })],
    }),
  },
  Attention: {
    x: [1, 3, 8],
    bytes: modelOf({
      inputs: { x: [1, 3, 8] },
      outputs: { y: [1, 3, 8] },
      tensors: [kernel('w', [8, 24]), tensorFromFloat32('b', new Float32Array(24), [24])],
      nodes: [microsoft('Attention', ['x', 'w', 'b'], { num_heads: 2 })],
    }),
  },
  DynamicQuantizeMatMul: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [bytes('w', [8, 16]), scalar('s', 0.02), zeroPoint('z', 130)],
      nodes: [microsoft('DynamicQuantizeMatMul', ['x', 'w', 's', 'z'])],
    }),
  },
  MatMulIntegerToFloat: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [bytes('w', [8, 16]), scalar('s', 0.02), zeroPoint('z', 130)],
      nodes: [
        ['DynamicQuantizeLinear', ['x'], ['q', 'qs', 'qz']],
        microsoft('MatMulIntegerToFloat', ['q', 'w', 'qs', 's', 'qz', 'z']),
      ],
    }),
  },
  QAttention: {
    x: [1, 3, 8],
    bytes: modelOf({
      inputs: { x: [1, 3, 8] },
      outputs: { y: [1, 3, 8] },
      tensors: [
        bytes('w', [8, 24]),
        tensorFromFloat32('b', new Float32Array(24), [24]),
        scalar('s', 0.02),
        zeroPoint('z', 130),
      ],
      nodes: [
        ['DynamicQuantizeLinear', ['x'], ['q', 'qs', 'qz']],
        microsoft('QAttention', ['q', 'w', 'b', 'qs', 's', '', 'qz', 'z'], { num_heads: 2 }),
      ],
    }),
  },
  QGemm: {
    x: [1, 8],
    bytes: modelOf({
      inputs: { x: [1, 8] },
      outputs: { y: [1, 16] },
      tensors: [bytes('w', [16, 8]), scalar('s', 0.02), zeroPoint('z', 130)],
      nodes: [
        ['DynamicQuantizeLinear', ['x'], ['q', 'qs', 'qz']],
        microsoft('QGemm', ['q', 'qs', 'qz', 'w', 's', 'z'], { transB: 1 }),
      ],
    }),
  },
};
