import { type NamedWeight, PruneError, type TensorBackend } from '@synaprune/core';
import { buildTrainingStep, type TrainingStep } from '@synaprune/onnx-train';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { type BatchTensors, type DeclaredInput, feedsOf, shapesOf } from './batch.js';
import { declaredInputs } from './declared-inputs.js';
import { createGate } from './gate.js';
import { elementsOf } from './host-memory.js';
import type { TrainerMask, TrainerWeight } from './memory.js';
import { openMemory } from './open-memory.js';
import { checkTrainerOptions, requireLearningRate, type TrainerOptions } from './options.js';
import { uniformNumbers } from './random.js';
import { defaultProviders, requireRuntime } from './runtime.js';
import { createStepSessions, type StepSession } from './step-sessions.js';
import { cellsOf, createState, stateFeeds, takeState } from './training-state.js';

/** A batch, by the model's names: inputs by its inputs, targets by the outputs that the loss is of. */
export interface Batch {
  readonly inputs: BatchTensors;
  /** None where the model computes its loss itself. */
  readonly targets?: BatchTensors;
}

/** Trains one model. Made by {@link createTrainer}. */
export interface Trainer {
  /** The weights that have masks, for `createPruner`, in the order of the model. */
  readonly weights: readonly NamedWeight<TrainerWeight>[];
  /** Their gradients at the last step, for `tensorScore`. Empty unless `gradients` was asked for. */
  readonly gradients: readonly NamedWeight<TrainerWeight>[];
  /** For `createPruner`: prunes the weights where they are. */
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** Where weights, slots and masks are between steps: main memory, or GPU buffers. */
  readonly memory: 'host' | 'gpu';
  /** How many steps were taken. */
  readonly steps: number;
  /**
   * Takes one step. What the masks drop is exactly +0 afterwards, weights and slots. For shapes that were not
   * seen before, a step graph is built and loaded first.
   *
   * @returns the loss before the update; NaN and infinity are the caller's to act on
   * @throws TypeError | RangeError when the batch does not fit the model
   * @throws PruneError `busy` while another call is in flight, `disposed`, `unsupported-operator`,
   *   `device-failed` when the runtime fails; weights and slots are then as they were
   */
  step(batch: Batch & { readonly learningRate?: number }): Promise<{ readonly loss: number }>;
  /**
   * The loss of a batch as a step computes it, statistics of the batch and dropout included, without taking
   * the update.
   */
  evaluate(batch: Batch): Promise<{ readonly loss: number }>;
  /** A copy of every trained weight and buffer, by its name in the model. */
  read(): Promise<Map<string, Float32Array>>;
  /** The model as it came, an ordinary .onnx, with the trained, pruned weights in their places. */
  export(): Promise<Uint8Array>;
  /**
   * Releases sessions and memory. Harmless when repeated.
   *
   * @throws PruneError `busy` while another call is in flight
   */
  dispose(): Promise<void>;
}

