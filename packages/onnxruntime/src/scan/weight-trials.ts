import { elementBudget } from '@synaprune/core';
import { findWeights, type OnnxWeight, pruneOnnx } from '@synaprune/onnx';
import type { CheckedScan } from './options.js';
import { plainTensors } from './plain-tensors.js';
import type { TrialPlan } from './trial.js';

/** Each weight alone, by the masks that `pruneOnnx` makes at the same sparsity everywhere. */
export function weightTrials(model: Uint8Array, { select, score, pattern }: CheckedScan): TrialPlan {
  const given = {
    ...(score === undefined ? {} : { score }),
    ...(pattern === undefined ? {} : { pattern }),
    distribution: 'uniform',
  } as const;
  const weights = findWeights(model, select === undefined ? {} : { select }).filter(({ pruned }) => pruned);
  const dense = plainTensors(model);
  const isPlain = (weight: OnnxWeight) => weight.place === `graph/${weight.name}` && dense.has(weight.name);
  const plain = weights.filter(isPlain);

  return {
    tensors: new Map(plain.map(({ name, shape }) => [name, { shape, values: dense.valuesOf(name) }])),
    count: weights.length,
    async *at(level) {
      const pruned = await pruneOnnx(model, {
        ...given,
        ...(select === undefined ? {} : { select }),
        sparsity: level,
      });
      const after = plainTensors(pruned.model);
      for (const weight of weights) {
        const { name, elements } = weight;
        yield {
          name,
          elements,
          pruned: countPruned(weight, level, pattern === undefined),
          change: isPlain(weight)
            ? { values: new Map([[name, after.valuesOf(name)]]) }
            : { model: await prunedAlone(name, level) },
        };
      }
    },
  };

  async function prunedAlone(name: string, level: number): Promise<Uint8Array> {
    const alone = await pruneOnnx(model, { ...given, select: { include: name }, sparsity: level });
    return alone.model;
  }
}

/** A pattern drops by units, so that its share is the level as nearly as it goes. */
function countPruned({ elements }: OnnxWeight, level: number, exact: boolean): number {
  return exact ? elementBudget(level, elements) : level * elements;
}
