import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Notice, readRecipe } from '@synaprune/core';
import { type Errors, errorsOf } from '@synaprune/examples-kit/metrics';
import { createRandom, shuffled } from '@synaprune/examples-kit/random';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import { type Arm, armsOf, type Training } from './arms.js';
import { type ForecasterWeights, initialWeights } from './initial-weights.js';
import { type Ending, watchLearning } from './learning.js';
import { type LossyModel, packLossy } from './lossy-models.js';
import { narrowUnits, numbersOf } from './model-size.js';
import { inOriginalUnits } from './original-units.js';
import { aimOf, withTarget } from './pruning-aim.js';
import type { Forecaster, KernelState, Runtime, SavedFile } from './runtime/runtime.js';
import type { Settings } from './settings.js';

/** What one epoch of one run looked like when it ended. */
export interface EpochRecord {
  /** Counted from 0, like the schedule's positions. */
  readonly epoch: number;
  /** Mean squared error on the scale the model is trained on. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Mean absolute error on the validation part, in the target's own unit. Picks the best epoch. */
  readonly validationMae: number;
  /** Adam's step size. */
  readonly learningRate: number;
  /** Fraction of the prunable weights that is dropped, counted in the masks. */
  readonly sparsity: number;
  /** The same, weight by weight. */
  readonly kernels: readonly { readonly name: string; readonly sparsity: number }[];
}

/** Bytes of a saved model's files, together; and of the one sparse file that holds the same. */
export interface Sizes {
  readonly denseBytes: number;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
  readonly packedBytes: number;
}

/** A trained model as one arm evaluates it. */
export interface RunResult extends Errors {
  readonly arm: Arm['name'];
  readonly seed: number;
  /** The sparsity that a point of the curve aims at; `null` for the arms' own runs. */
  readonly target: number | null;
  readonly bestEpoch: number;
  /** Why it stopped: it had stopped learning, or its epochs were used up. */
  readonly ending: Ending;
  readonly epochs: readonly EpochRecord[];
  /** Reached sparsity of the restored model, counted in its masks. */
  readonly sparsity: number;
  readonly kernels: readonly KernelState[];
  /** Hidden units. */
  readonly hidden: number;
  /** Numbers that are not dropped, biases among them. */
  readonly numbers: number;
  readonly sizes: Sizes;
  /** Sparse files of it with values in fewer bits; none of a model that another arm has, too. */
  readonly lossy: readonly LossyModel[];
  readonly files: readonly SavedFile[];
  /** What the restored model holds, as it would stand in Keras. */
  readonly weights: ForecasterWeights;
  /** Forecasts of the test part in original units. */
  readonly forecasts: Float64Array;
  /** What did not come to hold while it trained. */
  readonly notices: readonly Notice[];
  /** Training and evaluation; arms that share a training each count it. */
  readonly seconds: number;
}

/** One training to do. */
export interface Job {
  readonly training: Training;
  readonly seed: number;
  /** Prunes to this sparsity in place of the recipe's: a point of the curve. */
  readonly target?: number;
}

/**
 * Trains one model, goes back to its best epoch on the validation part and evaluates it on the test part, once
 * for each arm that the training feeds.
 *
 * Every arm trains at least until the recipe's schedule ends, and stops when it has stopped learning: {@link watchLearning}.
 * The best epoch is picked among all epochs; for pruning only among those whose update
 * reached the final sparsity, so a score never belongs to a model less pruned than it claims.
 *
 * @param stopped asked before each step: `true` ends the training with an error
 */
