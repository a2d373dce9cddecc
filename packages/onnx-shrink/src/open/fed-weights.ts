import type { ShrunkTensor } from '@synaprune/axes';
import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { ModelProto } from '@synaprune/onnx';

/**
 * Weights that became smaller and that a caller may feed instead, as they are inputs of the graph too. Before IR version 4
 * every weight had to be listed so, and none could be fed.
 */
export function fedWeights({ irVersion, graph }: ModelProto, tensors: readonly ShrunkTensor[]): Notice[] {
  if (irVersion < 4n) return [];
  const inputs = new Set(graph!.input.map(({ name }) => name));
  const weights = tensors.flatMap(({ name, place }) => (place === 'graph' && inputs.has(name) ? [name] : []));
  if (weights.length === 0) return [];
  return [
    {
      code: 'fed-weights',
      message: `${listNames(weights)} are inputs of the graph too: who feeds them has to feed the smaller shapes`,
      weights,
    },
  ];
}
