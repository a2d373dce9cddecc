import { PruneError } from '@synaprune/core';
import { elementsOf, quote } from '@synaprune/core/checks';
import { showShape } from '@synaprune/onnx/graph';
import { factorNames } from '../weights/factor-names.js';
import { type AdapterFile, digestOf, type SavedAdapter } from './adapter-file.js';
import { type BaseModel, valuesOf } from './base-model.js';
import { type AdaptedKernel, kernelsNamed } from './find-kernels.js';
import { factorShapes } from './frame.js';

/**
 * The kernels of saved adapters, once it is sure that they are these.
 *
 * @throws PruneError `adapter-mismatch`, `bad-model`
 */
export function requireSameBase(base: BaseModel, file: AdapterFile): readonly AdaptedKernel[] {
  const names = file.adapters.map(({ weight }) => weight);
  const kernels = kernelsNamed(base, base.branchesOf(file.branches), names);
  kernels.forEach((kernel, index) => {
    requireSameKernel(base, kernel, file.adapters[index]!);
    requireFactors(kernel, file, file.adapters[index]!.rank);
  });
  const factors = new Set(names.flatMap((name) => Object.values(factorNames(name))));
  for (const [name, { shape }] of file.tensors) {
    if (factors.has(name)) continue;
    const own = base.tensors.get(name)?.dims.map(Number);
    if (names.includes(name)) throw mismatch(`they come with ${quote(name)} itself beside its adapter`);
    if (own !== undefined && elementsOf(own) === elementsOf(shape)) continue;
    const has = own === undefined ? 'none of that name' : `one of ${showShape(own)}`;
    throw mismatch(
      `they come with a trained ${quote(name)} of ${showShape(shape)}, and the model has ${has}`,
    );
  }
  return kernels;
}

function requireSameKernel(base: BaseModel, { name, shape }: AdaptedKernel, saved: SavedAdapter): void {
  if (showShape(shape) !== showShape(saved.shape)) {
    throw mismatch(
      `one is for ${quote(name)} of ${showShape(saved.shape)}, and here it is of ${showShape(shape)}`,
    );
  }
  if (digestOf(valuesOf(base, name)) !== saved.digest) {
    throw mismatch(
      `${quote(name)} has other values here than where its adapter was trained; give the very model that addAdapters was given`,
    );
  }
}

function requireFactors({ name, frame }: AdaptedKernel, file: AdapterFile, rank: number): void {
  const { left, right } = factorShapes(frame, rank);
  const names = factorNames(name);
  const [a, b] = frame.first === 'left' ? [left, right] : [right, left];
  for (const [factor, shape] of [
    [names.a, a],
    [names.b, b],
  ] as const) {
    const got = file.tensors.get(factor)!.shape;
    if (showShape(got) === showShape(shape)) continue;
    throw mismatch(`${quote(factor)} is of ${showShape(got)}, and ${quote(name)} needs ${showShape(shape)}`);
  }
}

function mismatch(why: string): PruneError {
  return new PruneError('adapter-mismatch', `the adapters are of another model: ${why}`);
}
