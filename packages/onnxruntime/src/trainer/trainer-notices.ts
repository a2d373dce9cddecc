import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { TrainingStep } from '@synaprune/onnx-train';
import type { Cell, Memory } from '../memory/memory.js';

/** Part of a kernel that is zero, from which on its zeros are told: as core has it. */
const CONSIDERABLE = 0.1;

/** A kernel of which a considerable part is zero. */
interface SparseKernel {
  readonly name: string;
  readonly elements: number;
  readonly zeros: number;
}

/** The kernels of which a considerable part is zero. What holds nothing but zeros was never trained; an update tells that. */
function sparseAmong(
  kernels: readonly { readonly name: string; readonly values: Float32Array }[],
): SparseKernel[] {
  return kernels
    .map(({ name, values }) => ({ name, elements: values.length, zeros: countZeros(values) }))
    .filter(({ elements, zeros }) => zeros > 0 && zeros < elements && zeros >= CONSIDERABLE * elements);
}

/** `zeros-present`: kernels come sparse, so that training brings back what was pruned unless somebody keeps it. */
export function zerosInModel({ weights }: Pick<TrainingStep, 'weights'>): Notice[] {
  const kernels = weights.filter(({ mask }) => mask !== undefined);
  return zerosPresent(
    sparseAmong(kernels.map(({ name, initial }) => ({ name, values: initial }))),
    'in the model',
  );
}

/** The same of states that are restored without the pruner of their masks, as long as no mask keeps their zeros. */
export function watchRestored(
  kernels: readonly { readonly name: string; readonly weight: Cell }[],
  memory: Pick<Memory, 'isMasked'>,
) {
  let sparse: readonly SparseKernel[] = [];
  return {
    /** A state was restored, with these values. */
    restored(valuesOf: (weight: Cell) => Float32Array): void {
      sparse = sparseAmong(kernels.map(({ name, weight }) => ({ name, values: valuesOf(weight) })));
    },
    notices(): Notice[] {
      const masked = new Set(kernels.filter(({ weight }) => memory.isMasked(weight)).map(({ name }) => name));
      const bare = sparse.filter(({ name }) => !masked.has(name));
      return zerosPresent(bare, 'in the state that was restored');
    },
  };
}

function zerosPresent(sparse: readonly SparseKernel[], where: string): Notice[] {
  if (sparse.length === 0) return [];
  const sum = (field: 'elements' | 'zeros') => sparse.reduce((total, weight) => total + weight[field], 0);
  const names = sparse.map(({ name }) => name);
  return [
    {
      code: 'zeros-present',
      message:
        `${sum('zeros')} of the ${sum('elements')} elements of ${listNames(names)} are exactly zero ${where}: ` +
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
