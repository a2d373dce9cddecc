import type { Evaluations, RunResult, RunSpec, Score, TrainingSpec } from '../../run.js';

const TRAINING: TrainingSpec = {
  learningRate: 1e-3,
  dropout: 0,
  weightDecay: 0,
  narrowed: 0,
  noisyValidation: false,
  pruning: null,
};

/** The spec of a run that nobody carries out. */
export function madeUpSpec(
  parts: Partial<Omit<RunSpec, 'training'>> & { readonly training?: Partial<TrainingSpec> } = {},
): RunSpec {
  return {
    protocol: 'honest',
    series: { source: 'births', target: 'births', sha256: 'ab'.repeat(32) },
    length: 7,
    model: 'lstm',
    stopping: {
      epochs: 3,
      batchSize: 64,
      patience: 2,
      against: 'best',
      leastEpochs: 1,
      scored: 'best',
    },
    seed: 42,
    runtime: 'made up 1.0.0',
    ...parts,
    training: { ...TRAINING, ...parts.training },
  };
}

/** A result with the same error everywhere. `noisy` is that with dropout on, averaged. */
export function madeUpResult(error: number, { noisy }: { readonly noisy?: number } = {}): RunResult {
  const score = (value: number): Score => ({
    mae: value * 20,
    rmse: value * 25,
    scaledMae: value,
    scaledRmse: value * 1.25,
  });
  const scores: Evaluations = {
    off: score(error),
    onePass: noisy === undefined ? null : score(noisy + 1),
    twentyPasses: noisy === undefined ? null : score(noisy),
  };
  return {
    test: scores,
    validation: scores,
    testAtLast: scores,
    testAtBest: scores,
    persistence: { test: score(1), validation: score(1) },
    bestEpoch: 0,
    scoredEpoch: 0,
    epochs: [{ epoch: 0, trainLoss: 1, validationLoss: 1, validationMae: error, sparsity: 0 }],
    sparsity: 0,
    sparsityByWeight: [{ name: 'kernel', elements: 4, sparsity: 0 }],
    prunable: 4,
    parameters: 6,
    gzipBytes: 30,
    seconds: 0.5,
  };
}
