import { PruneError } from '@synaprune/core';
import {
  describe,
  requireBoolean,
  requireChoice,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import type { Products, RefitKernels } from '../kernels/kernels.js';
import { scriptKernels } from '../kernels/script-kernels.js';
import { requireFiniteNumbers } from './finite.js';
import type { Moments } from './moments.js';

/** What {@link createMoments} is told. */
export interface MomentsOptions {
  /** Inputs of the layer as pruned, a sample: of a convolution `channels / groups · kernel height · kernel width`. */
  readonly features: number;
  /** Inputs of the dense layer where they are others in number, as when channels were removed before it. */
  readonly denseFeatures?: number;
  /**
   * What `dense` of {@link MomentsBuilder.add} is: the inputs that the dense model gives the layer (unless told), or the
   * dense layer's outputs, which takes less memory and time where they are fewer. `denseFeatures` counts them then.
   */
  readonly dense?: 'inputs' | 'outputs';
  /** Whether a 1 is put behind each sample, so that biases are refitted too. `false` unless told. */
  readonly constant?: boolean;
  /** The loops over memory: the fastest there are, unless told. */
  readonly kernels?: RefitKernels;
}

/** Takes samples in batches and keeps only the sums of their products. */
export interface MomentsBuilder {
  /**
   * Adds samples. Neither array is kept.
   *
   * @param pruned inputs from the model as pruned so far, `[samples, features]`, row-major
   * @param dense the same samples of the dense model, `[samples, denseFeatures]`; the same numbers where left out
   * @throws PruneError `not-finite` for NaN and Infinity; then nothing was added
   */
  add(pruned: Float32Array, dense?: Float32Array): void;
  /** The sums so far, as arrays of their own. More may be added afterwards. */
  finish(): Moments;
  /** Lets go of the memory. Every later call is refused. */
  dispose(): void;
}

/**
 * Collects what a layer's inputs say of its weights, for `chooseMask` and `refitRows`. All batches have `dense`, or none.
 *
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type or range
 *
 * @example
 * ```ts
 * import { createMoments } from '@synaprune/refit';
 *
 * const builder = createMoments({ features: 2 });
 * builder.add(Float32Array.of(1, 2, 3, 4)); // two samples
 * const { samples, gram } = builder.finish();
 * console.log(samples, [...gram]); // 2 [ 10, 14, 14, 20 ]
 * ```
 */
export function createMoments(options: MomentsOptions): MomentsBuilder {
  requireOptions('createMoments', '', options, ['features', 'denseFeatures', 'dense', 'constant', 'kernels']);
  const { features, dense = 'inputs', constant = false, kernels = scriptKernels } = options;
  const { denseFeatures = features } = options;
  requireWhole('createMoments', 'features', features, 1);
  requireWhole('createMoments', 'denseFeatures', denseFeatures, 1);
  requireChoice('createMoments', 'dense', dense, ['inputs', 'outputs']);
  requireBoolean('createMoments', 'constant', constant);

  const size = features + Number(constant);
  let samples = 0;
  let paired: boolean | undefined;
  let sums: Sums | undefined = createSums(kernels, features, denseFeatures, dense);
  const open = (call: string): Sums => {
    if (sums !== undefined) return sums;
    throw new PruneError('disposed', `${call} needs live moments; these were disposed`);
  };

  return {
    add(pruned, given) {
      const live = open('add');
      const count = requireSamplesOf('pruned', pruned, features);
      const pairs = given !== undefined;
      if (!pairs && (denseFeatures !== features || dense === 'outputs')) {
        throw new TypeError(`add needs dense: of ${denseFeatures} ${dense} a sample, got none`);
      }
      if (paired !== undefined && paired !== pairs) {
        throw new TypeError(
          `add needs dense ${paired ? 'in every batch, as in the first' : 'in no batch, as there was none in the first'}`,
        );
      }
      if (pairs) {
        const others = requireSamplesOf('dense', given, denseFeatures);
        if (others !== count) {
          throw new RangeError(`add needs as many samples in dense as in pruned, ${count}, got ${others}`);
        }
      }
      paired = pairs;
      live.add(count, pruned, given);
      samples += count;
    },
    finish() {
      const live = open('finish');
      const gram = new Float64Array(size * size);
      live.gram.read(gram, size);
      if (constant) {
        for (const [i, sum] of live.sums.entries()) {
          gram[i * size + features] = sum;
          gram[features * size + i] = sum;
        }
        gram[size * size - 1] = samples;
      }
      const told = { features, denseFeatures, constant, dense, samples, size, gram };
      if (paired !== true) {
        const gramOfInputs = constant ? withoutLast(gram, features) : gram;
        // One column fewer than the Gram matrix: no weight of the dense layer stands before the constant.
        const cross = constant ? gram.filter((_, i) => i % size !== features) : gram;
        return { ...told, cross, denseGram: gramOfInputs };
      }
      const cross = new Float64Array(size * denseFeatures);
      live.cross.read(cross, denseFeatures);
      if (constant) cross.set(live.denseSums, features * denseFeatures);
      if (dense === 'outputs') return { ...told, cross, denseGram: live.squares.slice() };
      const denseGram = new Float64Array(denseFeatures ** 2);
      live.denseGram.read(denseGram, denseFeatures);
      return { ...told, cross, denseGram };
    },
    dispose() {
      sums = undefined;
    },
  };
}

/** All that is summed; what pairs need is made when the first comes. */
interface Sums {
  readonly gram: Products;
  readonly cross: Products;
  readonly denseGram: Products;
  readonly sums: Float64Array;
  readonly denseSums: Float64Array;
  readonly squares: Float64Array;
  add(samples: number, pruned: Float32Array, dense: Float32Array | undefined): void;
}

function createSums(
  kernels: RefitKernels,
  features: number,
  denseFeatures: number,
  kind: 'inputs' | 'outputs',
): Sums {
  const gram = kernels.createProducts(features);
  const later: { cross?: Products; denseGram?: Products } = {};
  const cross = (): Products => (later.cross ??= kernels.createProducts(features, denseFeatures));
  const denseGram = (): Products => (later.denseGram ??= kernels.createProducts(denseFeatures));
  const sums = new Float64Array(features);
  const denseSums = new Float64Array(denseFeatures);
  const squares = new Float64Array(denseFeatures);
  return {
    gram,
    get cross() {
      return cross();
    },
    get denseGram() {
      return denseGram();
    },
    sums,
    denseSums,
    squares,
    add(samples, pruned, dense) {
      requireFiniteNumbers('add', 'pruned', pruned, features, 'sample');
      if (dense !== undefined) requireFiniteNumbers('add', 'dense', dense, denseFeatures, 'sample');
      gram.add(samples, pruned);
      addColumns(sums, pruned);
      if (dense === undefined) return;
      cross().add(samples, pruned, dense);
      addColumns(denseSums, dense);
      if (kind === 'inputs') denseGram().add(samples, dense);
      else addSquares(squares, dense);
    },
  };
}

function addColumns(sums: Float64Array, numbers: Float32Array): void {
  const columns = sums.length;
  for (let from = 0; from < numbers.length; from += columns) {
    for (let i = 0; i < columns; i += 1) sums[i]! += numbers[from + i]!;
  }
}

function addSquares(sums: Float64Array, numbers: Float32Array): void {
  const columns = sums.length;
  for (let from = 0; from < numbers.length; from += columns) {
    for (let i = 0; i < columns; i += 1) sums[i]! += numbers[from + i]! ** 2;
  }
}

/** A square matrix without its last row and column. */
function withoutLast(matrix: Float64Array, edge: number): Float64Array {
  const inner = new Float64Array(edge * edge);
  for (let i = 0; i < edge; i += 1) {
    inner.set(matrix.subarray(i * (edge + 1), i * (edge + 1) + edge), i * edge);
  }
  return inner;
}

function requireSamplesOf(field: string, numbers: unknown, features: number): number {
  if (!(numbers instanceof Float32Array)) {
    throw new TypeError(`add needs ${field} to be a Float32Array, got ${describe(numbers)}`);
  }
  if (numbers.length % features === 0) return numbers.length / features;
  throw new RangeError(
    `add needs ${field} to hold ${features} numbers a sample, row by row; got ${numbers.length}, which is no multiple`,
  );
}
