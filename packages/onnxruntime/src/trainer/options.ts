import {
  describe,
  isRecord,
  requireBoolean,
  requireFinite,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import { checkTrainingStepOptions, type RateSchedule, type TrainingStepOptions } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { BatchTensors } from '../batch/batch.js';
import { type ExecutionProviders, type OnnxRuntime, requireRuntime } from '../runtime/runtime.js';
import { checkSessionSettings, requireModelBytes } from '../runtime/session-settings.js';

/** What `createTrainer` is told: what to run on, and everything that `buildTrainingStep` takes. */
export interface TrainerOptions
  extends Omit<TrainingStepOptions, 'masks' | 'scores' | 'part' | 'frozen' | 'kernels'> {
  /** The runtime: the whole namespace of `onnxruntime-node`, `onnxruntime-web` or `onnxruntime-web/webgpu`. */
  readonly ort: OnnxRuntime;
  /** The bytes of an ordinary .onnx file, untouched. */
  readonly model: Uint8Array;
  /**
   * For every step that is not told its own: a number, or a function of the steps taken so far, such as
   * `warmupRate(cosineRate({ rate, steps }), { steps: 100 })`. Without it, `step` needs one each time.
   */
  readonly learningRate?: number | RateSchedule;
  /** What to run on: `['cpu']` on onnxruntime-node, `['wasm']` on onnxruntime-web unless told. */
  readonly executionProviders?: ExecutionProviders;
  /** Passed on to every session, for threads, logging and the like. */
  readonly sessionOptions?: Omit<
    InferenceSession.SessionOptions,
    'executionProviders' | 'preferredOutputLocation' | 'externalData'
  >;
  /**
   * `train`: `Dropout` drops. `inference` (unless told): it passes everything, as with pruning in its place. `coupled`:
   * it drops at `rate·√(1 − sparsity)`, with the sparsity of all weights that have masks together, at every step: a
   * sparse model overfits less, and would be held back by the dropout of a dense one (Han et al. 2015, section 3.2).
   */
  readonly dropout?: 'train' | 'inference' | 'coupled';
  /** What the random numbers of dropout grow from, an integer. 0 unless told. */
  readonly seed?: number;
  /**
   * What becomes of dropped elements. Off unless told: they are +0 and stay it. With it weights stay dense under their
   * masks: the model reads +0 where a mask drops, gradients by what it read go to the dense weights as if nothing had been
   * dropped (straight through), and every update of `trainer.prune` chooses anew among all of them, so that what was
   * dropped comes back where it has grown. `predict`, `read`, `export` and averages give masked weights; `save` keeps the
   * dense ones. Not with channels of groups.
   *
   * @see Zhou et al. 2021, section 2, https://arxiv.org/abs/2102.04010; Lin et al. 2020, https://arxiv.org/abs/2006.07253
   */
  readonly straightThrough?: boolean;
  /**
   * Inputs of a batch, for a model in which sizes follow from what inputs hold and not from their shapes, as what `NonZero`
   * gives. The model is run on them for the sizes of the first step, in place of `inputs`, and on each batch before its step,
   * with the weights as they are then: batches with other sizes build and load a step graph of their own, as batches of other
   * shapes do. Not with `batch`, and not with `dropout` where sizes follow from what it drops.
   */
  readonly sample?: BatchTensors;
  /** How many sets of shapes keep a session ready, the least recently used going first. 8 unless told. */
  readonly sessions?: number;
}

/** The options that are this package's own. */
const OWN: Readonly<Record<Exclude<keyof TrainerOptions, keyof TrainingStepOptions>, true>> = {
  ort: true,
  model: true,
  learningRate: true,
  executionProviders: true,
  sessionOptions: true,
  seed: true,
  sample: true,
  sessions: true,
  straightThrough: true,
};
/** Options of a step that the trainer settles, and how. */
const ELSEWHERE = {
  masks: 'it feeds the masks itself, as its memory has them',
  part: 'step({ batches }) gathers the gradients of several',
  frozen: 'it feeds what is not trained itself, once for all sessions',
  kernels: 'it updates weights by kernels wherever their memory is the host’s',
  scores: 'trainer.prune takes a score, and its steps observe what that needs',
};

const SETTLED_OF_STEPS = ['masks', 'scores', 'part', 'frozen', 'kernels'] as const;

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value, at any depth */
export function checkTrainerOptions(options: TrainerOptions): void {
  for (const name of SETTLED_OF_STEPS) {
    if (!isRecord(options) || options[name] === undefined) continue;
    throw new TypeError(`createTrainer has no option "${name}": ${ELSEWHERE[name]}`);
  }
  checkTrainingStepOptions('createTrainer', options, Object.keys(OWN), SETTLED_OF_STEPS, ({ ort, model }) => {
    requireRuntime(ort);
    requireModelBytes('createTrainer', model);
  });
  const { learningRate, seed = 0, sessions = 8 } = options;
  if (typeof learningRate === 'number') requireLearningRate(learningRate);
  else if (learningRate !== undefined && typeof learningRate !== 'function') {
    throw new TypeError(
      `createTrainer needs learningRate to be a number, or a function of the steps taken, got ${describe(learningRate)}`,
    );
  }
  checkSessionSettings('createTrainer', options);
  if (options.straightThrough !== undefined) {
    requireBoolean('createTrainer', 'straightThrough', options.straightThrough);
  }
  requireFinite('createTrainer', 'seed', seed);
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`createTrainer needs seed to be a whole number, got ${seed}`);
  }
  requireWhole('createTrainer', 'sessions', sessions, 1);
  for (const name of ['inputs', 'batch'] as const) {
    if (options.sample === undefined || options[name] === undefined) continue;
    throw new TypeError(`createTrainer takes sample or ${name}: a sample has shapes of its own`);
  }
}

/** What a schedule gives for a step: one that fades below all that float32 holds has come to 0. */
function faded(rate: number): number {
  return rate > 0 && Math.fround(rate) === 0 ? 0 : rate;
}

/** @throws TypeError | RangeError unless it is a number of at least 0 that float32, which steps compute in, holds */
function requireLearningRate(rate: unknown): number {
  if (typeof rate !== 'number') {
    throw new TypeError(
      `a step needs a learningRate, its own or the one that createTrainer was given, got ${describe(rate)}`,
    );
  }
  const held = Math.fround(rate);
  if (rate >= 0 && Number.isFinite(held) && (held > 0 || rate === 0)) return rate;
  throw new RangeError(`learningRate is a finite number of at least 0 that float32 holds, got ${rate}`);
}

/** @throws TypeError when a batch of one piece has what a step does not take */
export function checkBatch(caller: 'step' | 'evaluate', batch: unknown): void {
  requireOptions(caller, '', batch, ['inputs', 'targets', 'sampleWeights', 'learningRate']);
}

/**
 * The learning rate of a step: its own, or the trainer's after so many steps.
 *
 * @throws TypeError | RangeError when there is none, or one that float32 does not hold
 */
export function learningRateOf(
  step: { readonly learningRate?: number },
  trainer: Pick<TrainerOptions, 'learningRate'>,
  steps: number,
): number {
  if (step.learningRate !== undefined) return requireLearningRate(step.learningRate);
  const { learningRate } = trainer;
  return requireLearningRate(typeof learningRate === 'function' ? faded(learningRate(steps)) : learningRate);
}
