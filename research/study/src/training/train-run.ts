import { gzipSync } from 'node:zlib';
import { type PruningReport, readRecipe } from '@synaprune/core';
import { gatherNotices } from '@synaprune/examples-kit/notices';
import { buildModel, type ForwardModel } from '../models/build-model.js';
import { keptDigits, lastWindows } from '../protocols/stretch.js';
import type { EpochResult, Evaluations, RunResult, RunSpec } from '../run.js';
import type { Part, Task } from '../task.js';
import { createEarlyStopping } from './early-stopping.js';
import { evaluate } from './evaluate.js';
import { createLearner, type Learner } from './learner.js';
import type { Noise } from './noise.js';
import type { StudyRuntime } from './open-runtime.js';
import { createPruning, type Pruning } from './pruning.js';
import { createRunRandom, type RunRandom } from './run-random.js';
import { inOriginalUnits, persistenceScore, scoreOf } from './score.js';

/** What a caller may want to know or do while a run goes on. */
export interface RunHooks {
  onEpoch?(epoch: EpochResult): void;
  /** Stops the run at its next epoch; the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Weights of an epoch, to come back to. */
interface Remembered {
  readonly epoch: number;
  readonly state: unknown;
  readonly report: PruningReport | null;
}

/**
 * Trains one model as a specification says, and scores it. The same specification and task give the same result on
 * the same runtime, bit for bit, but for `seconds`.
 *
 * @throws Error when the training diverges: a loss or a forecast is not finite
 * @throws RangeError when the specification cannot be met
 */
export async function trainRun(
  runtime: StudyRuntime,
  task: Task,
  spec: RunSpec,
  hooks: RunHooks = {},
): Promise<RunResult> {
  const started = performance.now();
  requireReachable(spec);
  const { training, stopping, seed } = spec;
  const model = buildModel({
    model: spec.model,
    length: task.length,
    features: task.features.length,
    channels: task.channels,
    // Where the target is no channel, as in the published task, the model has no use for one.
    targetChannel: Math.max(0, task.targetChannel.index),
    narrowed: training.narrowed,
    dropout: training.dropout,
    seed,
    protocol: spec.protocol,
  });
  const learner = await createLearner(runtime, model, task, training, stopping.batchSize);
  try {
    const pruning =
      training.pruning === null
        ? null
        : createPruning(training.pruning, learner.trainer, model.kernels, seed);
    try {
      const random = createRunRandom(spec, model.parameters);
      const run = await trainEpochs(learner, pruning, random, model, task, spec, hooks);
      const result = await resultOf(learner, random, model, task, spec, run, started);
      const gathered = gatherNotices();
      gathered.add(learner.trainer.notices);
      gathered.add(pruning?.notices() ?? []);
      gathered.add(run.scored.report?.notices ?? []);
      const notices = gathered.all();
      return notices.length === 0 ? result : { ...result, notices };
    } finally {
      pruning?.dispose();
    }
  } finally {
    await learner.dispose();
  }
}

interface TrainedRun {
  readonly epochs: readonly EpochResult[];
  readonly best: Remembered;
  readonly last: Remembered;
  /** One of the two. */
  readonly scored: Remembered;
}

async function trainEpochs(
  learner: Learner,
  pruning: Pruning | null,
  random: RunRandom,
  model: ForwardModel,
  task: Task,
  spec: RunSpec,
  { onEpoch, signal }: RunHooks,
): Promise<TrainedRun> {
  const { training, stopping } = spec;
  const noise = training.dropout > 0 ? random.noise('training') : null;
  const noiseOfValidation = training.noisyValidation ? random.noise('validation') : null;
  const rule = createEarlyStopping(stopping);
  const epochs: EpochResult[] = [];
  let best: Remembered | null = null;
  for (let epoch = 0; ; epoch += 1) {
    signal?.throwIfAborted();
    const windows = random.order(task.train.count);
    let sum = 0;
    for (let from = 0, batch = 0; from < windows.length; from += stopping.batchSize, batch += 1) {
      const some = windows.subarray(from, from + stopping.batchSize);
      const take = async () => {
        // After the masks of this step: what pruning took over, dropout gives up.
        if (batch === 0 && training.coupled)
          noise?.setRate(coupledRate(training.dropout, await pruning?.report()));
        return learner.step(task.train, some, noise);
      };
      const loss = await (pruning === null ? take() : pruning.step(epoch, batch, take));
      if (!Number.isFinite(loss)) {
        throw new Error(`the training diverged in epoch ${epoch}, batch ${batch}: its loss is ${loss}`);
      }
      sum += loss * some.length;
    }
    const report = (await pruning?.report()) ?? null;
    random.beforePass();
    const validated = await validate(learner, model, task, noiseOfValidation);
    const result = {
      epoch,
      trainLoss: sum / windows.length,
      ...validated,
      sparsity: report?.total.sparsity ?? 0,
    };
    epochs.push(result);
    onEpoch?.(result);
    const eligible = stopping.scored === 'last' || report === null || pruning!.reachedEnd(report);
    const verdict = rule.judge(epoch, result.validationLoss, eligible);
    if (verdict.best) best = { epoch, state: await learner.trainer.save(), report };
    if (verdict.stop) {
      const last = { epoch, state: null, report };
      // The last epoch's weights are still there then.
      const scored = stopping.scored === 'last' || best!.epoch === epoch ? last : best!;
      return { epochs, best: best!, last, scored };
    }
  }
}

/** Han et al. 2015: the rate falls with the root of what is left. */
function coupledRate(rate: number, report: PruningReport | undefined): number {
  return rate * Math.sqrt(1 - (report?.total.sparsity ?? 0));
}

/** Of the target alone, also where a model forecasts every channel: that is what will be scored. */
async function validate(
  learner: Learner,
  { output }: ForwardModel,
  task: Task,
  noise: Noise | null,
): Promise<{ readonly validationLoss: number; readonly validationMae: number }> {
  const part = task.validation;
  const values = await learner.outputs(part, noise);
  const { channels, targetChannel } = task;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    const wanted =
      output === 'channels' ? part.nextRow[i * channels + targetChannel.index]! : part.targets[i]!;
    squares += (value - wanted) ** 2;
  }
  const { scaledMae } = scoreOf(inOriginalUnits(task, part, output, values), part.truth, task.errorUnit);
  return { validationLoss: squares / part.count, validationMae: scaledMae };
}

