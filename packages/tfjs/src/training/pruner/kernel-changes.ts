import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { FoundKernels } from '../../model/kernels.js';
import { trainedVariables } from '../../model/trained-weights.js';

/**
 * What became of a model's kernels between two looks, in words; nothing when the same ones are pruned, in the
 * same order.
 */
export function compareKernels(before: FoundKernels, now: FoundKernels): Notice[] {
  const [old, fresh] = [variablesOf(before), variablesOf(now)];
  const joined = now.kernels.filter(({ weight }) => !old.has(weight)).map(({ name }) => name);
  const left = before.kernels.filter(({ weight }) => !fresh.has(weight));
  const notices: Notice[] = [];
  if (joined.length > 0) {
    notices.push({
      code: 'weights-joined',
      message:
        `the model trains ${listNames(joined)} too by now: pruned from now on, and the ` +
        `schedule's sparsity is of ${elementsOf(now)} elements now`,
      weights: joined,
    });
  }
  if (left.length > 0) {
    const reasons = new Map(now.choices.map(({ weight, reason }) => [weight, reason]));
    const names = left.map(
      ({ name, weight }) => `${name} (${reasons.get(weight) ?? 'no longer in the model'})`,
    );
    notices.push({
      code: 'weights-left',
      message:
        `the model no longer trains ${listNames(names)}: neither zeroed nor counted from ` +
        `now on, so that the schedule's sparsity is of ${elementsOf(now)} elements; zeros there stay as they are`,
      weights: left.map(({ name }) => name),
    });
  }
  if (notices.length === 0 && isReordered(before, now)) {
    notices.push({
      code: 'weights-renamed',
      message:
        'the model has its kernels in another order or under other names by now: ' +
        `${listNames(now.kernels.map(({ name }) => name))}. A state saved before needs a map of names`,
      weights: now.kernels.map(({ name }) => name),
    });
  }
  return notices;
}

function variablesOf({ kernels }: FoundKernels): Set<tf.Variable> {
  return new Set(kernels.map(({ weight }) => weight));
}

function isReordered(before: FoundKernels, now: FoundKernels): boolean {
  return before.kernels.some(
    ({ name, weight }, i) => name !== now.kernels[i]?.name || weight !== now.kernels[i]?.weight,
  );
}

function elementsOf({ kernels }: FoundKernels): number {
  return kernels.reduce((sum, { weight }) => sum + weight.size, 0);
}

/** What `select.include` takes along although no step moves it: it is zeroed, and nothing makes up for it. */
export function tellUntrained(model: LayersModel, { kernels }: FoundKernels): Notice[] {
  const trained = new Set(trainedVariables(model));
  const still = kernels.filter(({ weight }) => !trained.has(weight)).map(({ name }) => name);
  if (still.length === 0) return [];
  return [
    {
      code: 'pruned-not-trained',
      message:
        `select.include picks ${listNames(still)}, which the model does not train: they are zeroed along the schedule, ` +
        'and no step makes up for it. Unfreeze them and compile the model, or leave them out',
      weights: still,
    },
  ];
}
