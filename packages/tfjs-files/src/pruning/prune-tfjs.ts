import { pruneOnce, weightsToPrune } from '@synaprune/core/one-shot';
import { type HostWeight, hostBackend } from '@synaprune/host';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { copyBytes } from '../artifacts/weight-bytes.js';
import { chooseWeights, type TfjsWeight } from '../weights/find-weights.js';
import { type PruneTfjsOptions, requirePruneOptions } from './prune-options.js';
import type { TfjsReport } from './report.js';
import { reportOf } from './report-of.js';

/** A pruned model. */
export interface PrunedTfjs<Artifacts extends TfjsArtifacts = TfjsArtifacts> {
  /**
   * The model with new `weightData`, as long as it was, split as it was, in the same types; only elements that were
   * dropped differ. Everything else is the given model's.
   */
  readonly artifacts: Artifacts;
  readonly report: TfjsReport;
}

/**
 * Prunes a model of TensorFlow.js in one shot, without TensorFlow.js: exactly `⌊sparsity · elements⌋` elements of the
 * weights that {@link findTfjsWeights} chooses become +0, or of a quantised weight the code nearest to zero. Everything
 * else is byte for byte as it was, and so is what was given.
 *
 * Elements rank by the magnitude of the float32 that tfjs loads, ties by the order of the weights and then by index: as
 * `pruneModel` of `@synaprune/tfjs` and `pruneOnnx` of `@synaprune/onnx` rank equal weights.
 *
 * One shot without training costs accuracy, on small models from about half on: measure it. Zeros make no runtime
 * faster; they make the files compress better.
 *
 * @param artifacts as `tf.io` passes them around, or {@link decodeTfjs} returns them
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError `bad-model`; `external-data` when the artifacts come without weights; `no-weights` when there is
 *   nothing to prune; `unmatched-selector`, `unsupported`, `floor-conflict`, `score-mismatch`
 *
 * @example
 * ```ts
 * import { pruneTfjs } from '@synaprune/tfjs-files';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 16, inputShape: [16] })] });
 * let dense: tf.io.ModelArtifacts = {};
 * const keep = tf.io.withSaveHandler(async (saved) => {
 *   dense = saved;
 *   return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
 * });
 * await model.save(keep);
 *
 * const { artifacts, report } = await pruneTfjs(dense, { sparsity: 0.75 });
 * console.log(report.total.zeros); // { before: 0, after: 192 }
 * const pruned = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
 * console.log(pruned.layers.length); // 1
 * ```
 */
export async function pruneTfjs<Artifacts extends TfjsArtifacts>(
  artifacts: Artifacts,
  options: PruneTfjsOptions,
): Promise<PrunedTfjs<Artifacts>> {
  const checked = requirePruneOptions('pruneTfjs', options);
  const { opened, chosen } = chooseWeights('pruneTfjs', artifacts, checked);
  const { bytes } = opened;
  const parts = weightsToPrune(chosen);
  const weights = parts.map(({ surveyed: { format, stored }, weight: known }) => {
    const own = bytes.read(stored.offset, stored.length);
    const values = typeof format === 'string' ? new Float32Array(known.elements) : format.rank(own);
    return { known, weight: { values, shape: known.shape } };
  });
  const scores = (values: Float32Array, { shape }: TfjsWeight): HostWeight => ({ values, shape });
  const pruned = await pruneOnce({ backend: hostBackend(), weights, scores }, checked);
  const patched = copyBytes('pruneTfjs', bytes);
  const zeros: number[] = [];
  for (const [i, { surveyed }] of parts.entries()) {
    const { format, stored } = surveyed;
    zeros.push(0);
    if (typeof format === 'string') continue;
    const own = patched.read(stored.offset, stored.length);
    format.clear(own, await pruned[i]!.bits());
    patched.write(stored.offset, own);
    zeros[i] = format.countZeros(own);
  }
  return {
    artifacts: { ...artifacts, weightData: patched.data },
    report: reportOf(chosen, zeros, bytes.length),
  };
}
