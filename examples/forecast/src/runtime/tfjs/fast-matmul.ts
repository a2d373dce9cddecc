import * as tf from '@tensorflow/tfjs';

/**
 * Makes training on wasm about twice as fast: tfjs 4.22 multiplies transposed matrices, which every gradient
 * needs, in a plain loop, and others with a fast library. Transposing first and multiplying then takes the
 * fast way for both. Rounding differs in the last bits; nothing else does.
 */
export function multiplyTransposedFast(): void {
  const multiply = tf.getKernel('BatchMatMul', 'wasm');
  const transpose = tf.getKernel('Transpose', 'wasm');
  if (multiply === undefined || transpose === undefined) return;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...multiply,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const made: tf.TensorInfo[] = [];
      const turned = (x: tf.TensorInfo, turn: unknown): tf.TensorInfo => {
        if (turn !== true) return x;
        const rank = x.shape.length;
        const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
        const result = transpose.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
        made.push(result);
        return result;
      };
      const a = turned(inputs.a as tf.TensorInfo, attrs?.transposeA);
      const b = turned(inputs.b as tf.TensorInfo, attrs?.transposeB);
      const flat = { transposeA: false, transposeB: false };
      const product = multiply.kernelFunc({ inputs: { a, b }, backend, attrs: flat });
      for (const { dataId } of made) (backend as tf.KernelBackend).disposeData(dataId);
      return product;
    },
  });
}
