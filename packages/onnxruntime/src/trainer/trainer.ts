import { elementsOf, requireOptions } from '@synaprune/core/checks';
import type { TrainingStep } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { feedsOf, shapesOf, splitInputs } from '../batch/batch.js';
import { uniformNumbers } from '../batch/random.js';
import { targetHint } from '../batch/targets.js';
import { createDropoutFactor } from '../memory/dropout-factor.js';
import { run } from '../runtime/run.js';
import { memoryFeeds, takeMemory } from '../scores/observers.js';
import type { StepSession } from '../sessions/step-sessions.js';
import { openTrainerState, sealTrainerState } from '../state/checkpoint.js';
import { checkTrainerMatching } from '../state/restore-matching.js';
import {
  exchange,
  placesOf,
  settleState,
  settleUnmasked,
  stateFeeds,
  takeState,
} from '../state/training-state.js';
import { rememberInside } from './inside.js';
import { openTraining } from './open-training.js';
import { requireLearningRate, type TrainerOptions } from './options.js';
import { createPrunings } from './pruning.js';
import type { Batch, Trainer } from './trainer-api.js';
import { masksGone, zerosInModel } from './trainer-notices.js';

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
  const training = await openTraining(options);
  const { ort, model, first, declared, gate, memory, state, sessions, observers, predictor, release } =
    training;
  const { learningRate, straightThrough = false } = options;
  const scheduled = () => (typeof learningRate === 'function' ? learningRate(steps) : learningRate);
  const hint = targetHint(options.loss);
  const places = placesOf(first, state);
  const onRelease = new Set<() => Promise<void>>();
  let steps = 0;
  let seed = options.seed ?? 0;
  const weights = first.weights
    .filter(({ mask }) => mask !== undefined)
    .map(({ name }) => ({ name, weight: state.weights.get(name)! }));
  const trained = first.weights.map(({ name }) => ({ name, weight: state.weights.get(name)! }));
  const lasting = [...first.notices, ...zerosInModel(first)];
  /** Weights that a step moved after their masks were gone. */
  const regrown = new Set<string>();

  const dropoutFactor = createDropoutFactor(weights, memory, options.dropout === 'coupled');

  const reads = new Set(withRole(first, 'input').map(({ modelName }) => modelName));
  const scalar = (value: number): Tensor => new ort.Tensor('float32', Float32Array.of(value), []);

  const prepare = async (batch: Batch, rate: number, beforeState = async () => {}) => {
    const { all, known } = splitInputs(batch.inputs, declared, reads);
    const loaded = await sessions.of(shapesOf(batch.inputs, known));
    const { step } = loaded;
    const given = {
      ...feedsOf(ort, 'inputs', all, withRole(step, 'input')),
      ...feedsOf(ort, 'targets', batch.targets ?? {}, withRole(step, 'target'), hint),
      ...feedsOf(ort, 'sampleWeights', batch.sampleWeights ?? {}, withRole(step, 'sampleWeight')),
    };
    // A batch that does not fit has been refused by now, before any mask changes for its sake.
    await beforeState();
    const rateFactor = await dropoutFactor();
    await settleState(step, state, memory);
    const feeds: Record<string, Tensor> = {
      ...given,
      ...stateFeeds(step, state, memory),
      ...memoryFeeds(step, loaded.observed),
      [step.learningRate]: scalar(rate),
      [step.step]: scalar(steps + 1),
    };
    for (const [stream, { name, shape, probability, rate: input }] of step.seeds.entries()) {
      const numbers = uniformNumbers(elementsOf(shape), seed, steps + 1, stream);
      feeds[name] = new ort.Tensor('float32', numbers, [...shape]);
      if (input !== undefined) feeds[input] = scalar(probability * rateFactor);
    }
    return { loaded, feeds };
  };

  // What leaves the trainer is pruned, also after a `restore` of weights from before the masks.
  const settle = () => settleState(first, state, memory);

  const read = async (): Promise<Map<string, Float32Array>> => {
    await settle();
    const values = new Map<string, Float32Array>();
    for (const [name, cell] of [...state.weights, ...state.buffers]) {
      // Where dropped elements learn on they are not zero, but to the model they are.
      values.set(name, await memory.readMasked(cell, cell));
    }
    return values;
  };

  const trainer: Trainer = {
    weights,
    gradients: [...state.gradients].map(([name, weight]) => ({ name, weight })),
    backend: memory.backend,
    memory: memory.kind,
    tensors: first.tensors,
    get notices() {
      return [...lasting, ...masksGone([...regrown])];
    },
    get steps() {
      return steps;
    },

    prune(pruning) {
      gate.requireOpen('prune');
      return prunings.start(pruning);
    },

    step: (batch) =>
      gate.exclusive('step', async (letIn) => {
        requireOptions('step', '', batch, BATCH);
        const rate = requireLearningRate(batch.learningRate ?? scheduled());
        const { loaded, feeds } = await prepare(batch, rate, () => letIn(prunings.beforeStep));
        const results = await run(loaded.session, 'the step', feeds, [loaded.step.loss, ...loaded.fetches]);
        takeState(loaded.step, state, memory, results);
        takeMemory(loaded.step, { observed: loaded.observed, running: observers.all() }, memory, results);
        await sessions.gaveState(loaded.session);
        await observers.settle();
        await settleUnmasked(loaded.step, state, memory);
        steps += 1;
        for (const { name, weight } of trained) {
          if (!straightThrough && memory.isAbandoned(weight)) regrown.add(name);
        }
        return { loss: lossOf(loaded, results) };
      }),

    evaluate: (batch) =>
      gate.exclusive('evaluate', async () => {
        // A batch for a step will do: the rate of an update that is not taken says nothing.
        requireOptions('evaluate', '', batch, BATCH);
        const { loaded, feeds } = await prepare(batch, 0);
        const results = await run(loaded.session, 'the step', feeds, [loaded.step.loss]);
        return { loss: lossOf(loaded, results) };
      }),

    predict: (inputs) =>
      gate.exclusive('predict', async () => {
        await settle();
        return predictor.predict(inputs);
      }),

    read: () => gate.exclusive('read', read),

    export: () => gate.exclusive('export', async () => first.export(await read())),

    save: (given = {}) =>
      gate.exclusive('save', async (letIn) => {
        requireOptions('save', '', given, ['pruner']);
        const { pruner } = given;
        await settle();
        const tensors = [];
        for (const { cell, ...place } of places) {
          tensors.push({ ...place, values: await memory.read(cell) });
        }
        const state = pruner === undefined ? null : await letIn(() => pruner.save());
        return sealTrainerState({ steps, seed, optimizer: first.optimizer, pruner: state }, tensors);
      }),

    restore: (value, given = {}) =>
      gate.exclusive('restore', async (letIn) => {
        const matching = checkTrainerMatching(given);
        const { pruner } = given;
        const opened = openTrainerState(value, {
          places,
          optimizer: first.optimizer,
          pruning: pruner !== undefined,
          matching,
        });
        const cells = places.map(({ cell }) => cell);
        await exchange(memory, cells, opened.values, async () => {
          if (pruner !== undefined) await letIn(() => pruner.restore(opened.pruner, opened.matching));
        });
        steps = opened.steps;
        seed = opened.seed;
        regrown.clear();
        if (pruner !== undefined) prunings.restored(pruner, opened.pruner);
      }),

    async dispose() {
      if (!gate.close()) return;
      prunings.dispose();
      for (const giveBack of onRelease) await giveBack();
      onRelease.clear();
      await release();
    },
  };
  const prunings = createPrunings(trainer, {
    model,
    observers,
    straightThrough,
    weights: trained,
    trained: new Set(trained.map(({ name }) => name)),
    statistics: new Set([
      ...first.buffers.map(({ name }) => name),
      ...first.tensors.filter(({ role }) => role === 'statistic').map(({ name }) => name),
    ]),
  });
  const cells = places.map(({ cell }) => cell);
  rememberInside(trainer, {
    ort,
    model,
    sessionOptions: training.sessionOptions,
    loss: options.loss,
    dropout: options.dropout ?? 'inference',
    gate,
    memory,
    weights: trained,
    exportWith: (values) => first.export(values),
    companions: state.companions,
    onRelease,
    settle,
    async readBuffers() {
      const values = new Map<string, Float32Array>();
      for (const [name, cell] of state.buffers) values.set(name, await memory.read(cell));
      return values;
    },
    targets: withRole(first, 'target'),
    snapshot: () =>
      gate.exclusive('save', async () => {
        await settle();
        const values: Float32Array[] = [];
        for (const cell of cells) values.push(await memory.read(cell));
        return values;
      }),
    revert: (values) => gate.exclusive('restore', () => exchange(memory, cells, values, async () => {})),
  });
  return trainer;
}

/** What a step takes. */
const BATCH = ['inputs', 'targets', 'sampleWeights', 'learningRate'];

function withRole({ inputs }: TrainingStep, role: 'input' | 'target' | 'sampleWeight') {
  return inputs.filter((input) => input.role === role);
}

function lossOf({ step }: StepSession, results: Readonly<Record<string, Tensor>>): number {
  return (results[step.loss]!.data as Float32Array)[0]!;
}
