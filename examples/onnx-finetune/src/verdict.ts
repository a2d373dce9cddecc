import { percent } from '@synaprune/examples-kit/format';
import { fileSize } from './format.js';
import type { Results, Version } from './results.js';

/** The versions of one sparsity, both arms. */
export interface Pair {
  readonly target: number;
  readonly oneShot: Version;
  readonly trained: Version;
}

/** The sparsities at which both arms have been measured. */
export function pairsOf(versions: readonly Version[]): Pair[] {
  return versions.flatMap((oneShot) => {
    const trained = versions.find(({ arm, target }) => arm === 'trained' && target === oneShot.target);
    return oneShot.arm === 'one-shot' && trained !== undefined
      ? [{ target: oneShot.target, oneShot, trained }]
      : [];
  });
}

/** What the numbers say, in sentences. */
export function verdict({ versions, inputs, model }: Results): string[] {
  const dense = versions.find(({ arm }) => arm === 'dense');
  const pairs = pairsOf(versions);
  if (dense === undefined || pairs.length === 0) return ['Nothing to compare yet.'];
  const won = pairs.filter(({ oneShot, trained }) => trained.scores.sameLines > oneShot.scores.sameLines);
  return [
    `The dense model: ${model.words.error} ${percent(dense.scores.error)}, ${fileSize(dense.sizes.gzipBytes)} gzipped.`,
    `Training agrees with it more often than one shot at ${won.length} of ${pairs.length} sparsities; ` +
      `chance agrees on ${percent(inputs.chance)}.`,
    ...pairs.map(
      ({ target, oneShot, trained }) =>
        `At ${percent(target, 0)}: ${percent(oneShot.scores.sameLines)} of the lines as dense in one shot, ` +
        `${percent(trained.scores.sameLines)} trained, ${fileSize(trained.sizes.gzipBytes)}.`,
    ),
  ];
}
