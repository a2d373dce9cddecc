import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { TrainingStep } from '@synaprune/onnx-train';

/** Part of a kernel that is zero, from which on its zeros are told: as core has it. */
const CONSIDERABLE = 0.1;

/** `zeros-present`: kernels come sparse, so that training brings back what was pruned unless somebody keeps it. */
export function zerosInModel({ weights }: Pick<TrainingStep, 'weights'>): Notice[] {
  const counted = weights
    .filter(({ mask }) => mask !== undefined)
    .map(({ name, initial }) => ({ name, elements: initial.length, zeros: countZeros(initial) }));
  // What holds nothing but zeros was never trained; an update tells that.
  const sparse = counted.filter(
    ({ elements, zeros }) => zeros > 0 && zeros < elements && zeros >= CONSIDERABLE * elements,
  );
  if (sparse.length === 0) return [];
  const sum = (field: 'elements' | 'zeros') => sparse.reduce((total, weight) => total + weight[field], 0);
  const names = sparse.map(({ name }) => name);
  return [
    {
      code: 'zeros-present',
      message:
        `${sum('zeros')} of the ${sum('elements')} elements of ${listNames(names)} are exactly zero in the model: ` +
        'if they were pruned, training brings them back. createPruner({ backend: trainer.backend, weights: ' +
        'trainer.weights, schedule: constantSparsity(0), keepZeros: true }) keeps them, from its first update on',
      weights: names,
    },
  ];
}

/** `masks-gone`: steps were taken after the masks of weights were disposed of. */
export function masksGone(names: readonly string[]): Notice[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'masks-gone',
      message:
        `steps were taken after the pruner of ${listNames(names)} was disposed of: nobody keeps what it had ` +
        'dropped, and the steps trained it again. Dispose of a pruner after the last step, or restore a state from ' +
        'before, with a pruner',
      weights: names,
    },
  ];
}

function countZeros(values: Float32Array): number {
  let zeros = 0;
  for (const value of values) if (value === 0) zeros += 1;
  return zeros;
}
