import { requireOptions } from '@synaprune/core/checks';
import { ownTensors } from '../batch/own-tensors.js';
import { createDropoutFactor } from '../memory/dropout-factor.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import { memoryFeeds, takeMemory } from '../scores/observers.js';
import { lossOf, runStep } from '../sessions/run-step.js';
import type { StepSession } from '../sessions/step-sessions.js';
import {
  exchange,
  placesOf,
  type StepRun,
  settleState,
  settleUnmasked,
  stateFeeds,
  takeBuffers,
  takeState,
} from '../state/training-state.js';
import { createBatchFeeds, type Prepared, withRole } from './batch-feeds.js';
import { rememberInside } from './inside.js';
import { openTraining } from './open-training.js';
import { checkBatch, learningRateOf, type TrainerOptions } from './options.js';
import { isOfMany, ownBatch, ownBatches } from './own-batch.js';
import { createPrunings } from './pruning.js';
import type { Batch, StepOfMany, Trainer } from './trainer-api.js';
import { masksGone, watchRestored } from './trainer-notices.js';
import { checkValues, type ReadOptions, readValues, withDropped } from './values.js';

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
export async function createTrainer(given: TrainerOptions): Promise<Trainer> {
  const training = await openTraining(given);
  // What functions keep of what was given is without the bytes of the model, which may be let go of.
  const { model: _, externalData: __, ...options } = given;
  const { ort, model, first, gate, memory, state, sessions, observers, predictor, release } = training;
  const { straightThrough = false } = options;
  const places = placesOf(first, state);
  const onRelease = new Set<() => Promise<void>>();
  let steps = 0;
  let seed = options.seed ?? 0;
  const weights = first.weights
    .filter(({ mask }) => mask !== undefined)
    .map(({ name }) => ({ name, weight: state.weights.get(name)! }));
  const trained = first.weights.map(({ name }) => ({ name, weight: state.weights.get(name)! }));
  const sparse = watchRestored(weights, memory);
  /** Weights that a step moved after their masks were gone. */
  const regrown = new Set<string>();

  const dropoutFactor = createDropoutFactor(weights, memory, options.dropout === 'coupled');
  const feeds = createBatchFeeds(training, options, dropoutFactor);
  const prepare = async (batch: Batch, rate: number, beforeState = async () => {}): Promise<Prepared> => {
    const place = { seed, steps, nth: 0 };
    const { loaded, feeds: given } = await feeds.of(ownBatch(batch), 'whole', place, beforeState);
    return { loaded, feeds: { ...given, ...(await updateFeeds(loaded, rate)) } };
  };
  /** What an update reads beside a batch. */
  const updateFeeds = async ({ step, observed }: StepSession, rate: number) => {
    await settleState(first, state, memory);
    const scalars = updateScalars(step, rate);
    return { ...stateFeeds(step, state, memory), ...memoryFeeds(step, observed), ...scalars };
  };
  const updateScalars = (step: LoadedStep, rate: number) => ({
    [step.learningRate]: feeds.scalar(rate),
    [step.step]: feeds.scalar(steps + 1),
  });
  /** Takes over what an update gave. */
  const finish = async (loaded: StepSession, taken: StepRun) => {
    const { step, session, observed } = loaded;
    takeState(loaded, state, memory, taken);
    takeMemory(step, { observed, running: observers.all() }, memory, taken.results);
    await sessions.gaveState(session);
    await observers.settle();
    await settleUnmasked(step, state, memory);
    steps += 1;
    for (const { name, weight } of trained) {
      if (!straightThrough && memory.isAbandoned(weight)) regrown.add(name);
    }
  };
  const stepOfMany = async (given: StepOfMany, beforeStep: () => Promise<void>) => {
    const { gatherGradients, requireMany } = await import('./gathered-step.js');
    const reduce = requireMany(given);
    const rate = learningRateOf(given, options, steps);
    const gathered = await gatherGradients(
      training,
      feeds,
      given.batches,
      reduce,
      { seed, steps },
      { beforeStep, scalars: (step) => updateScalars(step, rate) },
    );
    let isTaken = false;
    try {
      const { loaded, results } = gathered;
      const { step } = loaded;
      const given = await updateFeeds(loaded, rate);
      for (const { name, gradientSum } of step.weights) given[gradientSum!] = gathered.sums.get(name)!.tensor;
      given[step.gradientScale!] = feeds.scalar(gathered.scale);
      const taken = results
        ? { feeds: given, results }
        : await runStep(loaded, 'the update', given, loaded.fetches);
      isTaken = true;
      if (results === undefined) takeBuffers(state, memory, gathered.buffers);
      await finish(loaded, taken);
      return { loss: gathered.loss };
    } finally {
      gathered.discard(isTaken);
    }
  };

  // What leaves the trainer is pruned, also after a `restore` of weights from before the masks.
  const settle = () => settleState(first, state, memory);

  const read = async (options?: ReadOptions): Promise<Map<string, Float32Array>> => {
    await settle();
    return readValues(state, memory, options);
  };

  const trainer: Trainer = {
    weights,
    gradients: [...state.gradients].map(([name, weight]) => ({ name, weight })),
    backend: memory.backend,
    memory: memory.kind,
    tensors: first.tensors,
    get notices() {
      return [...training.notices, ...sparse.notices(), ...masksGone([...regrown])];
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
        if (isOfMany(batch)) return stepOfMany(ownBatches(batch), () => letIn(prunings.beforeStep));
        checkBatch('step', batch);
        const rate = learningRateOf(batch, options, steps);
        const { loaded, feeds: given } = await prepare(batch, rate, () => letIn(prunings.beforeStep));
        const taken = await runStep(loaded, 'the step', given, [loaded.step.loss, ...loaded.fetches]);
        await finish(loaded, taken);
        return { loss: lossOf(loaded, taken) };
      }),

    evaluate: (batch) =>
      gate.exclusive('evaluate', async () => {
        // A batch for a step will do: the rate of an update that is not taken says nothing.
        checkBatch('evaluate', batch);
        const { loaded, feeds: given } = await prepare(batch, 0);
        return { loss: lossOf(loaded, await runStep(loaded, 'the step', given, [loaded.step.loss])) };
      }),

    predict: (inputs) =>
      gate.exclusive('predict', async () => {
        const own = ownTensors(inputs);
        await settle();
        return predictor.predict(own);
      }),

    read: (options) => gate.exclusive('read', () => read(options)),

    write: (given) =>
      gate.exclusive('write', async () => {
        const { cells, values } = checkValues(state, first.buffers, given);
        const all = straightThrough ? await withDropped(memory, cells, values) : values;
        await exchange(memory, cells, all, async () => {});
      }),

    export: () => gate.exclusive('export', async () => first.export(await read())),

    save: (given = {}) =>
      gate.exclusive('save', async (letIn) => {
        const { modelDigest, requireOwnPruner, sealTrainerState } = await checkpoints();
        requireOptions('save', '', given, ['pruner']);
        const { pruner } = given;
        await letIn(() => requireOwnPruner('save', pruner, memory.asked));
        await settle();
        const tensors = [];
        for (const { cell, ...place } of places) {
          tensors.push({ ...place, values: await memory.read(cell) });
        }
        const masks = pruner === undefined ? null : await letIn(() => pruner.save());
        const digest = modelDigest(model, places);
        const head = { steps, seed, optimizer: first.optimizer, model: digest, pruner: masks };
        return sealTrainerState(head, tensors);
      }),

    restore: (value, given = {}) =>
      gate.exclusive('restore', async (letIn) => {
        const { checkTrainerMatching, modelDigest, openTrainerState, requireOwnPruner } = await checkpoints();
        const matching = checkTrainerMatching(given);
        const { pruner } = given;
        await letIn(() => requireOwnPruner('restore', pruner, memory.asked));
        const opened = openTrainerState(value, {
          places,
          optimizer: first.optimizer,
          model: modelDigest(model, places),
          pruning: pruner !== undefined,
          matching,
        });
        await exchange(memory, cells, opened.values, async () => {
          if (pruner !== undefined) await letIn(() => pruner.restore(opened.pruner, opened.matching));
        });
        steps = opened.steps;
        seed = opened.seed;
        regrown.clear();
        sparse.restored((weight) => opened.values[cells.indexOf(weight)]!);
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

/** Loaded when first needed. */
const checkpoints = () => import('../state/checkpoints.js');
