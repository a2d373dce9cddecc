import { pruneOnce, weightsToPrune } from '@synaprune/core/one-shot';
import type { HostWeight } from '@synaprune/host';
import { storedBackend } from '@synaprune/host/stored';
import { type Edit, inOrder, splice } from '../bytes/splice.js';
import { checksumNotices } from '../external/checksums.js';
import { copyFiles } from '../external/copy-files.js';
import type { ExternalData } from '../external/given-files.js';
import { elementBytes, isOutOfReach, writeElementBytes } from '../view/element-bytes.js';
import { externalDataError } from '../view/view-tensor.js';
import { chooseWeights, type OnnxWeight } from '../weights/find-weights.js';
import { memoryWeight } from '../weights/memory-weight.js';
import { requireFormat } from '../weights/survey.js';
import { type PruneOnnxOptions, requirePruneOptions } from './prune-options.js';
import type { OnnxReport } from './report.js';
import { reportOf } from './report-of.js';
import { zerosOf } from './zeros.js';

/** A pruned model. */
export interface PrunedOnnx {
  /**
   * New bytes; only elements that were dropped differ. They are as long as the model's own, unless a zero point takes
   * more room than an element that `int32_data` held in a shorter varint.
   */
  readonly model: Uint8Array;
  /**
   * The files of `options.externalData` by the names they were given under, new bytes as well, as long as they were;
   * none where the option was not used. The model goes on referring to them.
   */
  readonly externalData: ExternalData;
  readonly report: OnnxReport;
}

/**
 * Prunes an ONNX model in one shot: exactly `⌊sparsity · elements⌋` elements of the weights that
 * {@link findWeights} chooses become +0, or the zero point of a quantised weight. Everything else is byte for byte
 * as it was; `bytes` are not changed.
 *
 * Elements rank by magnitude, ties by the order of the weights and then by index. float16 and bfloat16 rank by the
 * value they stand for; float64 by the nearest float32; quantised weights by the float32 nearest to
 * `|value − zero point| · scale`, and where the scale is not next to the weight (`MatMulInteger`, `ConvInteger`) as
 * if the element furthest from the zero point were 1.
 *
 * One shot without training costs accuracy, on small models from about half on: measure it. Zeros make no runtime
 * faster; they make the file compress better.
 *
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError `bad-model`; `external-data` when a weight to prune lies in another file that was not given, or
 *   `externalData` is not what the model says; `no-weights` when there is nothing to
 *   prune; `unmatched-selector`, `unsupported`, `floor-conflict`, `score-mismatch`
 *
 * @example
 * ```ts
 * import { pruneOnnx } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const values = Float32Array.from({ length: 64 }, (_, i) => i - 31.5);
 * const bytes = buildModel({
 *   tensors: { kernel: { shape: [8, 8], data: values } },
 *   nodes: [['MatMul', ['x', 'kernel'], ['y']]],
 * });
 * const { model, report } = await pruneOnnx(bytes, { sparsity: 0.75 });
 * console.log(report.total.zeros.after, model.length === bytes.length); // 48 true
 * ```
 */
export async function pruneOnnx(bytes: Uint8Array, options: PruneOnnxOptions): Promise<PrunedOnnx> {
  const checked = requirePruneOptions('pruneOnnx', options);
  const chosen = chooseWeights('pruneOnnx', bytes, checked);
  const parts = weightsToPrune(chosen);
  for (const { surveyed } of parts) {
    if (isOutOfReach(surveyed.tensor)) throw externalDataError(surveyed.tensor);
  }
  const patched = new Uint8Array(bytes);
  const files = copyFiles(checked.externalData);
  const weights = parts.map(({ surveyed, weight: known }) => {
    const { tensor } = surveyed;
    const format = requireFormat(surveyed);
    const elements = files.bytesOf(tensor) ?? elementBytes(patched, tensor);
    return { known, tensor, format, elements, weight: memoryWeight(format, elements, known.shape) };
  });
  const scores = (values: Float32Array, { shape }: OnnxWeight): HostWeight => ({ values, shape });
  const pruned = await pruneOnce({ backend: storedBackend(), weights, scores }, checked);
  const edits: Edit[] = [];
  const before: number[] = [];
  const after: number[] = [];
  for (const [i, each] of weights.entries()) {
    const { known, tensor, format, elements } = each;
    const { bits } = pruned[i]!;
    if (format.elements.kind === 'computed') {
      format.elements.clear(elements, 0, known.elements, await bits());
    }
    if (tensor.storage.kind === 'typed') {
      for (const edit of writeElementBytes(patched, tensor, elements)) edits.push(edit);
    }
    const zeros = zerosOf(each, pruned[i]!, () => elementBytes(bytes, tensor));
    before.push(zeros.before);
    after.push(zeros.after);
  }
  const model = splice(patched, inOrder(edits));
  const sizeBytes = Object.values(files.copies).reduce((sum, { length }) => sum + length, model.length);
  const notices = checksumNotices(parts.map(({ surveyed }) => surveyed.tensor));
  return {
    model,
    externalData: files.copies,
    report: reportOf(chosen, after, sizeBytes, { before, notices }),
  };
}
