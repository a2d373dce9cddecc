import * as tf from '@tensorflow/tfjs-core';

/** Weights that stay dense under their masks. Made by {@link createDenseWeights}. */
export interface DenseWeights {
  /** Takes in weights, dense as they are; those that it has stay. */
  add(weights: readonly tf.Variable[]): void;
  /** The weights that it has, but for those that were disposed of. */
  all(): tf.Variable[];
  /** The dense values: what is kept as it is in the weight by now, the rest as it was noted last. In a tidy. */
  of(weight: tf.Variable): tf.Tensor;
  /** Makes weights dense. */
  fill(weights: readonly tf.Variable[]): void;
  /** Notes weights, which are dense by now. */
  note(weights: readonly tf.Variable[]): void;
  /** Notes these values. */
  put(values: ReadonlyMap<tf.Variable, Float32Array>): void;
  /** No longer says that the weights learn on. */
  release(): void;
  /** {@link DenseWeights.release}, and gives back what it holds. */
  dispose(): void;
}

/** What a step of dense weights is told. Made by {@link denseStep}. */
export interface DenseStep {
  /** Makes the weights dense. In a tidy. Gives what undoes the step. */
  begin(): () => void;
  /** Notes the weights, which the step has changed. */
  end(): void;
}

/** @param weights which those are by now */
export function denseStep(
  dense: Pick<DenseWeights, 'fill' | 'note'>,
  weights: () => readonly tf.Variable[],
): DenseStep {
  return {
    begin() {
      const before = weights().map((weight) => ({ weight, values: weight.clone() }));
      dense.fill(weights());
      return () => {
        for (const { weight, values } of before) weight.assign(values);
      };
    },
    end: () => dense.note(weights()),
  };
}

const learning = new WeakMap<tf.Variable, DenseWeights>();

/** Whether what is dropped of a variable learns on, so that its gradients are not masked. */
export function learnsOn(weight: tf.Variable): boolean {
  return learning.has(weight);
}

/** A variable, or its dense values where it learns on under a mask. In a tidy. */
export function denseOf(weight: tf.Variable): tf.Tensor {
  return learning.get(weight)?.of(weight) ?? weight;
}

/**
 * Between steps variables hold masked weights, so that whatever looks at the model sees what will be saved. What is dropped
 * lives on beside them: clones, which cost nothing before the variable is written.
 *
 * @param keptOf the mask of a weight, true where kept
 */
export function createDenseWeights(keptOf: (weight: tf.Variable) => tf.Tensor | undefined): DenseWeights {
  const noted = new Map<tf.Variable, tf.Tensor>();
  const replace = (weight: tf.Variable, values: tf.Tensor): void => {
    noted.get(weight)?.dispose();
    noted.set(weight, tf.keep(values));
  };
  const live = (weights: readonly tf.Variable[]): tf.Variable[] =>
    weights.filter((weight) => noted.has(weight) && !weight.isDisposed);
  const dense: DenseWeights = {
    add(weights) {
      for (const [weight, values] of noted) {
        if (!weight.isDisposed) continue;
        values.dispose();
        noted.delete(weight);
      }
      for (const weight of weights) {
        learning.set(weight, dense);
        if (!noted.has(weight)) replace(weight, weight.clone());
      }
    },
    all: () => live([...noted.keys()]),
    of(weight) {
      const kept = keptOf(weight);
      return kept === undefined ? weight.clone() : tf.where(kept, weight, noted.get(weight)!);
    },
    fill(weights) {
      tf.tidy(() => {
        for (const weight of live(weights)) weight.assign(dense.of(weight));
      });
    },
    note(weights) {
      for (const weight of live(weights)) replace(weight, weight.clone());
    },
    put(values) {
      for (const [weight, fresh] of values) replace(weight, tf.tensor(fresh, weight.shape, 'float32'));
    },
    release() {
      for (const weight of noted.keys()) if (learning.get(weight) === dense) learning.delete(weight);
    },
    dispose() {
      dense.release();
      for (const values of noted.values()) values.dispose();
      noted.clear();
    },
  };
  return dense;
}
