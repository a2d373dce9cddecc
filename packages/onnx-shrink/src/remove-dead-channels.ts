import {
  keepOneEach,
  type Lengths,
  lengthsOf,
  makeReport,
  planCut,
  type ShrinkReport,
} from '@synaprune/axes';
import type { Notice } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import { type ExternalData, encodeModel } from '@synaprune/onnx';
import { type Analysis, analyseFollowed } from './analysis/analyse.js';
import { cutModel } from './cut/cut-model.js';
import { settle } from './cut/settle.js';
import { verifyCut } from './cut/verify.js';
import { composeReports } from './dead/compose-reports.js';
import { edgeNotices } from './dead/edge-notices.js';
import { addFolds, foldsOf } from './dead/fold-biases.js';
import { type WalkedModel, walkModel } from './dead/walk-model.js';
import { type OpenedModel, openModel } from './open/open-model.js';
import { following } from './rules/following.js';
import type { ShrunkOnnx } from './shrink-onnx.js';

/** How a model is looked at for channels that do nothing. */
export interface DeadChannelOptions {
  /** The files that the model keeps weights in, by the names that it has for them; they become part of the model. */
  readonly externalData?: ExternalData;
  /** Lengths for the names that the model leaves open, such as `{ batch: 8 }`, to count multiply-adds by; 1 unless told. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

const ELSEWHERE: Readonly<Record<string, string>> = {
  keep: 'nothing but what has no effect goes; shrinkOnnx removes more',
  across: 'what comes out would be another function; it is an option of shrinkOnnx',
};

/**
 * The same model without the channels, hidden units and heads that have no effect, as pruning of single weights leaves
 * them: it computes what the model computed.
 *
 * A channel goes with everything that belongs to it when, wherever something reads it,
 * - all weights that read it are 0, or what reads it has no effect itself; or
 * - it carries one number whatever the model is fed, as where everything that makes it is 0 and a bias or batch
 *   normalisation is left. What it adds there goes into the bias of what reads it; where there is none, one is added.
 *
 * At least one channel of every axis stays. A channel that carries another number than 0 into a convolution that pads with
 * zeros stays, as it adds something else at the edges; `notices` tell of it (`constant-at-edges`). So does what NaN or
 * infinities of the file reach, as 0 times these is not 0; what finite weights compute is taken to be finite. Where nothing
 * goes, the model comes back byte for byte.
 *
 * Outputs are the same bits where sums are exact. Else they differ as sums in another order do: what is folded is added up
 * in double precision and rounded once. The bytes are not changed.
 *
 * @param options `externalData` and `dimensions` as {@link shrinkOnnx} takes them
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when weights lie in files that were not given
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { removeDeadChannels } from '@synaprune/onnx-shrink';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 2] },
 *   tensors: {
 *     // Nothing makes the second unit but its bias of 3, and nothing reads the third.
 *     first: { shape: [2, 3], data: [1, 0, 1, -1, 0, 1] },
 *     bias: { shape: [3], data: [0, 3, 1] },
 *     second: { shape: [3, 1], data: [1, 2, 0] },
 *     shift: { shape: [1], data: [10] },
 *   },
 *   nodes: [
 *     ['Gemm', ['x', 'first', 'bias'], ['h']],
 *     ['Relu', ['h'], ['r']],
 *     ['Gemm', ['r', 'second', 'shift'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const { report } = removeDeadChannels(model);
 * // The shift is 16 now.
 * console.log(report.groups.map(({ name, channels, kept }) => `${name}: ${kept} of ${channels}`)); // [ 'first[1]: 0 of 3' ]
 * console.log(report.parameters); // { before: 13, after: 5 }
 * ```
 */
export function removeDeadChannels(bytes: Uint8Array, options: DeadChannelOptions = {}): ShrunkOnnx {
  requireDeadOptions(options);
  const opened = openModel('removeDeadChannels', bytes, options);
  const { bytes: whole, message } = opened;
  let report = removeOnce(opened, options);
  let model: Uint8Array = Uint8Array.from(whole);
  for (let last = report; last.tensors.length > 0; ) {
    model = encodeModel(message);
    last = removeOnce(opened, options);
    report = composeReports(report, last);
  }
  return { model, report: { ...report, bytes: { before: whole.length, after: model.length } } };
}

/** @throws TypeError | RangeError */
function requireDeadOptions(options: DeadChannelOptions): void {
  requireOptions('removeDeadChannels', '', options, ['externalData', 'dimensions'], ELSEWHERE);
}

/** Removes what is dead by now; what that leaves dead is for the next time. */
function removeOnce(
  { message, bytes: { length: sizeBytes } }: OpenedModel,
  { dimensions }: DeadChannelOptions,
): ShrinkReport {
  const follow = following(undefined, new Map());
  const { plan, edits } = settle(message, follow, (followed) => {
    const analysis = analyseFollowed(message, followed);
    const walked = walkModel(analysis);
    const kept = walked.needs.live(true);
    const { importance } = planCut('removeDeadChannels', analysis, { keep: 1 }, sizeBytes);
    keepOneEach(followed.axes, analysis.channels, importance, kept);
    return { analysis, walked, kept, importance, lengths: lengthsOf(analysis, kept) };
  });
  const { analysis, walked, kept, importance, lengths } = plan;
  const notices: Notice[] = edgeNotices(walked, analysis.channels.groups, kept);
  const report = makeReport(
    analysis,
    { kept, importance },
    { sizeBytes, ...(dimensions === undefined ? {} : { dimensions }) },
  );
  if (report.tensors.length > 0) {
    const folds = foldsWhere(analysis, walked, kept, lengths);
    cutModel(analysis.followed, lengths, edits);
    verifyCut(message, follow, { before: analysis.followed, lengths });
    addFolds(message.graph!, folds, analysis);
  }
  return { ...report, notices: [...report.notices, ...notices] };
}

function foldsWhere(
  analysis: Analysis,
  walked: WalkedModel,
  kept: readonly Uint8Array[],
  { keptOf }: Lengths,
): ReturnType<typeof foldsOf> {
  const gone = Uint8Array.from(
    kept.flatMap((each) => [...each]),
    (stays) => 1 - stays,
  );
  return foldsOf(walked, analysis, { gone, keptOf });
}
