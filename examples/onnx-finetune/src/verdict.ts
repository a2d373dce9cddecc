import { megabytes, percent } from './format.js';
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
export function verdict({ versions }: Results): string[] {
  const dense = versions.find(({ arm }) => arm === 'dense');
  const pairs = pairsOf(versions);
  if (dense === undefined || pairs.length === 0) return ['Nothing to compare yet.'];
  const won = pairs.filter(
    ({ oneShot, trained }) => trained.scores.characterErrorRate < oneShot.scores.characterErrorRate,
  );
  return [
    `The dense model reads with ${percent(dense.scores.characterErrorRate)} errors and takes ${megabytes(dense.sizes.gzipBytes)} gzipped.`,
    `Training beats one shot at ${won.length} of ${pairs.length} sparsities.`,
    ...pairs.map(
      ({ target, oneShot, trained }) =>
        `At ${percent(target, 0)}: ${percent(oneShot.scores.characterErrorRate)} errors in one shot, ` +
        `${percent(trained.scores.characterErrorRate)} trained, ${percent(trained.scores.sameLines)} of the lines ` +
        `as the dense model reads them, ${megabytes(trained.sizes.gzipBytes)}.`,
    ),
  ];
}
