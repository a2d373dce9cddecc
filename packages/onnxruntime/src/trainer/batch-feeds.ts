import { elementsOf, isRecord, quote } from '@synaprune/core/checks';
import type { LossTerm, StepInput } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { feedsOf, shapesOf, splitInputs } from '../batch/batch.js';
import { uniformNumbers } from '../batch/random.js';
import { targetHint } from '../batch/targets.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import type { StepSession } from '../sessions/step-sessions.js';
import { settleState } from '../state/training-state.js';
import type { Training } from './open-training.js';
import type { TrainerOptions } from './options.js';
import type { Batch } from './trainer-api.js';

/** What a run is given of a batch, and the step graph for its shapes. */
export interface Prepared {
  readonly loaded: StepSession;
  readonly feeds: Record<string, Tensor>;
}

/** Where a run is, which its random numbers follow from. */
export interface Place {
  readonly seed: number;
  readonly steps: number;
  /** Which batch of a step it is, from 0. */
  readonly nth: number;
}

/** Makes feeds of batches. */
export interface BatchFeeds {
  /** Whether the loss, or its first term, is an output of the model. */
  readonly isOfOutput: boolean;
  /**
   * @param part what the graph is to compute
   * @param beforeState is done once the batch is known to fit, with its step graph, before the rates of dropout are known
   * @throws TypeError | RangeError when the batch does not fit
   */
  of(
    batch: Batch,
    part: 'whole' | 'gradients',
    place: Place,
    beforeState: (loaded: StepSession) => Promise<void>,
  ): Promise<Prepared>;
  scalar(value: number): Tensor;
}

export function createBatchFeeds(
  { ort, first, declared, sessions, finder, memory, state }: Training,
  { loss }: Pick<TrainerOptions, 'loss'>,
  dropoutFactor: () => Promise<number>,
): BatchFeeds {
  const hint = targetHint(loss);
  const reads = new Set(withRole(first, 'input').map(({ modelName }) => modelName));
  const scalar = (value: number): Tensor => new ort.Tensor('float32', Float32Array.of(value), []);
  const term = Array.isArray(loss) ? (loss as readonly LossTerm[])[0]!.loss : loss;
  return {
    scalar,
    isOfOutput: isRecord(term) && term.kind === 'output',
    async of(batch, part, { seed, steps, nth }, beforeState) {
      const { all, known } = splitInputs(batch.inputs, declared, reads);
      const inputs = shapesOf(batch.inputs, known);
      const choose = async () => sessions.of((await finder?.find(batch.inputs, inputs)) ?? { inputs }, part);
      const feedsFor = ({ step, frozen }: StepSession): Record<string, Tensor> => ({
        ...frozen,
        ...feedsOf(ort, 'inputs', all, withRole(step, 'input')),
        ...feedsOf(ort, 'targets', batch.targets ?? {}, withRole(step, 'target'), hint),
        ...feedsOf(ort, 'sampleWeights', batch.sampleWeights ?? {}, withRole(step, 'sampleWeight')),
      });
      let loaded = await choose();
      let feeds = feedsFor(loaded);
      requireSamples(loaded.step, feeds);
      // A batch that does not fit has been refused by now, before any mask changes for its sake.
      await beforeState(loaded);
      if (finder !== undefined && [...state.weights.values()].some((cell) => memory.isChanged(cell))) {
        // What masks drop now may be what sizes came from.
        await settleState(first, state, memory);
        loaded = await choose();
        feeds = feedsFor(loaded);
      }
      const { step } = loaded;
      const rateFactor = await dropoutFactor();
      for (const [index, { name, shape, probability, rate }] of step.seeds.entries()) {
        const stream = nth * step.seeds.length + index;
        const numbers = uniformNumbers(elementsOf(shape), seed, steps + 1, stream);
        feeds[name] = new ort.Tensor('float32', numbers, [...shape]);
        if (rate !== undefined) feeds[rate] = scalar(probability * rateFactor);
      }
      return { loaded, feeds };
    },
  };
}

/**
 * That a batch has a sample: the mean of no losses is NaN, and so would every weight be.
 *
 * @throws RangeError for a batch of which a target is empty; without targets, of which every input is
 */
function requireSamples(step: LoadedStep, feeds: Readonly<Record<string, Tensor>>): void {
  const isEmpty = ({ name }: StepInput): boolean => feeds[name]!.dims.includes(0);
  const targets = withRole(step, 'target');
  const inputs = withRole(step, 'input');
  const empty = targets.length > 0 ? targets.find(isEmpty) : inputs.every(isEmpty) && inputs[0];
  if (!empty) return;
  throw new RangeError(
    `a batch needs one sample or more, got ${quote(empty.modelName)} of the shape [${feeds[empty.name]!.dims.join(', ')}]`,
  );
}

/** The inputs of a step that batches give. */
export function withRole({ inputs }: Pick<LoadedStep, 'inputs'>, role: StepInput['role']): StepInput[] {
  return inputs.filter((input) => input.role === role);
}
