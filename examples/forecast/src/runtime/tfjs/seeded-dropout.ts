import * as tf from '@tensorflow/tfjs';
import { dropoutNoise } from '../dropout-noise.js';

/**
 * Dropout whose masks repeat from run to run and differ from call to call. The layer that tfjs ships does
 * either, never both: with a seed it silences the same units in every batch.
 */
export class SeededDropout extends tf.layers.Layer {
  static className = 'SeededDropout';
  private readonly draw: ReturnType<typeof dropoutNoise>;

  constructor(rate: number, seed: number) {
    super({ name: 'dropout' });
    this.draw = dropoutNoise(rate, seed);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (training !== true) return x.clone();
    return tf.tidy(() => x.mul(tf.tensor(this.draw(x.size), x.shape)));
  }
}
