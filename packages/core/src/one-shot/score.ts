import { PruneError } from '../checks/errors.js';
import { describe, quote } from '../checks/legible.js';
import type { NamedWeight } from '../score/named-weight.js';
import type { ObservedScore } from '../score/observed-score.js';
import type { PlainScore } from '../score/scores.js';

/** What a score of a file's weights is about. */
interface Scored {
  readonly name: string;
  readonly elements: number;
}

/**
 * A score as a backend takes it, of weights that it knows by other handles.
 *
 * @param weights all that will be asked about
 * @param toWeight the handle of scores of a weight, which are as many as its elements
 * @returns undefined where none was given
 */
export function scoreWith<Own extends Scored, Weight>(
  score: PlainScore<Own, Float32Array> | ObservedScore | undefined,
  weights: readonly Own[],
  toWeight: (values: Float32Array, weight: Own) => Weight,
): PlainScore<Weight> | ObservedScore | undefined {
  if (score?.kind !== 'tensor') return score;
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const of = ({ name }: NamedWeight<Weight>): Weight => {
    const weight = byName.get(name)!;
    return toWeight(requireScores(weight, score.of({ name, weight })), weight);
  };
  return { kind: 'tensor', of };
}

function requireScores({ name, elements }: Scored, values: unknown): Float32Array {
  if (values instanceof Float32Array && values.length === elements) return values;
  const got = values instanceof Float32Array ? `one of ${values.length}` : describe(values);
  throw new PruneError(
    'score-mismatch',
    `the score of ${quote(name)} needs a Float32Array of ${elements}, got ${got}`,
  );
}