/**
 * A trainer for any ONNX model on the runtime that it is given.
 *
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError `bad-model`, `unsupported-operator`, `no-weights`, `unmatched-selector` as
 *   `buildTrainingStep`; `unsupported` when the runtime has none of the execution providers
 *
 * @example
 * ```ts no-run
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { createPruner, synapticRamp } from '@synaprune/core';
 * import { createTrainer } from '@synaprune/onnxruntime';
 *
 * process.env.ORT_DISABLE_TELEMETRY = '1';
 * const ort = await import('onnxruntime-node');
 * const trainer = await createTrainer({
 *   ort,
 *   model: await readFile('classifier.onnx'),
 *   loss: 'crossEntropy',
 *   optimizer: 'adam',
 *   learningRate: 1e-3,
 * });
 * const pruner = createPruner({
 *   backend: trainer.backend,
 *   weights: trainer.weights,
 *   schedule: synapticRamp({ from: 0.3, to: 0.8, start: 2, end: 20 }),
 * });
 * for (let epoch = 0; epoch < 25; epoch += 1) {
 *   await pruner.update(epoch);
 *   const x = new Float32Array(32 * 784);
 *   const y = new Float32Array(32 * 10);
 *   await trainer.step({ inputs: { x }, targets: { y } });
 * }
 * await writeFile('pruned.onnx', await trainer.export());
 * await trainer.dispose();
 * ```
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  checkTrainerOptions(options);
  const { model, learningRate, executionProviders, sessionOptions, seed = 0, sessions: most = 8 } = options;
  const ort = requireRuntime(options.ort);
  const bytes = Uint8Array.from(model);
  const declared = declaredInputs(bytes);
  const settings = stepSettings(options);
  const first = firstStep(bytes, declared, options);
  const allOptions: InferenceSession.SessionOptions = {
    logSeverityLevel: 3,
    ...sessionOptions,
    executionProviders: executionProviders ?? defaultProviders(ort),
  };
  const gate = createGate();
  const memory = await openMemory(ort, allOptions, gate);
  const state = createState(first, memory);
  const sessions = createStepSessions({
    ort,
    model: bytes,
    settings,
    sessionOptions: allOptions,
    memory,
    most,
  });
  let steps = 0;

  const scalar = (value: number): Tensor => new ort.Tensor('float32', Float32Array.of(value), []);

  const prepare = async (batch: Batch, rate: number) => {
    const loaded = await sessions.of(shapesOf(batch.inputs, declared));
    const { step } = loaded;
    const feeds: Record<string, Tensor> = {
      ...feedsOf(ort, 'inputs', batch.inputs, withRole(step, 'input')),
      ...feedsOf(ort, 'targets', batch.targets ?? {}, withRole(step, 'target')),
      ...stateFeeds(step, state, memory),
      [step.learningRate]: scalar(rate),
      [step.step]: scalar(steps + 1),
    };
    for (const [stream, { name, shape }] of step.seeds.entries()) {
      const numbers = uniformNumbers(elementsOf(shape), seed, steps + 1, stream);
      feeds[name] = new ort.Tensor('float32', numbers, [...shape]);
    }
    return { loaded, feeds };
  };

  const read = async (): Promise<Map<string, Float32Array>> => {
    const values = new Map<string, Float32Array>();
    for (const [name, cell] of [...state.weights, ...state.buffers]) {
      values.set(name, await memory.read(cell));
    }
    return values;
  };

  return {
    weights: first.weights
      .filter(({ mask }) => mask !== undefined)
      .map(({ name }) => ({ name, weight: state.weights.get(name)! })),
    gradients: [...state.gradients].map(([name, weight]) => ({ name, weight })),
    backend: memory.backend,
    memory: memory.kind,
    get steps() {
      return steps;
    },

    step: (batch) =>
      gate.exclusive('step', async () => {
        const rate = requireLearningRate(batch.learningRate ?? learningRate);
        const { loaded, feeds } = await prepare(batch, rate);
        const results = await run(loaded, feeds, [loaded.step.loss, ...loaded.fetches]);
        takeState(loaded.step, state, memory, results);
        steps += 1;
        return { loss: lossOf(loaded, results) };
      }),

    evaluate: (batch) =>
      gate.exclusive('evaluate', async () => {
        const { loaded, feeds } = await prepare(batch, 0);
        return { loss: lossOf(loaded, await run(loaded, feeds, [loaded.step.loss])) };
      }),

    read: () => gate.exclusive('read', read),

    export: () => gate.exclusive('export', async () => first.export(await read())),

    async dispose() {
      if (!gate.close()) return;
      await sessions.release();
      for (const { tensor } of cellsOf(state)) memory.discard(tensor);
      memory.dispose();
    },
  };
}

/** What `buildTrainingStep` takes of the options. */
function stepSettings(options: TrainerOptions): Parameters<typeof buildTrainingStep>[1] {
  const { ort, model, learningRate, executionProviders, sessionOptions, seed, sessions, ...settings } =
    options;
  return settings;
}

/** The step that tells what there is to train: for the shapes that were given, and 1 where a size is open. */
function firstStep(
  model: Uint8Array,
  declared: readonly DeclaredInput[],
  options: TrainerOptions,
): TrainingStep {
  const inputs = Object.fromEntries(declared.map(({ name, dims }) => [name, dims.map((size) => size ?? 1)]));
  const settings = stepSettings(options);
  try {
    return buildTrainingStep(model, { ...settings, inputs: { ...inputs, ...options.inputs } });
  } catch (error) {
    const guessed = declared.filter(
      ({ name, dims }) => options.inputs?.[name] === undefined && dims.includes(null),
    );
    if (!(error instanceof PruneError) || error.code !== 'bad-model' || guessed.length === 0) throw error;
    const names = guessed.map(({ name }) => JSON.stringify(name)).join(', ');
    throw new PruneError(
      'bad-model',
      `${error.message} (with 1 for every open size of ${names}: give their shapes as \`inputs\`)`,
      { cause: error },
    );
  }
}

function withRole({ inputs }: TrainingStep, role: 'input' | 'target') {
  return inputs.filter((input) => input.role === role);
}

async function run(
  { session }: StepSession,
  feeds: Record<string, Tensor>,
  fetches: readonly string[],
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds, fetches);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('device-failed', `ONNX Runtime failed to run the step: ${reason}`, { cause });
  }
}

function lossOf({ step }: StepSession, results: InferenceSession.ReturnType): number {
  return ((results[step.loss] as Tensor).data as Float32Array)[0]!;
}
