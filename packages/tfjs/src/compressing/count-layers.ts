import type { LayersModel } from '@tensorflow/tfjs-layers';
import { variableOf } from '../model/trained-weights.js';
import type { RefittedPart } from './refitting/refit-model.js';
import type { CompressedLayer, CompressReport } from './report.js';

/**
 * What is left of a model's weights: those that were pruned, cut or refitted, and how much of them is gone.
 *
 * @param cut names of weights that were pruned, or became smaller: those that `removed` is about
 */
export async function countLayers(
  dense: LayersModel,
  pruned: LayersModel,
  parts: readonly RefittedPart[],
  cut: ReadonlySet<string>,
): Promise<Pick<CompressReport, 'layers' | 'removed'>> {
  const before = new Map(dense.weights.map(({ originalName, shape }) => [originalName, size(shape)]));
  const errorOf = new Map(
    parts.flatMap(({ weights, error }) => weights.map((name) => [name, error] as const)),
  );
  const layers: CompressedLayer[] = [];
  let [elements, of] = [0, 0];
  for (const weight of pruned.weights) {
    const { originalName: name, shape } = weight;
    if (shape.length < 2 || !(errorOf.has(name) || cut.has(name))) continue;
    const values = (await variableOf(weight).data()) as Float32Array;
    const kept = values.reduce((sum, value) => sum + Number(value !== 0), 0);
    const edges = shape.map(Number);
    layers.push({ name, shape: edges, elements: values.length, kept, error: errorOf.get(name) });
    if (!cut.has(name)) continue;
    of += before.get(name)!;
    elements += before.get(name)! - kept;
  }
  return { layers, removed: { elements, of } };
}

const size = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((product, edge) => product * Number(edge), 1);
