import { createPruner, type PrunerOptions, unpackMemory } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import type { TfjsMask } from '../backend/mask.js';
import { constantSparsity, pruneOptimizer, tfjsBackend } from '../index.js';
import { createPerceptron, perceptronBatch } from './perceptron.js';

export const KERNELS = ['hidden/kernel', 'out/kernel'] as const;

/** What a loop tells its pruner beside weights and schedule. */
export type LoopOptions = Partial<PrunerOptions<tf.Variable, TfjsMask>>;

/** A loop of one's own over the variables of a small model, whose masks are chosen anew. */
export function createLoop(
  make: () => tf.Optimizer = () => tf.train.sgd(0.5),
  told: LoopOptions = {},
  straightThrough = true,
) {
  const model = createPerceptron(tf.train.sgd(1));
  const variables = model.weights.map((weight) => weight.read() as tf.Variable);
  const kernels = [variables[0]!, variables[2]!];
  const backend = tfjsBackend();
  const weights = kernels.map((weight, i) => ({ name: KERNELS[i]!, weight }));
  const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5), ...told });
  const inner = make();
  const optimizer = pruneOptimizer(inner, pruner, { backend, straightThrough });
  const step = (at: number): void => {
    const { x, y } = perceptronBatch(at);
    optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor));
    tf.dispose([x, y]);
  };
  const held = () => Promise.all(variables.map(async (weight) => [...(await weight.data())]));
  const write = (values: readonly (readonly number[])[]): void => {
    tf.tidy(() => {
      for (const [i, weight] of variables.entries()) weight.assign(tf.tensor([...values[i]!], weight.shape));
    });
  };
  const dispose = () => {
    pruner.dispose();
    optimizer.dispose();
    model.optimizer.dispose();
    model.dispose();
  };
  return {
    model,
    variables,
    kernels,
    weights,
    backend,
    pruner,
    inner,
    optimizer,
    step,
    held,
    write,
    dispose,
  };
}

type Loop = ReturnType<typeof createLoop>;

export async function lookAt({ pruner, held }: Loop) {
  const { dense } = await pruner.save();
  const values = unpackMemory(dense!, 2).map((one) => [...one.values]);
  const kept = (await pruner.masks()).map(({ bits, shape }) =>
    Array.from({ length: shape[0]! * shape[1]! }, (_, i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 1),
  );
  return { dense: values, kept, held: await held() };
}

export const masked = ({ dense, kept }: Awaited<ReturnType<typeof lookAt>>) =>
  dense.map((values, w) => values.map((value, i) => (kept[w]![i] ? value : 0)));

export const kernelsOf = ({ held }: Awaited<ReturnType<typeof lookAt>>) => [held[0], held[2]];

/** Which elements stay when the `count` of least magnitude go. */
export function largest(dense: readonly (readonly number[])[], count: number): boolean[][] {
  const all = dense.flatMap((values, w) => values.map((value, i) => ({ size: Math.abs(value), w, i })));
  const kept = dense.map((values) => values.map(() => true));
  for (const { w, i } of all.sort((a, b) => a.size - b.size).slice(0, count)) kept[w]![i] = false;
  return kept;
}
