import type * as tf from '@tensorflow/tfjs';

/** All that a model gives for the first `count` examples, of which `most` go through it at once. */
export async function predictInParts(
  model: tf.LayersModel,
  count: number,
  most: number,
  inputsOf: (indices: Int32Array) => tf.Tensor,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let from = 0; from < count; from += most) {
    const indices = Int32Array.from({ length: Math.min(most, count - from) }, (_, i) => from + i);
    const inputs = inputsOf(indices);
    const outputs = model.predictOnBatch(inputs) as tf.Tensor;
    parts.push((await outputs.data()) as Float32Array);
    inputs.dispose();
    outputs.dispose();
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
