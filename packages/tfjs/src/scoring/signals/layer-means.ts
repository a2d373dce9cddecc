import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { patchMethod } from '../../internals/patch-method.js';
import { isRecordingGradients } from '../../internals/recording-gradients.js';

/** What is looked at in the calls of a layer: means over samples and positions, one for each unit or channel. */
export type LayerSignal = 'inputSquare' | 'inputMagnitude' | 'outputMagnitude';

/** Which layers are watched, and on which axis their units or channels are. */
export type WatchedLayers = ReadonlyMap<layers.Layer, 'first' | 'last'>;

/** Means of what layers took and gave in the calls since the last step. Made by {@link watchLayers}. */
export interface LayerMeans {
  /**
   * A tensor of one axis, for whoever asks in a tidy; `undefined` where the layer was not called.
   *
   * @param place which of the tensors that the layer takes or gives
   */
  mean(layer: layers.Layer, signal: LayerSignal, place: number): tf.Tensor | undefined;
  /** Forgets the calls so far. */
  forget(): void;
  /** Gives the layers their own methods back. */
  release(): void;
}

interface Sum {
  sum: tf.Tensor;
  /** How many numbers of each unit are in it. */
  count: number;
}

/**
 * Adds up what layers take and give while gradients are recorded, so that predictions and validation do not count. A layer
 * that is called several times before a step, as a shared one is, is seen in each of its calls.
 */
export function watchLayers(watched: WatchedLayers, signals: readonly LayerSignal[]): LayerMeans {
  const sums = new Map<layers.Layer, Map<string, Sum>>();
  const add = (layer: layers.Layer, key: string, tensor: tf.Tensor, axis: 'first' | 'last'): void => {
    const own = sums.get(layer) ?? new Map<string, Sum>();
    sums.set(layer, own);
    const before = own.get(key);
    const units = axis === 'last' ? tensor.rank - 1 : 1;
    const others = tensor.shape.flatMap((_, i) => (i === units ? [] : [i]));
    const sum = tf.tidy(() => {
      const here = tf.sum(key.startsWith('inputSquare') ? tf.square(tensor) : tf.abs(tensor), others);
      return before === undefined ? here : tf.add(before.sum, here);
    });
    before?.sum.dispose();
    own.set(key, {
      // It outlives the step's own tidy.
      sum: tf.keep(sum),
      count: (before?.count ?? 0) + tensor.size / tensor.shape[units]!,
    });
  };
  const releases = [...watched].map(([layer, axis]) =>
    patchMethod(layer, 'call', (call) => (inputs, kwargs) => {
      const outputs = call(inputs, kwargs);
      if (!isRecordingGradients()) return outputs;
      for (const signal of signals) {
        const tensors = [signal === 'outputMagnitude' ? outputs : inputs].flat();
        // A recurrent cell takes inputs and a state, and whatever else it carries is no kernel's.
        for (const place of [0, 1]) {
          if (place < tensors.length) add(layer, keyOf(signal, place), tensors[place]!, axis);
        }
      }
      return outputs;
    }),
  );
  const forget = (): void => {
    for (const own of sums.values()) tf.dispose([...own.values()].map(({ sum }) => sum));
    sums.clear();
  };
  return {
    mean(layer, signal, place) {
      const found = sums.get(layer)?.get(keyOf(signal, place));
      return found && tf.div(found.sum, found.count);
    },
    forget,
    release() {
      forget();
      for (const release of releases) release();
    },
  };
}

function keyOf(signal: LayerSignal, place: number): string {
  return signal + place;
}
