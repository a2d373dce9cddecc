import { elementsOf } from '@synaprune/core/checks';
import { maskBits, type WebgpuMask } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from './internals/gpu.js';

/*
 * Programs in tfjs's own queue, so that nothing has to be flushed for them: two read mask bits, one makes floats of
 * integers. Their keys hold nothing that varies: what varies are uniforms and shapes, and tfjs adds the types.
 */

const WORKGROUP = 64;

/** A new tensor: `values` with every element that the mask drops at +0. */
export function maskValues(gpu: Gpu, mask: WebgpuMask, values: tf.Tensor): tf.Tensor {
  return withMask(gpu, mask, {
    key: 'synaprune_mask_values',
    inputs: { values },
    shape: values.shape,
    dtype: 'float32',
    // tfjs may hold the values as integers.
    code: 'result[index] = select(f32(values[index]), 0.0, dropped);',
  });
}

/** A new bool tensor of a shape: true where the mask keeps. */
export function expandMask(gpu: Gpu, mask: WebgpuMask, shape: readonly number[]): tf.Tensor {
  return withMask(gpu, mask, {
    key: 'synaprune_expand_mask',
    shape,
    dtype: 'bool',
    code: 'result[index] = select(1, 0, dropped);',
  });
}

/** A new tensor of floats from one that tfjs calls float32 and holds as integers. */
export function toFloats(gpu: Gpu, tensor: tf.Tensor): tf.Tensor {
  return run(gpu, {
    key: 'synaprune_to_floats',
    inputs: { values: tensor },
    shape: tensor.shape,
    dtype: 'float32',
    code: 'result[index] = f32(values[index]);',
  });
}

function withMask(
  gpu: Gpu,
  mask: WebgpuMask,
  { inputs = {}, code, ...program }: Omit<Program, 'inputs'> & { readonly inputs?: Program['inputs'] },
): tf.Tensor {
  const bits = maskBits(mask);
  const words = gpu.lend(bits.buffer);
  try {
    return run(gpu, {
      ...program,
      inputs: { words, ...inputs },
      firstWord: bits.firstWord,
      code: `
        let dropped = ((words[uniforms.firstWord + (index >> 5u)] >> u32(index & 31)) & 1) == 1;
        ${code}`,
    });
  } finally {
    gpu.backend.disposeData(words.dataId);
  }
}

/** A program over the elements of a result, one thread each. */
interface Program {
  readonly key: string;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  /** Where a mask begins among `words`. */
  readonly firstWord?: number;
  /** Writes `result[index]`. */
  readonly code: string;
}

function run({ backend }: Gpu, { key, inputs, shape, dtype, firstWord, code }: Program): tf.Tensor {
  const size = elementsOf(shape);
  const info = backend.runWebGPUProgram(
    {
      variableNames: Object.keys(inputs),
      outputShape: [size],
      shaderKey: key,
      ...(firstWord !== undefined && { uniforms: 'firstWord : i32,' }),
      size: true,
      workgroupSize: [WORKGROUP, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(size / WORKGROUP), 1, 1],
      getUserCode: () => `fn main(index : i32) { if (index < uniforms.size) { ${code} } }`,
    },
    Object.values(inputs).map(({ dataId, dtype: own, shape: of }) => ({
      dataId,
      dtype: own,
      shape: [elementsOf(of)],
    })),
    dtype,
    ...(firstWord !== undefined ? [[{ type: 'int32', data: [firstWord] }]] : []),
  );
  return tf.engine().makeTensorFromTensorInfo({ dataId: info.dataId, shape: [...shape], dtype });
}
