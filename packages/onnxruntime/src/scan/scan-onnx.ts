import { type Notice, PruneError } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import { embedExternalData } from '@synaprune/onnx';
import {
  type Answers,
  createAgreement,
  type SensitivityCurve,
  type SensitivityLevel,
} from '@synaprune/refit';
import { openSamples } from '../inputs/open-samples.js';
import { channelTrials } from './channel-trials.js';
import { type CheckedScan, type OnnxScan, requireScanOptions, type ScanOptions } from './options.js';
import { openRunner, type Runner } from './runner.js';
import type { Change } from './trial.js';
import { weightTrials } from './weight-trials.js';

/**
 * How much each layer of a model bears: every weight, or group of channels, is pruned alone, at several levels, and the
 * model's answers are compared with the dense model's. Nothing is trained or refitted, and no labels are needed. What it
 * finds becomes a distribution of any target: `sensitivityDistribution(scan.layers)` for `pruneOnnx`, `createPruner` and
 * `compressOnnx`, `keepBySensitivity(scan.layers, 0.7)` for `keep` of `shrinkOnnx`.
 *
 * Every sample is run once for each layer and level, in one session: some dozens of samples are enough, and all of them
 * measure. Do not measure the result on the same ones.
 *
 * @throws TypeError | RangeError when an option is unknown or wrong, or a sample does not fit the model; the reason of
 *   `signal` when that aborts
 * @throws PruneError `no-weights` when there is nothing to prune; `unsupported`, `device-failed`, `bad-model`,
 *   `external-data`, `unmatched-selector`
 *
 * @example
 * ```ts
 * import { pruneOnnx } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { scanOnnx, sensitivityDistribution } from '@synaprune/onnxruntime';
 * import * as ort from 'onnxruntime-web';
 *
 * const wave = (scale: number) => Float32Array.from({ length: 64 }, (_, i) => scale * Math.sin(i));
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: { a: { shape: [8, 8], data: wave(1) }, b: { shape: [8, 8], data: wave(0.01) } },
 *   nodes: [
 *     ['MatMul', ['x', 'a'], ['p']],
 *     ['MatMul', ['x', 'b'], ['q']],
 *     ['Add', ['p', 'q'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const { layers } = await scanOnnx({ ort, model });
 * const distribution = sensitivityDistribution(layers);
 * const { report } = await pruneOnnx(model, { sparsity: 0.5, distribution });
 * console.log(report.weights.map(({ sparsity }) => sparsity.after > 0.4)); // [ false, true ]
 * ```
 */
export async function scanOnnx(options: ScanOptions): Promise<OnnxScan> {
  const checked = requireScanOptions(options);
  const { ort, unit, levels, externalData, signal, onProgress } = checked;
  const model = externalData === undefined ? checked.model : embedExternalData(checked.model, externalData);
  const { samples, notices } = await openSamples(ort, 'scanOnnx', model, checked);
  const plan = unit === 'weight' ? weightTrials(model, checked) : channelTrials(model, checked);
  if (plan.count === 0) {
    const what = unit === 'weight' ? 'weight to prune' : 'group of channels that could be removed';
    throw new PruneError('no-weights', `scanOnnx finds no ${what} in the model`);
  }
  signal?.throwIfAborted();
  const runner = await openRunner(model, plan, samples, checked);
  try {
    const dense: Answers[] = [];
    for await (const answers of runner.answers()) dense.push(answers);
    const curves = new Map<string, { readonly elements: number; readonly levels: SensitivityLevel[] }>();
    const felt = new Set<string>();
    let ofAnswers: readonly Notice[] = [];
    let done = 0;
    for (const level of levels) {
      for await (const { name, elements, pruned, change } of plan.at(level)) {
        signal?.throwIfAborted();
        const curve = curves.get(name) ?? { elements, levels: [] };
        curves.set(name, curve);
        const sparsity = pruned / elements;
        const before = curve.levels.at(-1);
        // Of few channels two levels may be the same number.
        const known = sparsity === 0 ? 1 : before?.sparsity === sparsity ? before.agreement : undefined;
        let agreement = known;
        if (agreement === undefined) {
          const tried = await tryChange(runner, change, dense, checked);
          agreement = tried.agreement;
          ofAnswers = tried.notices;
          if (!tried.same) felt.add(name);
          curve.levels.push({ sparsity, agreement });
        }
        done += 1;
        onProgress?.({ done, total: plan.count * levels.length, layer: name, sparsity, agreement });
      }
    }
    const layers = [...curves].map(([name, curve]) => ({ name, ...curve }));
    const told = [...flat(layers), ...unfelt(layers, felt)].slice(0, 1);
    return { unit, layers, samples: samples.length, notices: [...notices, ...ofAnswers, ...told] };
  } finally {
    await runner.release();
  }
}

/** How much a changed model agrees, and whether it answers with the same numbers. */
async function tryChange(
  runner: Runner,
  change: Change,
  dense: readonly Answers[],
  { classes, metric, signal }: CheckedScan,
): Promise<{ readonly agreement: number; readonly same: boolean; readonly notices: readonly Notice[] }> {
  const tally = createAgreement({ classes, metric, shapes: 'disagree' });
  let sample = 0;
  let same = true;
  for await (const answers of runner.answers(change)) {
    signal?.throwIfAborted();
    const before = dense[sample]!;
    tally.add(before, answers);
    same &&= Object.entries(before).every(([name, { data }]) => areSame(data, answers[name]!.data));
    sample += 1;
  }
  const { total, notices } = tally.finish();
  return { agreement: total, same, notices };
}

function areSame(some: ArrayLike<unknown>, others: ArrayLike<unknown>): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i += 1) if (!Object.is(some[i], others[i])) return false;
  return true;
}

/** `flat-scan`: nothing that was tried made a difference. */
function flat(layers: readonly SensitivityCurve[]): Notice[] {
  const levels = layers.flatMap((layer) => layer.levels);
  if (levels.some(({ agreement }) => agreement < 1)) return [];
  const message =
    'no layer made a difference to the answers at any level, so that a distribution made of this is uniform: give more ' +
    'samples, or a metric that sees finer differences';
  return [{ code: 'flat-scan', message }];
}

/** `unfelt-layers`: no number of any answer was another without them, whatever the agreement counts. */
function unfelt(layers: readonly SensitivityCurve[], felt: ReadonlySet<string>): Notice[] {
  const weights = layers.flatMap(({ name, levels }) => (levels.length > 0 && !felt.has(name) ? [name] : []));
  if (weights.length === 0) return [];
  const message =
    `every answer to every sample was the same without ${listNames(weights, 5)}: what they give reaches none, as in a ` +
    'branch that no sample takes. What they bear is not known, and a distribution made of this takes most from them: ' +
    'give samples that need them, or keep them by name';
  return [{ code: 'unfelt-layers', message, weights }];
}
