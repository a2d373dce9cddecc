import { PruneError } from '@synaprune/core';
import {
  describe,
  requireBoolean,
  requireChoice,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import type { Products, RefitKernels } from '../kernels/kernels.js';
import { defaultKernels } from '../kernels/wasm-kernels.js';
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
  /** The sums. Nothing may be added afterwards. */
  finish(): Moments;
  /** Lets go of the memory, where `finish` was not called. Every later call is refused; what was finished stays. */
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
  const { features, dense = 'inputs', constant = false, kernels = defaultKernels() } = options;
  const { denseFeatures = features } = options;
  requireWhole('createMoments', 'features', features, 1);
  requireWhole('createMoments', 'denseFeatures', denseFeatures, 1);
  requireChoice('createMoments', 'dense', dense, ['inputs', 'outputs']);
  requireBoolean('createMoments', 'constant', constant);

  const spare = Number(constant);
  const size = features + spare;
  let samples = 0;
  let state: 'open' | 'finished' | 'disposed' = 'open';
  let pruned: Side | undefined = createSide(kernels, features, true, spare);
  let other: Other | undefined;
  const requireOpen = (call: string): void => {
    if (state === 'open') return;
    throw new PruneError('disposed', `${call} needs open moments; these were ${state}`);
  };

  return {
    add(left, right) {
      requireOpen('add');
      const count = requireSamplesOf('pruned', left, features);
      const pairs = right !== undefined;
      if (!pairs && (denseFeatures !== features || dense === 'outputs')) {
        throw new TypeError(`add needs dense: of ${denseFeatures} ${dense} a sample, got none`);
      }
      if (samples > 0 && pairs !== (other !== undefined)) {
        throw new TypeError(
          `add needs dense ${pairs ? 'in no batch, as there was none in the first' : 'in every batch, as in the first'}`,
        );
      }
      if (pairs) {
        const others = requireSamplesOf('dense', right, denseFeatures);
        if (others !== count) {
          throw new RangeError(`add needs as many samples in dense as in pruned, ${count}, got ${others}`);
        }
      }
      if (count === 0) return;
      // Both are looked at before anything is added.
      const first = columnsOf(kernels, 'pruned', left, features);
      const second = pairs ? columnsOf(kernels, 'dense', right, denseFeatures) : undefined;
      pruned!.add(count, left, first);
      if (pairs && second !== undefined) {
        other ??= {
          side: createSide(kernels, denseFeatures, dense === 'inputs', 0),
          cross: kernels.createProducts(features, denseFeatures, spare),
        };
        other.side.add(count, right, second);
        other.cross.add(count, [first.largest, second.largest], left, right);
      }
      samples += count;
    },
    finish() {
      requireOpen('finish');
      state = 'finished';
      const { sums, squares, products } = pruned!;
      const gram = products!.finish();
      // The exact sums of squares, which rank in masks, and are the same whichever loops there are.
      for (let j = 0; j < features; j += 1) gram[j * (size + 1)] = squares[j]!;
      if (constant) {
        for (let j = 0; j < features; j += 1) {
          gram[j * size + features] = sums[j]!;
          gram[features * size + j] = sums[j]!;
        }
        gram[size * size - 1] = samples;
      }
      const told = { features, denseFeatures, constant, dense, samples, size, gram };
      const pair = other;
      pruned = undefined;
      other = undefined;
      if (pair === undefined) {
        // Nothing of the dense layer stands before the constant.
        const cross = constant ? gram.filter((_, i) => i % size !== features) : gram;
        return { ...told, cross, denseGram: constant ? cross.subarray(0, features ** 2) : gram };
      }
      const cross = pair.cross.finish();
      if (constant) cross.set(pair.side.sums, features * denseFeatures);
      return { ...told, cross, denseGram: pair.side.products?.finish() ?? pair.side.squares };
    },
    dispose() {
      state = 'disposed';
      pruned = undefined;
      other = undefined;
    },
  };
}

/** The dense half of what is summed. */
interface Other {
  readonly side: Side;
  readonly cross: Products;
}

/** What is summed of one kind of samples. */
interface Side {
  readonly products: Products | undefined;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  add(samples: number, numbers: Float32Array, columns: Columns): void;
}

function createSide(kernels: RefitKernels, features: number, whole: boolean, spare: number): Side {
  const products = whole ? kernels.createProducts(features, undefined, spare) : undefined;
  const [sums, squares] = [new Float64Array(features), new Float64Array(features)];
  return {
    products,
    sums,
    squares,
    add(samples, numbers, columns) {
      products?.add(samples, [columns.largest, columns.largest], numbers);
      for (let j = 0; j < features; j += 1) {
        sums[j]! += columns.sums[j]!;
        squares[j]! += columns.squares[j]!;
      }
    },
  };
}

/** What a batch says by itself. */
interface Columns {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** No number is larger. */
  readonly largest: number;
}

function columnsOf(kernels: RefitKernels, field: string, numbers: Float32Array, features: number): Columns {
  const [sums, squares] = [new Float64Array(features), new Float64Array(features)];
  kernels.addColumns(numbers, sums, squares);
  // No square of a float32 leaves the range of float64.
  const largest = Math.sqrt(squares.reduce((most, square) => Math.max(most, square), 0));
  if (!Number.isFinite(largest)) requireFiniteNumbers('add', field, numbers, features, 'sample');
  return { sums, squares, largest };
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
