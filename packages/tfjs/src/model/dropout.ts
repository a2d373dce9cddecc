import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type DropoutRate, dropoutRates } from '../internals/dropout-rates.js';
import { flattenTree, layerTree } from './layer-tree.js';
import { requireLayersModel } from './require-model.js';

/** One dropout of a model. */
export interface DropoutUse {
  /** Names from the outermost layer to the one that holds it: `model/lstm_LSTM1/lstm_cell`. */
  readonly name: string;
  /** Class name of the layer or cell. */
  readonly layer: string;
  readonly field: DropoutRate['field'];
  /** Fraction of activations dropped in training, in (0, 1]. */
  readonly rate: number;
}

/** Dropout that was set aside. */
export interface DropoutAside {
  /** What was touched, with the rates from before. */
  readonly dropout: readonly DropoutUse[];
  /** Puts the rates back. Harmless when repeated. */
  restore(): void;
}

/**
 * Every dropout of a model that has effect: `Dropout`, `SpatialDropout1D`, `GaussianDropout` and
 * `AlphaDropout` layers, and `dropout` and `recurrentDropout` of recurrent layers; inside wrappers and nested
 * models too. Pruning is itself a regulariser, and both together often are too much.
 *
 * @throws TypeError when `model` is no layers model
 *
 * @example
 * ```ts
 * import { findDropout } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const layers = [tf.layers.dense({ units: 2, inputShape: [3] }), tf.layers.dropout({ rate: 0.5 })];
 * console.log(findDropout(tf.sequential({ layers })).map(({ layer, rate }) => `${layer} ${rate}`)); // [ 'Dropout 0.5' ]
 * ```
 */
export function findDropout(model: LayersModel): DropoutUse[] {
  requireLayersModel('findDropout', model);
  return listDropout(model).map(({ use }) => use);
}

/**
 * Sets every dropout rate of a model to 0, in place, until `restore` is called. Layers read their rate at
 * every step, so it has effect at once, without compiling again. A model saved meanwhile is saved without
 * dropout.
 *
 * @throws TypeError when `model` is no layers model
 *
 * @example
 * ```ts
 * import { findDropout, setDropoutAside } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const layers = [tf.layers.dense({ units: 2, inputShape: [3] }), tf.layers.dropout({ rate: 0.5 })];
 * const model = tf.sequential({ layers });
 * const aside = setDropoutAside(model);
 * console.log(findDropout(model).length); // 0
 * aside.restore();
 * console.log(findDropout(model).length); // 1
 * ```
 */
export function setDropoutAside(model: LayersModel): DropoutAside {
  requireLayersModel('setDropoutAside', model);
  const uses = listDropout(model);
  for (const { own } of uses) own.set(0);
  let aside = true;
  return {
    dropout: uses.map(({ use }) => use),
    restore() {
      // Rates that were set since then are not overwritten by a second call.
      if (aside) for (const { own, use } of uses) own.set(use.rate);
      aside = false;
    },
  };
}

/** Every dropout of a model that has effect, with what sets its rate. */
export function listDropout(model: LayersModel): { readonly own: DropoutRate; readonly use: DropoutUse }[] {
  const nodes = flattenTree(layerTree(model)).filter(({ children }) => children.length === 0);
  const once = new Map(nodes.map((node) => [node.layer, node]));
  return [...once.values()].flatMap(({ layer, kind, path }) =>
    dropoutRates(layer, kind).map((own) => {
      const { field, rate } = own;
      return { own, use: { name: path.join('/'), layer: kind, field, rate } };
    }),
  );
}
