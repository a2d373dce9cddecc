import type { Notice } from '@synaprune/core';
import { listNames, quote, requireChoice } from '@synaprune/core/checks';
import {
  type ShrinkOptions,
  type ShrinkReport,
  shrinkArtifacts,
  type TfjsArtifacts,
} from '@synaprune/tfjs-files';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { isMaskedByOthers } from '../backend/masks-in-force.js';
import { ownOptimizer } from '../internals/own-optimizer.js';
import { loadArtifacts } from '../model/load-artifacts.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { requireLayersModel } from '../model/require-model.js';
import { variableOf } from '../model/trained-weights.js';
import { copyOptimizer } from './copy-optimizer.js';
import { sliceState } from './slice-state.js';

/** How `shrinkModel` shrinks: as `shrinkTfjs` of `@synaprune/tfjs-files`, and what becomes of the optimizer. */
export interface ShrinkModelOptions extends ShrinkOptions {
  /**
   * Of a compiled model: `'slice'` (default) hands on what the optimizer knows of the weights that stay, such as moments,
   * so that training goes on; `'fresh'` begins anew. Class and settings are the same either way.
   */
  readonly optimizer?: 'slice' | 'fresh';
}

/** A model and what became of it. */
export interface ShrunkModel {
  /** The smaller model: the same layers by the same names, compiled as the given one was. Yours to dispose of. */
  readonly model: LayersModel;
  /** `notices` also tell of the optimizer and of masks. */
  readonly report: ShrinkReport;
}

/**
 * A smaller layers model with the same inputs, outputs and names of layers: channels, filters and hidden units are
 * removed, with everything that belongs to them. It is compiled with the same loss, metrics, class and settings of
 * optimizer, which is the smaller model's own and goes with its `dispose()`. The given model does not change.
 *
 * It computes what the given model computes with zeros in place of what was removed. Layers of your own hold what they
 * touch; their classes have to be registered with `tf.serialization.registerClass`, as for loading. A model may be under
 * `pruneModel`: what masks dropped is small or zero, and goes first; the masks themselves stay with the given model.
 *
 * Works on every backend; nothing is read synchronously.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `held-channels` when what was named has to stay; `unmatched-selector`; `unreachable-target`;
 *   `unsupported` when tfjs cannot make a layer or the optimizer again from its settings
 *
 * @example
 * ```ts
 * import { shrinkModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ name: 'hidden', units: 16, activation: 'relu', inputShape: [4] }),
 *     tf.layers.dense({ name: 'out', units: 2 }),
 *   ],
 * });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 *
 * const { model: smaller, report } = await shrinkModel(model, { keep: 0.5 });
 * console.log(smaller.getLayer('hidden').outputShape, report.parameters); // [ null, 8 ] { before: 114, after: 58 }
 * ```
 */
export async function shrinkModel(model: LayersModel, options: ShrinkModelOptions): Promise<ShrunkModel> {
  requireLayersModel('shrinkModel', model);
  const { optimizer = 'slice', ...rest } = options ?? {};
  requireChoice('shrinkModel', 'optimizer', optimizer, ['slice', 'fresh']);
  const { artifacts, report } = shrinkArtifacts(
    'shrinkModel',
    (await artifactsOf(model)) as TfjsArtifacts,
    rest,
  );
  const smaller = await loadArtifacts(artifacts as tf.io.ModelArtifacts);
  const notices: Notice[] = [...report.notices, ...maskNotices(model)];
  if (model.optimizer != null) {
    let own: tf.Optimizer | undefined;
    try {
      own = copyOptimizer(model.optimizer);
      const { loss, metrics } = model;
      smaller.compile({ optimizer: own, loss, metrics });
      ownOptimizer(smaller);
      const left = optimizer === 'slice' ? await sliceState(model, smaller, report) : undefined;
      if (left !== undefined) notices.push(freshNotice(left));
    } catch (error) {
      own?.dispose();
      smaller.dispose();
      throw error;
    }
  }
  return { model: smaller, report: { ...report, notices } };
}

function freshNotice(why: string): Notice {
  return {
    code: 'optimizer-fresh',
    message: `the smaller model's optimizer begins anew, as the state of the given one cannot be read: ${why}`,
  };
}

function maskNotices(model: LayersModel): Notice[] {
  const masked = model.weights.filter((weight) => isMaskedByOthers(variableOf(weight), 0));
  if (masked.length === 0) return [];
  const weights = masked.map(({ originalName }) => originalName);
  const message =
    `${quote(model.name)} is under pruning, and its masks stay with it: what stays of ${listNames(weights)} has its zeros in ` +
    'the smaller model, which training would fill. Prune that one too to go on with them';
  return [{ code: 'masks-left-behind', message, weights }];
}
