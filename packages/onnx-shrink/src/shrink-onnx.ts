import { lengthsOf, makeReport, planCut, requireShrinkOptions, type ShrinkReport } from '@synaprune/axes';
import { encodeModel } from '@synaprune/onnx';
import { analyseFollowed } from './analysis/analyse.js';
import { cutModel } from './cut/cut-model.js';
import { settle } from './cut/settle.js';
import { verifyCut } from './cut/verify.js';
import { fedWeights } from './open/fed-weights.js';
import { requireKnownDimensions } from './open/known-dimensions.js';
import { openModel } from './open/open-model.js';
import { ONNX_OPTIONS, type ShrinkOnnxOptions } from './options.js';
import { following } from './rules/following.js';

/** A model and what became of it. */
export interface ShrunkOnnx {
  /** The smaller model. */
  readonly model: Uint8Array;
  readonly report: ShrinkReport;
}

/**
 * A smaller model with the same inputs and outputs: channels, hidden units and attention heads are removed, with
 * everything that belongs to them, from the tensors of the file and from what nodes are told. It runs faster wherever the
 * model ran, and is that model with zeros in place of what was removed.
 *
 * What belongs together is found by following every axis of every value through the operators, not by knowing
 * architectures. Channels that reach an input or an output, or an operator that fixes them, stay; the report names what
 * holds them. The bytes are not changed.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when weights lie in files that were not given; `held-channels` when
 *   what was named has to stay; `unmatched-selector` when a name or pattern picks nothing; `unreachable-target`
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { shrinkOnnx } from '@synaprune/onnx-shrink';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: {
 *     first: { shape: [8, 16], data: Float32Array.from({ length: 128 }, (_, i) => Math.sin(i)) },
 *     second: { shape: [16, 4], data: new Float32Array(64).fill(0.5) },
 *   },
 *   nodes: [
 *     ['MatMul', ['x', 'first'], ['h']],
 *     ['Relu', ['h'], ['r']],
 *     ['MatMul', ['r', 'second'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const { report } = shrinkOnnx(model, { keep: 0.5 });
 * console.log(report.groups.map(({ name, channels, kept }) => `${name}: ${kept.length} of ${channels}`)); // [ 'first[1]: 8 of 16' ]
 * console.log(report.parameters); // { before: 192, after: 96 }
 * ```
 */
export function shrinkOnnx(bytes: Uint8Array, options: ShrinkOnnxOptions): ShrunkOnnx {
  requireShrinkOptions('shrinkOnnx', options, ONNX_OPTIONS);
  const { across, dimensions, target } = options;
  const { bytes: whole, message, fixed } = openModel('shrinkOnnx', bytes, options);
  requireKnownDimensions('shrinkOnnx', message, dimensions);
  const follow = following(across, fixed());
  const { followed, plan, edits } = settle(message, follow, (each) => {
    const analysis = analyseFollowed(message, each);
    const chosen = planCut('shrinkOnnx', analysis, options, whole.length);
    return { analysis, chosen, lengths: lengthsOf(analysis, chosen.kept) };
  });
  const report = makeReport(plan.analysis, plan.chosen, {
    sizeBytes: whole.length,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(target === undefined ? {} : { target }),
  });
  if (report.tensors.length === 0) return { model: Uint8Array.from(whole), report };
  cutModel(followed, plan.lengths, edits);
  verifyCut(message, follow, { before: followed, lengths: plan.lengths });
  const model = encodeModel(message);
  const notices = [...report.notices, ...fedWeights(message, report.tensors)];
  return { model, report: { ...report, notices, bytes: { before: whole.length, after: model.length } } };
}