async function resultOf(
  learner: Learner,
  random: RunRandom,
  model: ForwardModel,
  task: Task,
  { training }: RunSpec,
  { epochs, best, last, scored }: TrainedRun,
  started: number,
): Promise<RunResult> {
  const { trainer } = learner;
  const { output } = model;
  const on = (part: Part, label: string): Promise<Evaluations> => {
    const noise = training.dropout > 0 ? random.noise(label) : null;
    return evaluate(learner, task, part, { output, noise, beforePass: () => random.beforePass() });
  };
  // The last epoch's weights are still there; the best epoch's are then put in their place.
  const testAtLast = await on(task.test, 'the test part');
  let weights = await trainer.read();
  const stretch = async () => {
    const part = lastWindows(task.test);
    return keptDigits(inOriginalUnits(task, part, output, await learner.outputs(part, null)));
  };
  let validation = scored === last ? await on(task.validation, 'the validation part') : null;
  let forecasts = scored === last ? await stretch() : null;
  let testAtBest = testAtLast;
  if (best.epoch !== last.epoch) {
    await trainer.restore(best.state);
    testAtBest = await on(task.test, 'the test part');
  }
  if (validation === null) {
    weights = await trainer.read();
    validation = await on(task.validation, 'the validation part');
  }
  forecasts ??= await stretch();
  const elements = new Map(trainer.weights.map(({ name, weight }) => [name, elementsOf(weight.shape)]));
  const counted = new Map(scored.report?.weights.map(({ name, sparsity }) => [name, sparsity]));
  return {
    test: scored === last ? testAtLast : testAtBest,
    validation,
    testAtLast,
    testAtBest,
    persistence: {
      test: persistenceScore(task.test, task.errorUnit),
      validation: persistenceScore(task.validation, task.errorUnit),
    },
    forecasts,
    bestEpoch: best.epoch,
    scoredEpoch: scored.epoch,
    epochs,
    sparsity: scored.report?.total.sparsity ?? 0,
    sparsityByWeight: model.kernels.map((name) => ({
      name,
      elements: elements.get(name)!,
      sparsity: counted.get(name) ?? 0,
    })),
    prunable: [...elements.values()].reduce((sum, count) => sum + count, 0),
    parameters: model.parameters,
    gzipBytes: gzipBytesOf([...weights.values()]),
    seconds: (performance.now() - started) / 1000,
  };
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, edge) => product * edge, 1);
}

function gzipBytesOf(tensors: readonly Float32Array[]): number {
  const bytes = tensors.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
  );
  return gzipSync(Buffer.concat(bytes), { level: 9 }).length;
}

/** @throws RangeError when a run can never have an epoch that counts */
function requireReachable({ training: { pruning, dropout, noisyValidation }, stopping }: RunSpec): void {
  if (stopping.epochs < 1 || stopping.batchSize < 1) {
    throw new RangeError(
      `a run needs an epoch and a batch, got ${stopping.epochs} and ${stopping.batchSize}`,
    );
  }
  if (noisyValidation && dropout === 0) throw new RangeError('noisyValidation needs dropout above 0');
  const end = pruning === null ? 0 : (readRecipe(pruning.recipe).schedule.end ?? 0);
  if (stopping.scored === 'best' && (end >= stopping.epochs || stopping.leastEpochs < end)) {
    throw new RangeError(
      `epoch ${end}, when pruning ends, comes after epoch ${Math.min(stopping.leastEpochs, stopping.epochs - 1)}, ` +
        'when the run may end: no epoch would count',
    );
  }
}
