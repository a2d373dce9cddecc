import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../random.js';

/**
 * Dropout whose masks repeat from run to run and differ from call to call. The layer that tfjs ships does
 * either, never both: with a seed it silences the same units in every batch.
 */
export class SeededDropout extends tf.layers.Layer {
  static className = 'SeededDropout';
  private readonly rate: number;
  private readonly random: ReturnType<typeof createRandom>;

  constructor(rate: number, seed: number) {
    super({ name: 'dropout' });
    this.rate = rate;
    this.random = createRandom(seed, 'dropout');
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true) return x.clone();
    return tf.tidy(() => {
      const kept = 1 / (1 - this.rate);
      const mask = Float32Array.from({ length: x.size }, () =>
        this.random.uniform() < this.rate ? 0 : kept,
      );
      return x.mul(tf.tensor(mask, x.shape));
    });
  }
}
