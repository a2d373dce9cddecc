// @ts-check
import { ort } from './run.mjs';

/**
 * The gradient of `the sum` by some elements of an input, by differences with two steps. Undefined where the
 * two disagree: at a kink, or where float32 does not reach.
 *
 * @param {import('onnxruntime-node').InferenceSession} session
 * @param {Record<string, { data: Float32Array, dims: readonly number[] }>} inputs
 * @param {string} by
 * @param {readonly number[]} elements
 */
export async function differences(session, inputs, by, elements) {
  const at = async (/** @type {number} */ element, /** @type {number} */ move) => {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => {
        const moved = Float32Array.from(data);
        if (name === by) moved[element] = /** @type {number} */ (moved[element]) + move;
        return [name, new ort.Tensor('float32', moved, [...dims])];
      }),
    );
    return Number((await session.run(feeds, ['the sum']))['the sum']?.data[0]);
  };
  const still = await at(0, 0);
  if (Number.isNaN(still) || still !== (await at(0, 0))) return elements.map(() => undefined);
  const found = [];
  for (const element of elements) {
    // As far from the value as float32 tells numbers apart there.
    const grain = Math.max(1, Math.abs(inputs[by]?.data[element] ?? 0) / 8);
    const slopes = [];
    const kinks = [];
    for (const h of [0.02 * grain, 0.005 * grain]) {
      const [left, right, far, opposite] = [
        await at(element, -h),
        await at(element, h),
        await at(element, 2 * h),
        await at(element, -2 * h),
      ];
      slopes.push((8 * (right - left) - (far - opposite)) / (12 * h), (right - left) / (2 * h));
      kinks.push((right + left - 2 * still) / h);
    }
    const [slope = 0] = slopes;
    const noise = (4e-7 * Math.max(1, Math.abs(still))) / (0.005 * grain);
    const room = 5e-3 * Math.max(1, Math.abs(slope)) + noise;
    // What a curve bends shrinks with the step; a kink right there does not.
    const [wide = 0, narrow = 0] = kinks.map(Math.abs);
    const kink = narrow > room && narrow > wide / 2;
    found.push(!kink && slopes.every((other) => Math.abs(other - slope) <= room) ? slope : undefined);
  }
  return found;
}
