import { PruneError, type Selector, selectWeights } from '@synaprune/core';
import type { WeightCandidate } from './candidates.js';
import type { TrainingStepOptions } from './options.js';
import type { Value } from './value.js';

/** A list of what may come alone. */
export function asList<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}

/** The candidates to train. @throws PruneError `unmatched-selector` */
export function chooseTrainable(
  candidates: readonly WeightCandidate[],
  trainable: Selector | readonly Selector[] | undefined,
): readonly WeightCandidate[] {
  return trainable === undefined
    ? candidates.filter(({ byDefault }) => byDefault)
    : selectWeights(candidates, asList(trainable));
}

/** Those that lead to the loss. A name that the caller spelled out has to. */
export function trainedOf(
  candidates: readonly WeightCandidate[],
  leaves: ReadonlyMap<string, Value>,
  gradients: ReadonlyMap<Value, Value>,
  trainable: Selector | readonly Selector[] | undefined,
): readonly WeightCandidate[] {
  const trained = candidates.filter(({ name }) => gradients.has(leaves.get(name)!));
  if (trained.length === 0)
    throw new PruneError('no-weights', 'nothing that could be trained leads to the loss');
  const lost = asList(trainable ?? []).find(
    (selector) => typeof selector === 'string' && !trained.some(({ name }) => name === selector),
  );
  if (lost !== undefined) {
    const names = trained.map(({ name }) => name).join(', ');
    throw new PruneError(
      'unmatched-selector',
      `the loss does not depend on "${String(lost)}", only on ${names}`,
    );
  }
  return trained;
}

/** Those that get a mask. @throws PruneError `unmatched-selector` */
export function chooseMasked(
  trained: readonly WeightCandidate[],
  masked: TrainingStepOptions['masked'],
): ReadonlySet<WeightCandidate> {
  if (masked === undefined || masked === 'kernels') return new Set(trained.filter(({ kernel }) => kernel));
  return new Set(selectWeights(trained, masked));
}
