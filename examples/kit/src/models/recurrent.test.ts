import { decodeModel } from '@synaprune/onnx';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { GATES, type RecurrentLayer, recurrentModel } from './recurrent.js';
import { recurrentReference } from './testing/recurrent-reference.js';

web.env.wasm.numThreads = 1;

const [LENGTH, FEATURES, HIDDEN] = [5, 3, 4];

function weightsOf(layer: RecurrentLayer, biases: 1 | 2) {
  const random = createRandom(7, layer);
  const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal() / 2);
  const rows = GATES[layer] * HIDDEN;
  return {
    input: numbers(rows * FEATURES),
    recurrent: numbers(rows * HIDDEN),
    bias: numbers(biases * rows),
    head: numbers(HIDDEN),
    headBias: numbers(1),
  };
}

function planOf(layer: RecurrentLayer, { noise = false, biases = 2 as 1 | 2 } = {}) {
  return {
    layer,
    length: LENGTH,
    features: FEATURES,
    hidden: HIDDEN,
    noise,
    weights: weightsOf(layer, biases),
  };
}

const random = createRandom(3, 'windows');
const windows = [0, 1].map(() =>
  Array.from({ length: LENGTH }, () => Array.from({ length: FEATURES }, () => random.normal())),
);
const window = new web.Tensor('float32', Float32Array.from(windows.flat(2)), [2, LENGTH, FEATURES]);

describe.each(['RNN', 'LSTM', 'GRU'] as const)('%s', (layer) => {
  it.each([1, 2] as const)('forecasts what its definition says, with %i biases', async (biases) => {
    const plan = planOf(layer, { biases });
    // A GRU's two biases cannot be put into one: the state's is multiplied by the reset gate.
    const session = await web.InferenceSession.create(recurrentModel(plan).bytes);
    const { forecast } = await session.run({ window });
    expect(forecast!.dims).toEqual([2, 1]);
    for (const [row, values] of windows.entries()) {
      const expected = recurrentReference(layer, plan.weights, values, HIDDEN);
      expect(forecast!.data[row]).toBeCloseTo(expected, 5);
    }
  });

  it('multiplies its last state by the noise', async () => {
    const plan = planOf(layer, { noise: true });
    const session = await web.InferenceSession.create(recurrentModel(plan).bytes);
    const noise = Float32Array.of(0, 2, 2, 0, 0, 0, 0, 0);
    const { forecast } = await session.run({ window, noise: new web.Tensor('float32', noise, [2, HIDDEN]) });
    const head = plan.weights.head.map((value, unit) => value * noise[unit]!);
    expect(forecast!.data[0]).toBeCloseTo(
      recurrentReference(layer, { ...plan.weights, head }, windows[0]!, HIDDEN),
      5,
    );
    expect(forecast!.data[1]).toBe(plan.weights.headBias[0]);
  });
});

describe('recurrentModel', () => {
  it('names its weights and counts its numbers', () => {
    const { kernels, biases, parameters } = recurrentModel(planOf('LSTM'));
    expect(kernels).toEqual(['lstm/input', 'lstm/recurrent', 'head/kernel']);
    expect(biases).toEqual(['lstm/bias', 'head/bias']);
    // 16 rows of 3 inputs, 4 units and 2 biases; 4 weights and a bias on top.
    expect(parameters).toBe(16 * (3 + 4 + 2) + 5);
  });

  it('leaves the batch open', () => {
    const { graph } = decodeModel(recurrentModel(planOf('GRU')).bytes);
    const { value } = graph!.input[0]!.type!;
    expect(graph!.input[0]!.name).toBe('window');
    if (value.case !== 'tensorType') throw new Error('needed a tensor');
    expect(value.value.shape!.dim.map((dim) => dim.value.value)).toEqual(['batch', 5n, 3n]);
  });
});
