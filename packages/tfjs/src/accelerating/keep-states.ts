import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { flattenTree, layerTree } from '../model/layer-tree.js';

/** What a recurrent layer has of its own to remember. */
interface Stateful {
  readonly stateful?: boolean;
  getStates?(): (tf.Tensor | null)[];
  resetStates?(states?: tf.Tensor[]): void;
}

/** Runs something that calls a model, after which its layers remember what they did before. */
export function keepStates<Result>(model: LayersModel, work: () => Result): Result {
  const layers = [...new Set(flattenTree(layerTree(model as layers.Layer)).map(({ layer }) => layer))];
  const kept = layers.flatMap((layer) => {
    const { stateful, getStates, resetStates } = layer as unknown as Stateful;
    if (stateful !== true || getStates === undefined || resetStates === undefined) return [];
    const states = getStates.call(layer).map((state) => state && tf.keep(state.clone()));
    return [{ states, reset: resetStates.bind(layer) }];
  });
  try {
    return work();
  } finally {
    for (const { states, reset } of kept) {
      reset(states.every((state) => state !== null) ? (states as tf.Tensor[]) : undefined);
      tf.dispose(states as tf.Tensor[]);
    }
  }
}
