import type { NamedWeight, Notice, Pruner, TensorBackend } from '@synaprune/core';
import type { StepTensor } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import type { BatchTensors } from '../batch/batch.js';
import type { TrainerMask, TrainerWeight } from '../memory/memory.js';
import type { TrainerRestoreOptions } from '../state/restore-matching.js';
import type { TrainerState } from '../state/trainer-state.js';
import type { TrainerPruneOptions } from './prune-options.js';
import type { TrainerPruning } from './pruning.js';
import type { ReadOptions } from './values.js';

/**
 * A batch, by the model's names: inputs by its inputs, targets by the outputs that the loss is of, or the names that its terms
 * have. Arrays are copied when a call is made, and may be filled again at once; tensors on a device are read when it runs.
 */
export interface Batch {
  readonly inputs: BatchTensors;
  /** None where the model computes its loss itself. */
  readonly targets?: BatchTensors;
  /** By the names of targets, a weight of at least 0 for each sample, where the loss has `sampleWeights`. */
  readonly sampleWeights?: BatchTensors;
}

/** Several batches that one step is taken from, where one as large would not fit. */
export interface StepOfMany {
  /**
   * One after another, so that what gives them may make them when they are asked for, in the same arrays again. A list is
   * copied as a whole when the call is made.
   */
  readonly batches: Iterable<Batch> | AsyncIterable<Batch>;
  /**
   * `mean` (unless told): the gradient is that of all batches as one, up to rounding, whatever their sizes, ignored labels
   * and weights are. `sum`: the gradients of the batches' losses are added. Statistics of a batch normalisation are those of
   * each batch by itself, and dropout drops anew in each.
   */
  readonly reduce?: 'mean' | 'sum';
  readonly learningRate?: number;
}

