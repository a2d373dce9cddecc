import { recipesOf } from '../arms/training-plan.js';
import type { Results, Version } from '../results.js';

/** A version with made-up numbers. */
export function version(arm: Version['arm'], target: number, sameLines: number): Version {
  return {
    arm,
    target,
    sparsity: target,
    scores: { sameLines, rightLines: sameLines, distance: 0.125, error: 0.0625 },
    sizes: { bytes: 2_000_000, gzipBytes: 1_250_000, brotliBytes: 345_600 },
    seconds: 12.34,
    notices: [],
    file: 'x.onnx',
    samples: ['turned'],
  };
}

/** Results with made-up numbers. */
export function resultsOf(versions: readonly Version[]): Results {
  return {
    version: 1,
    created: '2026-01-02T03:04:05.678Z',
    complete: true,
    machine: { node: 'v20' },
    model: {
      id: 'cls',
      name: 'a model',
      kind: 'classifier',
      words: {
        distance: 'apart',
        distanceMeans: 'how far apart',
        error: 'wrong',
        errorMeans: 'how wrong',
        limits: 'Only this.',
      },
      provenance: 'from somewhere',
      licence: 'a licence',
      prunable: 900,
      spared: 100,
    },
    inputs: { provenance: 'a book', licence: 'none', turned: true, chance: 0.55 },
    settings: {
      model: 'cls',
      plan: {
        recipes: recipesOf([0.5], 10, { distribution: 'global', floor: 0.05 }),
        steps: 10,
        learningRate: 0.01,
      },
      lines: { training: 20, heldOut: 40 },
      width: 192,
      batch: 4,
      seed: 1,
    },
    versions,
    samples: [],
    losses: [],
  };
}
