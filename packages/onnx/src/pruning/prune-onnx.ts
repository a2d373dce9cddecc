import {
  constantSparsity,
  createPruner,
  type Floor,
  type NamedWeight,
  PruneError,
  randomScore,
  tensorScore,
} from '@synaprune/core';
import {
  describe,
  isRecord,
  legible,
  quote,
  requireBoolean,
  requireChoice,
  requireFraction,
  requireOptions,
} from '@synaprune/core/checks';
import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
import { type Edit, inOrder, splice } from '../bytes/splice.js';
import { checksumNotices } from '../external/checksums.js';
import { copyFiles } from '../external/copy-files.js';
import type { ExternalData } from '../external/given-files.js';
import { elementBytes, isOutOfReach, writeElementBytes } from '../view/element-bytes.js';
import { externalDataError } from '../view/view-tensor.js';
import {
  type ChosenWeight,
  chooseWeights,
  type OnnxWeight,
  WEIGHT_OPTIONS,
  type WeightOptions,
} from '../weights/find-weights.js';
import type { OnnxReport } from './report.js';
import { reportOf } from './report-of.js';

/** How {@link pruneOnnx} prunes. */
export interface PruneOnnxOptions extends WeightOptions {
  /** Fraction of the chosen weights' elements to drop, in [0, 1]. Elements that are zero already count. */
  readonly sparsity: number;
  /** `global` (default) ranks all weights' elements together; `per-weight` gives each the same sparsity. */
  readonly scope?: 'global' | 'per-weight';
  /** What of every weight always stays: a fraction in [0, 1), or `{ fraction, elements }`. 0 unless told. */
  readonly floor?: Floor;
  /**
   * Whether what is zero already counts as dropped, whatever ranks the elements and whatever the floor. By magnitude
   * zeros go first anyway, as far as the target of their weight goes. Off unless told.
   */
  readonly keepZeros?: boolean;
  /**
   * What ranks the elements: their magnitude (default), an order drawn from a seed, or a function that gives a
   * score for every element of a weight, row-major; it stays the caller's.
   */
  readonly score?: 'magnitude' | { readonly seed: number } | ((weight: OnnxWeight) => Float32Array);
}

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
  const {
    sparsity,
    scope = 'global',
    floor = 0,
    keepZeros = false,
    score,
    ...choice
  } = requirePruneOptions('pruneOnnx', options);
  const schedule = constantSparsity(sparsity);
  const chosen = chooseWeights('pruneOnnx', bytes, choice);
  const parts = toPrune(chosen);
  for (const { surveyed } of parts) {
    if (isOutOfReach(surveyed.tensor)) throw externalDataError(surveyed.tensor);
  }
  const masks = new Map<HostWeight, HostMask>();
  const host = hostBackend();
  const weights: NamedWeight<HostWeight>[] = parts.map(({ surveyed, weight }) => {
    const values = new Float32Array(weight.elements);
    const { format, tensor } = surveyed;
    if (typeof format !== 'string') {
      format.rank(elementBytes(bytes, tensor), 0, weight.elements, new Int32Array(values.buffer));
    }
    return { name: weight.name, weight: { values, shape: weight.shape } };
  });
  const scores = new Map(
    typeof score === 'function'
      ? parts.map(({ weight }) => [weight.name, requireScore(weight, score(weight))])
      : [],
  );
  const pruner = createPruner({
    backend: {
      ...host,
      // The masks tell what was dropped: a magnitude of zero does not.
      createMask: (weight) => {
        const mask = host.createMask(weight);
        masks.set(weight, mask);
        return mask;
      },
    },
    weights,
    schedule,
    scope,
    floor,
    keepZeros,
    ...(typeof score === 'function'
      ? { score: tensorScore<HostWeight>(({ name }) => scores.get(name)!) }
      : typeof score === 'object'
        ? { score: randomScore(score) }
        : {}),
  });
  await pruner.update(0);
  const patched = Uint8Array.from(bytes);
  const files = copyFiles(choice.externalData);
  const edits: Edit[] = [];
  const zeros = parts.map(({ surveyed: { tensor, format }, weight }, i) => {
    if (typeof format === 'string') return 0;
    const elements = files.elementsOf(tensor) ?? elementBytes(patched, tensor);
    format.clear(elements, 0, weight.elements, masks.get(weights[i]!.weight)!.words);
    for (const edit of writeElementBytes(patched, tensor, elements)) edits.push(edit);
    return format.countZeros(elements, 0, weight.elements);
  });
  pruner.dispose();
  const model = splice(patched, inOrder(edits));
  const sizeBytes = Object.values(files.copies).reduce((sum, { length }) => sum + length, model.length);
  const notices = checksumNotices(parts.map(({ surveyed }) => surveyed.tensor));
  return { model, externalData: files.copies, report: reportOf(chosen, zeros, sizeBytes, { notices }) };
}

/** The weights that are to be pruned. */
export function toPrune(chosen: readonly ChosenWeight[]): readonly ChosenWeight[] {
  const parts = chosen.filter(({ weight }) => weight.pruned);
  if (parts.length > 0) return parts;
  const reasons = chosen
    .slice(0, 20)
    .map(({ weight: { name, reason } }) => `${quote(name)} (${legible(reason, 80)})`);
  const more = chosen.length > reasons.length ? ` and ${chosen.length - reasons.length} more` : '';
  throw new PruneError(
    'no-weights',
    `the model has no weight to prune; it has ${reasons.join(', ') || 'none'}${more}`,
  );
}

/** The keys of {@link PruneOnnxOptions}. */
const KEYS: readonly string[] = ['sparsity', 'scope', 'floor', 'keepZeros', 'score', ...WEIGHT_OPTIONS];

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requirePruneOptions<Options extends Omit<PruneOnnxOptions, 'externalData'>>(
  caller: string,
  options: Options,
  more: readonly string[] = [],
): Options {
  requireOptions(caller, '', options, [...new Set([...KEYS, ...more])]);
  const {
    sparsity,
    scope = 'global',
    floor,
    keepZeros = false,
    score,
  }: Omit<PruneOnnxOptions, 'externalData'> = options;
  requireFraction(caller, 'sparsity', sparsity);
  requireChoice(caller, 'scope', scope, ['global', 'per-weight']);
  requireBoolean(caller, 'keepZeros', keepZeros);
  // Its values are core's to judge.
  if (isRecord(floor)) requireOptions(caller, 'floor', floor, ['fraction', 'elements']);
  if (isRecord(score)) requireOptions(caller, 'score', score, ['seed']);
  else if (score !== undefined && score !== 'magnitude' && typeof score !== 'function') {
    throw new TypeError(
      `${caller} needs score to be "magnitude", { seed } or a function, got ${describe(score)}`,
    );
  }
  return options;
}

function requireScore(
  { name, shape, elements }: OnnxWeight,
  values: unknown,
): {
  readonly values: Float32Array;
  readonly shape: readonly number[];
} {
  if (values instanceof Float32Array && values.length === elements) return { values, shape };
  const got = values instanceof Float32Array ? `one of ${values.length}` : describe(values);
  throw new PruneError(
    'score-mismatch',
    `the score of ${quote(name)} needs a Float32Array of ${elements}, got ${got}`,
  );
}
