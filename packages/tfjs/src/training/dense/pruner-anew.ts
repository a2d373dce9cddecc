import { PruneError, type Pruner, type PrunerState, packMemory, unpackMemory } from '@synaprune/core';
import { describe, digestWithDense, isRecord, weightsAnew } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import { isMaskedByOthers } from '../../backend/masks-in-force.js';
import { choosingAnew } from './choosing-anew.js';
import { createDenseWeights, type DenseStep, type DenseWeights, denseStep } from './dense-weights.js';

/** What a state says in the place of regrowth, so that no pruner without dense values takes it. */
const ANEW = { kind: 'straightThrough' };

/** Of each pruner that an optimizer was made with, what its steps are told: nothing where they are plain. */
const stepsOf = new WeakMap<object, DenseStep | undefined>();

/**
 * What the steps of a pruner's weights are told. With `straightThrough` the pruner itself changes, for good: it updates
 * anew among dense values, saves and restores them, and gives them back when it is disposed of.
 *
 * @throws TypeError when `straightThrough` goes without `backend` or with options of the pruner that it does not take, when
 *   the backend has no masks of the pruner's weights, or when other steps of the same pruner are otherwise
 * @throws PruneError `already-pruned` when others have masks on the weights
 */
export function stepOf(
  pruner: Pick<Pruner, 'enforceSync'>,
  backend: Pick<TfjsBackend, 'maskGradient' | 'maskOf'> | undefined,
  straightThrough: boolean,
): DenseStep | undefined {
  if (stepsOf.has(pruner)) {
    const step = stepsOf.get(pruner);
    if ((step !== undefined) === straightThrough) return step;
    throw new TypeError(
      `pruneOptimizer needs straightThrough to be ${!straightThrough}, as for the pruner's other optimizer: its weights ` +
        'learn on under their masks or they do not',
    );
  }
  const step = straightThrough ? learnOn(pruner as Pruner, backend) : undefined;
  stepsOf.set(pruner, step);
  return step;
}

function learnOn(
  pruner: Pruner,
  backend: Pick<TfjsBackend, 'maskGradient' | 'maskOf'> | undefined,
): DenseStep {
  const weights = weightsAnew('pruneOptimizer with straightThrough', pruner) as readonly tf.Variable[];
  if (
    typeof backend?.maskOf !== 'function' ||
    weights.some((weight) => backend.maskOf(weight) === undefined)
  ) {
    throw new TypeError(
      `pruneOptimizer with straightThrough needs backend to be the pruner's own, got ${describe(backend)}`,
    );
  }
  if (weights.some((weight) => isMaskedByOthers(weight, 1))) {
    throw new PruneError(
      'already-pruned',
      'pruneOptimizer with straightThrough: some of the weights have masks of another pruner too, which would zero what ' +
        'learns on: dispose of that pruner, or leave these weights to it',
    );
  }
  const dense = createDenseWeights(backend.maskOf);
  dense.add(weights);
  const { save, digest, dispose } = pruner;
  const { update, restore } = choosingAnew(pruner, weights, dense);
  const withDense = <Given>(given: Promise<Given>) => both(given, readDense(weights, dense));
  Object.assign(pruner, {
    update,
    async save() {
      const [state, values] = await withDense(save());
      return { ...state, regrow: ANEW, dense: values } satisfies PrunerState;
    },
    async digest() {
      const [text, values] = await withDense(digest());
      return digestWithDense(text, values);
    },
    async restore(value, matching) {
      if (Array.isArray(value)) return restore(value, matching);
      const { state, values } = openDense(value, weights);
      await restore(state, matching);
      dense.put(values);
    },
    dispose() {
      dispose();
      dense.dispose();
    },
  } satisfies Partial<Pruner>);
  return denseStep(dense, () => weights);
}

/** Both, or the failure of the first; the other one has come to its end then too. */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'rejected') throw first.reason;
  if (second.status === 'rejected') throw second.reason;
  return [first.value, second.value];
}

/** The dense values as they are when it is called. */
async function readDense(weights: readonly tf.Variable[], dense: Pick<DenseWeights, 'of'>): Promise<string> {
  const tensors = tf.tidy(() => weights.map((weight) => tf.keep(dense.of(weight))));
  try {
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    return packMemory(values.map((list, i) => ({ shape: weights[i]!.shape, values: list as Float32Array })));
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * What a state is without its dense values, and those by their weights.
 *
 * @throws PruneError `state-mismatch` when it has none or others, `state-corrupt` when they are damaged
 */
function openDense(
  value: unknown,
  weights: readonly tf.Variable[],
): { readonly state: unknown; readonly values: ReadonlyMap<tf.Variable, Float32Array> } {
  // What is no state at all is named by the pruner.
  if (!isRecord(value)) return { state: value, values: new Map() };
  const { regrow, dense, ...state } = readable(value);
  if (dense === undefined) {
    throw new PruneError(
      'state-mismatch',
      'this pruner is with straightThrough: true, and the state has no dense values. Restore its masks alone, ' +
        'pruner.restore(masks), and go on from the weights as they are',
    );
  }
  if (typeof dense !== 'string' || !isRecord(regrow) || regrow.kind !== ANEW.kind) {
    throw new PruneError('state-corrupt', 'not a saved pruner state: its dense values are damaged');
  }
  const saved = unpackMemory(dense, weights.length);
  const other = weights.findIndex(({ shape }, i) => String(shape) !== String(saved[i]!.shape));
  if (other >= 0) {
    throw new PruneError(
      'state-mismatch',
      `the state does not belong to this pruner: weight ${other} of it has the shape [${weights[other]!.shape}], the ` +
        `dense values in the state [${saved[other]!.shape}]`,
    );
  }
  return { state, values: new Map(weights.map((weight, i) => [weight, saved[i]!.values])) };
}

/** A copy of what a state holds, read once. */
function readable(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  try {
    return { ...value };
  } catch (error) {
    throw new PruneError('state-corrupt', 'not a saved pruner state: it is no plain data', { cause: error });
  }
}
