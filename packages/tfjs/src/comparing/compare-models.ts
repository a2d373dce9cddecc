import { PruneError } from '@synaprune/core';
import { describe, requireOptions, requireWatched, requireWhole } from '@synaprune/core/checks';
import {
  type AgreementMetric,
  type AgreementOptions,
  type Comparison,
  createAgreement,
  timeInTurn,
} from '@synaprune/refit';
import { encodeTfjs, type TfjsArtifacts } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import type { BatchTensors, ModelInputs } from '../inputs/model-batches.js';
import { openSamples } from '../inputs/open-inputs.js';
import { takeSamples } from '../inputs/split-batches.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { answersOf, inputsOf, outputNamesOf, type RunnableModel, runModel } from './answer.js';

/** How two models are compared. */
export interface CompareModelsOptions {
  /** Samples; without any, seeded noise and a notice. */
  readonly inputs?: ModelInputs;
  /** Of noise; 0 unless told. */
  readonly seed?: number;
  /** Outputs whose numbers rank classes though they are no distributions, as logits do. */
  readonly classes?: AgreementOptions['classes'];
  /** Another measure than agreement, in [0, 1] for each pair of answers. */
  readonly metric?: AgreementMetric;
  /** Ends the work: its reason is thrown. */
  readonly signal?: AbortSignal;
}

const OPTIONS = ['inputs', 'seed', 'classes', 'metric', 'signal'];

/** Samples that are timed. */
const TIMED = 8;

/**
 * Compares two models of the same inputs and outputs, layers models or graph models, on the same samples: bytes,
 * milliseconds on the current backend, and how much the second one answers as the first one does. No labels are needed.
 * Neither model changes.
 *
 * Agreement is measured by what an output is: the share of equal classes for distributions, Dice overlap for
 * probabilities, explained variance for other floats, equality for integers.
 *
 * @throws TypeError | RangeError when an argument is wrong, an option unknown, or a sample does not fit the models
 * @throws PruneError `answer-mismatch` when the two have other inputs or outputs than each other
 *
 * @example
 * ```ts
 * import { compareModels, shrinkModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const before = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 32, activation: 'relu', inputShape: [8] }),
 *     tf.layers.dense({ units: 3, activation: 'softmax' }),
 *   ],
 * });
 * const { model: after } = await shrinkModel(before, { keep: 0.5 });
 * const compared = await compareModels(before, after, { inputs: tf.randomNormal([20, 8]) });
 * console.log(compared.samples, compared.outputs[0]?.kind, compared.after.bytes < compared.before.bytes); // 20 classes true
 * ```
 */
export async function compareModels(
  before: RunnableModel,
  after: RunnableModel,
  options: CompareModelsOptions = {},
): Promise<Comparison> {
  const caller = 'compareModels';
  requireRunnable(caller, 'before', before);
  requireRunnable(caller, 'after', after);
  requireOptions(caller, '', options as unknown, OPTIONS);
  requireWhole(caller, 'seed', options.seed ?? 0);
  requireWatched(caller, options);
  requireAlike(before, after);
  const { signal } = options;
  const opened = await openSamples(caller, inputsOf(before), options);
  try {
    const measured = await measureBoth(before, after, opened.batches, options);
    signal?.throwIfAborted();
    return { ...measured, notices: [...opened.notices, ...measured.notices] };
  } finally {
    opened.dispose();
  }
}

/** As {@link compareModels}, on batches that are there. */
export async function measureBoth(
  before: RunnableModel,
  after: RunnableModel,
  batches: readonly BatchTensors[],
  { classes, metric, signal }: Pick<CompareModelsOptions, 'classes' | 'metric' | 'signal'>,
): Promise<Comparison> {
  const names = outputNamesOf(before);
  const tally = createAgreement({ classes, metric, shapes: 'disagree' });
  for (const batch of batches) {
    signal?.throwIfAborted();
    const answers = await answersOf(before, names, batch);
    tally.add(answers, await answersOf(after, names, batch), batch[0]!.shape[0]!);
  }
  const singles = takeSamples(batches, 0, TIMED, inputsOf(before)[0]?.shape?.[0] ?? 1);
  try {
    const both = { before, after };
    await warmUp(both, singles);
    const times = await timeInTurn((which, batch: BatchTensors) => timeOne(both[which], batch), singles, {
      ...{ most: 30, fewest: 5, budget: 1_500 },
      signal,
    });
    const { total, samples, count, outputs, notices } = tally.finish();
    return {
      before: { bytes: await bytesOf(before), milliseconds: times.before },
      after: { bytes: await bytesOf(after), milliseconds: times.after },
      speedup: times.speedup,
      agreement: total,
      sameSamples: samples,
      samples: count,
      outputs,
      notices,
    };
  } finally {
    tf.dispose(singles.flat());
  }
}

/** Has each model run inputs of each shape: what a backend does once for a shape is not timed. */
async function warmUp(
  both: Record<'before' | 'after', RunnableModel>,
  batches: readonly BatchTensors[],
): Promise<void> {
  const byShape = new Map(batches.map((batch) => [batch.map(({ shape }) => shape.join()).join(' '), batch]));
  for (const batch of byShape.values()) {
    await timeOne(both.before, batch);
    await timeOne(both.after, batch);
  }
}

async function timeOne(model: RunnableModel, batch: BatchTensors): Promise<number> {
  const start = performance.now();
  const outputs = await runModel(model, batch);
  // Answers come to main memory, so that a GPU has finished too.
  for (const output of outputs) await output.data();
  const end = performance.now();
  tf.dispose(outputs);
  return end - start;
}

/** Length of the files that a model would be saved in. */
async function bytesOf(model: RunnableModel): Promise<number> {
  const { modelJson, shards } = encodeTfjs((await artifactsOf(model)) as TfjsArtifacts);
  const text = new TextEncoder().encode(modelJson).length;
  return Object.values(shards).reduce((sum, shard) => sum + shard.length, text);
}

function requireRunnable(caller: string, field: string, value: unknown): void {
  const { predict, execute, inputs } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(inputs) && [predict, execute].some((method) => typeof method === 'function')) return;
  const what = value instanceof Promise ? 'a promise: await it first' : describe(value);
  throw new TypeError(`${caller} needs ${field} to be a layers model or a graph model, got ${what}`);
}

function requireAlike(before: RunnableModel, after: RunnableModel): void {
  for (const [what, namesOf] of [
    ['inputs', (model: RunnableModel) => inputsOf(model)],
    ['outputs', (model: RunnableModel) => outputNamesOf(model)],
  ] as const) {
    const [one, other] = [namesOf(before).length, namesOf(after).length];
    if (one === other) continue;
    throw new PruneError(
      'answer-mismatch',
      `compareModels needs models of as many ${what}; the one before has ${one}, the one after ${other}`,
    );
  }
}