export async function train(
  runtime: Runtime,
  dataset: Dataset,
  settings: Settings,
  { training, seed, target }: Job,
  onEpoch: (record: EpochRecord) => void,
  stopped: () => boolean = () => false,
): Promise<RunResult[]> {
  const started = performance.now();
  const pruned = training === 'pruning';
  const { end, to } = aimOf(settings.recipe);
  const recipe = target === undefined ? settings.recipe : withTarget(settings.recipe, target);
  const features = dataset.features.length;
  const hidden = training === 'narrow' ? narrowUnits(features, settings.hidden, to) : settings.hidden;
  const learning = watchLearning({
    learningRate: settings.learningRate,
    epochs: settings.epochs,
    patience: settings.patience,
    from: end,
  });
  const forecaster = await runtime.createForecaster({
    length: settings.length,
    features,
    hidden,
    weights: initialWeights(features, hidden, seed),
    dropout: training === 'dropout' ? settings.dropout : 0,
    seed,
    pruning: pruned ? readRecipe(recipe) : null,
  });
  try {
    const epochs: EpochRecord[] = [];
    let best: EpochRecord | null = null;
    await forecaster.fit({
      inputs: dataset.train.inputs,
      targets: dataset.train.targets,
      batchSize: settings.batchSize,
      epochs: settings.epochs,
      learningRate: () => learning.learningRate,
      stopped,
      // A stream for each epoch, so that a runtime may ask again, or ahead.
      order: (epoch) =>
        shuffled(dataset.train.targets.length, createRandom(seed, `order of the windows in epoch ${epoch}`)),
      onEpochEnd: async (epoch, trainLoss) => {
        const record = {
          ...(await recordEpoch(forecaster, dataset, epoch, trainLoss)),
          learningRate: learning.learningRate,
        };
        epochs.push(record);
        onEpoch(record);
        const eligible = !pruned || epoch >= end;
        if (eligible && record.validationMae < (best?.validationMae ?? Number.POSITIVE_INFINITY)) {
          best = record;
          await forecaster.remember();
        }
        learning.see(epoch, record.validationMae, eligible);
        return learning.ending === null;
      },
    });
    await forecaster.recall();
    const kernels = await forecaster.kernels();
    const sparsity = sparsityOf(kernels);
    const { kernels: prunable, biases } = numbersOf(features, hidden);
    const files = await forecaster.save();
    const weights = await forecaster.weights();
    const notices = await forecaster.notices();
    const trainedSeconds = seconds(started);
    const { bytes: exact } = await runtime.pack(files, 'exact');
    const sizes = { ...sizesOf(files), packedBytes: exact.length };
    const lossy = target === undefined ? await packLossy(runtime, files, dataset, settings.length) : [];
    const results: RunResult[] = [];
    for (const arm of armsOf(training)) {
      const evaluationStarted = performance.now();
      const scaled =
        arm.evaluation === 'once'
          ? await forecaster.predict(dataset.test.inputs)
          : await averagedPasses(forecaster, dataset.test.inputs, settings.passes);
      const forecasts = inOriginalUnits(dataset, dataset.test, scaled);
      results.push({
        arm: arm.name,
        seed,
        target: target ?? null,
        ...errorsOf(forecasts, dataset.test.truth),
        bestEpoch: best!.epoch,
        ending: learning.ending!,
        epochs,
        sparsity,
        kernels,
        hidden,
        numbers: Math.round(prunable * (1 - sparsity)) + biases,
        sizes,
        lossy: arm.evaluation === 'once' ? lossy : [],
        files,
        weights,
        forecasts,
        notices,
        seconds: trainedSeconds + seconds(evaluationStarted),
      });
    }
    return results;
  } finally {
    await forecaster.dispose();
  }
}

/** Bytes as saved, and as `gzip -9` and brotli's highest quality leave them, file by file. */
export function sizesOf(files: readonly { readonly bytes: Uint8Array }[]): Omit<Sizes, 'packedBytes'> {
  const total = (of: (bytes: Uint8Array) => Uint8Array) =>
    files.reduce((sum, { bytes }) => sum + of(bytes).byteLength, 0);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  return {
    denseBytes: total((bytes) => bytes),
    gzipBytes: total((bytes) => gzipSync(bytes, { level: 9 })),
    brotliBytes: total((bytes) => brotliCompressSync(bytes, quality)),
  };
}

async function recordEpoch(
  forecaster: Forecaster,
  { validation, changeSize }: Dataset,
  epoch: number,
  trainLoss: number,
): Promise<Omit<EpochRecord, 'learningRate'>> {
  const { mae, rmse } = errorsOf(await forecaster.predict(validation.inputs), validation.targets);
  if (!Number.isFinite(rmse) || !Number.isFinite(trainLoss)) {
    throw new Error(
      `the training diverged in epoch ${epoch}: train loss ${trainLoss}, validation RMSE ${rmse}`,
    );
  }
  const kernels = await forecaster.kernels();
  return {
    epoch,
    trainLoss,
    validationLoss: rmse ** 2,
    // Differences from the reference, so that the unit is all that changes.
    validationMae: mae * changeSize,
    sparsity: sparsityOf(kernels),
    kernels: kernels.map((kernel) => ({ name: kernel.name, sparsity: sparsityOf([kernel]) })),
  };
}

async function averagedPasses(
  forecaster: Forecaster,
  inputs: Float32Array,
  passes: number,
): Promise<Float32Array> {
  let sum: Float64Array | null = null;
  for (let pass = 0; pass < passes; pass += 1) {
    const forecasts = await forecaster.predict(inputs, { dropout: true });
    sum ??= new Float64Array(forecasts.length);
    for (let i = 0; i < forecasts.length; i += 1) sum[i]! += forecasts[i]!;
  }
  return Float32Array.from(sum ?? [], (value) => value / passes);
}

function sparsityOf(kernels: readonly KernelState[]): number {
  let [dropped, elements] = [0, 0];
  for (const { kept } of kernels) {
    elements += kept.length;
    for (const bit of kept) dropped += 1 - bit;
  }
  return dropped / elements;
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}
