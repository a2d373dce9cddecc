import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { accelerate } from '../accelerating/accelerate.js';
import { countTaken } from './count-taken.js';
import { answers, distance, prune, ZOO, zooInputs } from './model-zoo.js';

const KINDS = [
  'dense layers',
  'convolutions of single pixels',
  'separable and plain convolutions',
  'separable convolutions',
  'LSTM upon LSTM',
  'GRU upon GRU',
  'sequences with gaps',
  'models in a model, layers in two places',
];

/** The memory that tensors lie in, and its size now. */
function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  return wasm.HEAPU8.buffer.byteLength;
}

/** Takes tensors until the memory has had to grow, by a fifth each time, and gives them back. */
function growHeap(): void {
  const before = heapBytes();
  const taken: tf.Tensor[] = [];
  while (heapBytes() === before) taken.push(tf.zeros([1 << 20]));
  tf.dispose(taken);
}

/** What `accelerate` promises, on the backend in use, which is tfjs's wasm, in Chromium. */
export function testAcceleration(): void {
  describe('a model accelerated in Chromium', () => {
    it.each(KINDS)('answers as before while the memory grows, and gives everything back: %s', (kind) => {
      const model = ZOO[kind]!();
      prune(model, 0.8, 1);
      for (const samples of [1, 3, 40]) {
        const x = zooInputs(model, samples, 5);
        const wanted = answers(model, x).flat();
        const { numTensors, numBytes } = tf.memory();
        const { taken, stop } = countTaken();

        const { report, release } = accelerate(model);
        expect(report.layers.some(({ kernel }) => kernel !== 'dense')).toBe(true);
        expect(distance(answers(model, x).flat(), wanted)).toBeLessThan(1e-5);
        // Once a model: each time takes a fifth more to fill, up to gigabytes.
        if (samples === 3) growHeap();
        expect(distance(answers(model, x).flat(), wanted)).toBeLessThan(1e-5);
        release();
        expect(answers(model, x).flat()).toEqual(wanted);
        expect(taken.size).toBe(0);
        expect(tf.memory()).toMatchObject({ numTensors, numBytes });
        stop();
        x.dispose();
      }
      model.dispose();
    });
  });
}
