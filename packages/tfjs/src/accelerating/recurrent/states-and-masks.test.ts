import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { distance, prune } from '../../testing/model-zoo.js';
import { tensorOf } from '../../testing/models.js';
import { useBackend } from '../../testing/use-backend.js';
import { accelerate } from '../accelerate.js';

const [SAMPLES, STEPS, INPUTS, UNITS] = [4, 5, 3, 8];
const { layers: L } = tf;

/** What a layer makes of something it is called with, or the words it refuses it with. */
function answerOf(layer: tf.layers.Layer, x: tf.Tensor, given: object): number[] | string {
  try {
    return tf.tidy(() => [...(layer.apply(x, { ...given }) as tf.Tensor).dataSync()]);
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  describe.each([
    ['LSTM', 2, L.lstm],
    ['GRU', 1, L.gru],
    ['SimpleRNN', 1, L.simpleRNN],
  ] as const)('%s', (_, count, make) => {
    it.each<[string, boolean, (count: number) => number[][], number[]?]>([
      ['states of every sample', true, (states) => Array(states).fill([SAMPLES, UNITS])],
      ['one state for all samples', true, (states) => Array(states).fill([1, UNITS])],
      ['states of fewer samples', false, (states) => Array(states).fill([2, UNITS])],
      ['states of more samples', false, (states) => Array(states).fill([9, UNITS])],
      ['states of fewer units', false, (states) => Array(states).fill([SAMPLES, UNITS - 1])],
      ['a state without samples', false, (states) => Array(states).fill([UNITS])],
      ['a state too many', false, (states) => Array(states + 1).fill([SAMPLES, UNITS])],
      ['no state of those it needs', false, () => []],
      ['a mask of every step', true, () => [], [SAMPLES, STEPS]],
      ['a mask that is turned', false, () => [], [STEPS, SAMPLES]],
      ['a mask of all at once', false, () => [], [SAMPLES * STEPS]],
    ])('takes or refuses %s as before', async (what, isTaken, shapes, maskShape) => {
      await useBackend(backend);
      const layer = make({ units: UNITS, recurrentInitializer: 'zeros' });
      const model = tf.sequential({ layers: [L.inputLayer({ inputShape: [STEPS, INPUTS] }), layer] });
      prune(model, 0.9, 1);
      const x = tensorOf(2, [SAMPLES, STEPS, INPUTS]);
      const states = shapes(count).map((shape, i) => tensorOf(i, shape));
      const mask =
        maskShape &&
        tf.tensor(
          Array.from({ length: SAMPLES * STEPS }, (_, i) => Math.min(1, i % 3)),
          maskShape,
        );
      const given = mask ? { mask } : { initialState: states };
      const before = answerOf(layer, x, given);
      expect([what, typeof before]).toEqual([what, isTaken ? 'object' : 'string']);
      const { report, release } = accelerate(model);
      expect(report.layers[0]!.kernel).not.toBe('dense');
      const after = answerOf(layer, x, given);
      if (typeof before === 'string' || typeof after === 'string') expect(after).toBe(before);
      else expect(distance(after, before)).toBeLessThan(1e-5);
      release();
      tf.dispose([x, ...states, ...(mask ? [mask] : [])]);
      model.dispose();
    });
  });
});
