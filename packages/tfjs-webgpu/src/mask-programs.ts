import { type MaskBits, maskBits, type WebgpuMask } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs';
import type { Gpu } from './gpu.js';

/*
 * Two programs in tfjs's own queue that read mask bits, so that nothing has to be flushed for them. Their keys
 * hold nothing that varies: what varies are uniforms and shapes.
 */

const WORKGROUP = 64;

/** A new tensor: `values` with every element that the mask drops at +0. */
export function maskValues(gpu: Gpu, mask: WebgpuMask, values: tf.Tensor): tf.Tensor {
  return run(gpu, mask, values.shape, values.dtype, {
    key: 'synaprune_mask_values',
    values,
    // Bits, because an arithmetic device may turn a subnormal into zero on its way through.
    code: 'result[index] = select(values[index], 0.0, dropped);',
  });
}

/** A new bool tensor of a shape: true where the mask keeps. */
export function expandMask(gpu: Gpu, mask: WebgpuMask, shape: readonly number[]): tf.Tensor {
  return run(gpu, mask, shape, 'bool', {
    key: 'synaprune_expand_mask',
    code: 'result[index] = select(1, 0, dropped);',
  });
}

function run(
  { backend }: Gpu,
  mask: WebgpuMask,
  shape: readonly number[],
  dtype: tf.DataType,
  { key, values, code }: { readonly key: string; readonly values?: tf.Tensor; readonly code: string },
): tf.Tensor {
  const size = shape.reduce((product, edge) => product * edge, 1);
  const bits = maskBits(mask);
  const words = wordsTensor(backend, bits);
  try {
    const info = backend.runWebGPUProgram(
      {
        variableNames: values === undefined ? ['words'] : ['words', 'values'],
        outputShape: [size],
        shaderKey: key,
        uniforms: 'firstWord : i32,',
        size: true,
        workgroupSize: [WORKGROUP, 1, 1],
        dispatchLayout: { x: [0] },
        dispatch: [Math.ceil(size / WORKGROUP), 1, 1],
        getUserCode: () => `
          fn main(index : i32) {
            if (index < uniforms.size) {
              let dropped = ((words[uniforms.firstWord + (index >> 5u)] >> u32(index & 31)) & 1) == 1;
              ${code}
            }
          }`,
      },
      values === undefined ? [words] : [words, { dataId: values.dataId, shape: [size], dtype: values.dtype }],
      dtype,
      [{ type: 'int32', data: [bits.firstWord] }],
    );
    return tf.engine().makeTensorFromTensorInfo({ dataId: info.dataId, shape: [...shape], dtype });
  } finally {
    backend.disposeData(words.dataId);
  }
}

/** The words of a page as tfjs sees them. The buffer stays the page's: tfjs does not destroy what is external. */
function wordsTensor(backend: Gpu['backend'], { buffer }: MaskBits): tf.TensorInfo {
  const info = backend.makeTensorInfo([buffer.size / 4], 'int32');
  const data = backend.tensorMap.get(info.dataId);
  data.resource = buffer;
  data.external = true;
  return info;
}
