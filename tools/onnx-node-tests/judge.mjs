// @ts-check
import * as onnx from '@synaprune/onnx';
import { buildTrainingStep } from '@synaprune/onnx-train';
import { differences } from './differences.mjs';
import { asModel } from './model-of-test.mjs';
import { load, ort } from './run.mjs';

/** Elements of an input that are moved: enough to see a wrong rule, few enough for thousands of inputs. */
const MOST_ELEMENTS = 10;

/** @typedef {import('@synaprune/onnx').TensorProto} TensorProto */

/** @typedef {'correct' | 'unstable' | 'refused' | 'wrong' | 'bad-model' | 'untyped' | 'not run'} Verdict */

/**
 * @param {Uint8Array} bytes
 * @param {ReadonlyMap<string, TensorProto>} values
 * @param {ReadonlyMap<string, { dims: readonly number[], type: number }>} outputs
 * @param {string} by
 * @param {boolean} training
 * @returns {Promise<{ verdict: Verdict, why: string }>}
 */
export async function judge(bytes, values, outputs, by, training) {
  const model = /** @type {Uint8Array} */ (asModel(bytes, values, new Set(), outputs));
  let step;
  let independent = false;
  try {
    step = buildTrainingStep(model, {
      loss: { kind: 'output', name: 'the sum' },
      optimizer: 'sgd',
      gradients: true,
      trainable: [by],
      masked: [],
      batchNormalization: training ? 'train' : 'inference',
    });
  } catch (error) {
    const { code, message = String(error) } = /** @type {{ code?: string, message?: string }} */ (error);
    independent = code === 'no-weights' || /^the loss does not depend on/.test(message);
    if (
      !independent &&
      (code === 'unsupported-operator' || code === 'unmatched-selector' || code === 'unsupported')
    ) {
      return { verdict: 'refused', why: message };
    }
    if (!independent) {
      return {
        verdict: code === 'bad-model' ? 'bad-model' : 'untyped',
        why: `${code ?? 'no code'}: ${message}`,
      };
    }
  }
  /** @type {Record<string, { data: Float32Array, dims: readonly number[] }>} */
  const inputs = {
    [by]: {
      data: onnx.tensorToFloat32(/** @type {TensorProto} */ (values.get(by))),
      dims: values.get(by)?.dims.map(Number) ?? [],
    },
  };
  const count = inputs[by]?.data.length ?? 0;
  const stride = Math.max(1, Math.floor(count / MOST_ELEMENTS));
  const elements = Array.from({ length: Math.min(count, MOST_ELEMENTS) }, (_, index) => index * stride);
  let expected;
  try {
    const session = await load(/** @type {Uint8Array} */ (asModel(bytes, values, new Set([by]), outputs)));
    expected = await differences(session, inputs, by, elements);
    await session.release();
  } catch (error) {
    return { verdict: 'not run', why: /** @type {Error} */ (error).message };
  }
  let computed = elements.map(() => 0);
  if (step !== undefined) {
    const weight = step.weights[0];
    if (weight === undefined) return { verdict: 'wrong', why: 'the step has no weight' };
    try {
      const session = await load(step.model);
      const single = (/** @type {ArrayLike<number>} */ data, /** @type {readonly number[]} */ dims) =>
        new ort.Tensor('float32', Float32Array.from(data), [...dims]);
      const feeds = {
        [step.learningRate]: single([0], []),
        [step.step]: single([1], []),
        [weight.input]: single(weight.initial, weight.shape),
        ...Object.fromEntries(
          step.buffers.map(({ input, initial, shape }) => [input, single(initial, shape)]),
        ),
      };
      const name = /** @type {string} */ (weight.gradient);
      const result = await session.run(feeds, [name]);
      const data = /** @type {Float32Array} */ (result[name]?.data);
      computed = elements.map((element) => Number(data[element]));
      await session.release();
    } catch (error) {
      return { verdict: 'wrong', why: `the step does not run: ${/** @type {Error} */ (error).message}` };
    }
  }
  const scale = Math.max(1, ...expected.map((slope) => Math.abs(slope ?? 0)));
  const wrong = expected.findIndex(
    (slope, at) => slope !== undefined && !(Math.abs(slope - Number(computed[at])) <= 2e-2 * scale),
  );
  if (wrong >= 0) {
    return {
      verdict: 'wrong',
      why: `element ${elements[wrong]}: ${computed[wrong]}, by differences ${expected[wrong]}${independent ? ' (said not to depend on it)' : ''}`,
    };
  }
  const told = expected.some((slope) => slope !== undefined);
  return { verdict: told ? 'correct' : 'unstable', why: independent ? 'does not depend on it' : '' };
}