/** Trains one model. Made by {@link createTrainer}. */
export interface Trainer {
  /** The weights that have masks, for `createPruner`, in the order of the model. */
  readonly weights: readonly NamedWeight<TrainerWeight>[];
  /**
   * Their gradients at the last step, for `tensorScore`: zero before the first. Empty unless `gradients` was asked for;
   * with `'dense'`, dropped elements have theirs too, for `regrow`.
   */
  readonly gradients: readonly NamedWeight<TrainerWeight>[];
  /** For `createPruner`: prunes the weights where they are. */
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** Where weights, slots and masks are between steps: main memory, or GPU buffers. */
  readonly memory: 'host' | 'gpu';
  /** Every float tensor of the model: whether it is trained and has a mask, and why or why not. */
  readonly tensors: readonly StepTensor[];
  /**
   * What does not hold though it might be thought to: codes and sentences, listed in docs/notices.md. Of the model,
   * and of what the steps so far did after a pruner was disposed of.
   */
  readonly notices: readonly Notice[];
  /** How many steps were taken. */
  readonly steps: number;
  /**
   * Prunes the weights from now on: every step brings the masks up to date first, as the schedule says. A weight
   * may be under several prunings; what any of them drops is dropped. They are disposed of with the trainer.
   *
   * @throws TypeError | RangeError | PruneError as `createPruner`; a step then throws what `Pruner.update` does
   *
   * @example
   * ```ts no-run
   * import { synapticRamp } from '@synaprune/core';
   * import type { Batch, Trainer } from '@synaprune/onnxruntime';
   *
   * declare const trainer: Trainer;
   * declare const batches: readonly Batch[];
   * const pruning = trainer.prune({
   *   schedule: synapticRamp({ from: 0.3, to: 0.8, start: 2, end: 20 }),
   *   stepsPerEpoch: batches.length,
   * });
   * for (let epoch = 0; epoch < 25; epoch += 1) for (const batch of batches) await trainer.step(batch);
   * console.log((await pruning.report()).total.sparsity); // 0.8
   * ```
   */
  prune(options: TrainerPruneOptions): TrainerPruning;
  /**
   * Takes one step. What the masks drop is exactly +0 afterwards, weights and slots. For shapes that were not
   * seen before, a step graph is built and loaded first.
   *
   * With `batches` gradients come together over all of them, and the update at the end is the step: `steps`, schedules of
   * the rate and of pruning count one, and masks change before the first batch alone.
   *
   * @returns the loss before the update; NaN and infinity are the caller's to act on
   * @throws TypeError | RangeError when the batch does not fit the model
   * @throws PruneError `busy` while another call is in flight, `disposed`, `unsupported-operator`,
   *   `device-failed` when the runtime fails; weights and slots are then as they were
   */
  step(batch: (Batch & { readonly learningRate?: number }) | StepOfMany): Promise<{ readonly loss: number }>;
  /**
   * The loss of a batch as a step computes it, statistics of the batch and dropout included, without taking
   * the update.
   */
  evaluate(batch: Batch): Promise<{ readonly loss: number }>;
  /**
   * The model's outputs for these inputs, with the weights as they are now, dropout and normalisations as when
   * the model is used. Inputs may have any shape that the model takes.
   *
   * @returns tensors in main memory, by the model's names
   */
  predict(inputs: BatchTensors): Promise<Record<string, Tensor>>;
  /**
   * A copy of every trained weight and buffer, by its name in the model, or of those that `select` picks: what a client
   * of a federated training sends.
   *
   * @throws PruneError `unmatched-selector` when a selector picks nothing
   */
  read(options?: ReadOptions): Promise<Map<string, Float32Array>>;
  /**
   * Sets weights and buffers in the middle of a run, those that are given, by name; slots and the count of steps stay.
   * What masks drop is +0 whatever is written, or with `straightThrough` stays as it is. All is checked before anything changes.
   *
   * @throws TypeError | RangeError when a name is of nothing that is trained, or a value has another length or is not
   *   finite, or a running variance is below 0
   *
   * @example The mean of two clients, in both
   * ```ts no-run
   * import type { Trainer } from '@synaprune/onnxruntime';
   *
   * declare const clients: readonly [Trainer, Trainer];
   * const [one, other] = await Promise.all(clients.map((client) => client.read()));
   * const mean = new Map(
   *   [...one!].map(([name, values]) => [name, values.map((value, at) => (value + other!.get(name)![at]!) / 2)]),
   * );
   * await Promise.all(clients.map((client) => client.write(mean)));
   * ```
   */
  write(values: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** The model as it came, an ordinary .onnx, with the trained, pruned weights in their places. */
  export(): Promise<Uint8Array>;
  /**
   * Weights, optimizer slots, buffers and the count of steps as plain portable data, and the state of a pruner
   * of these weights. The model is not part of it.
   *
   * @throws TypeError when an option is unknown or wrong
   * @throws PruneError `mask-mismatch` for a pruner of another trainer, `busy`, `disposed`
   */
  save(options?: { readonly pruner?: Pruner }): Promise<TrainerState>;
  /**
   * Goes on where a saved run was, on this or another runtime: on the same one, bit for bit. Everything is
   * checked first; when it throws, all is as it was. Tensors are matched by name and must come in the same order;
   * where an exporter named them anew, `names` maps saved names to own ones, and `match: 'position'` goes by the
   * order alone. The pruner is told the same. Where dropped elements learned on (`straightThrough`) and this trainer's
   * do not, what masks drop is zero from here on.
   *
   * @param options.pruner takes over the masks; needed where the state was saved with one
   * @throws TypeError when an option is unknown or wrong
   * @throws PruneError `state-corrupt`, `state-version`, `state-mismatch`, `mask-mismatch` for a pruner of another
   *   trainer, `busy`, `disposed`
   */
  restore(state: unknown, options?: TrainerRestoreOptions): Promise<void>;
  /**
   * Releases sessions and memory. Harmless when repeated.
   *
   * @throws PruneError `busy` while another call is in flight
   */
  dispose(): Promise<void>;
}
