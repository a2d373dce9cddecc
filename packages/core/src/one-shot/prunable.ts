import { PruneError } from '../checks/errors.js';
import { legible, quote } from '../checks/legible.js';

/** A weight that was looked at, and whether it is to be pruned. */
interface Looked {
  readonly weight: { readonly name: string; readonly pruned: boolean; readonly reason: string };
}

/**
 * The weights that are to be pruned.
 *
 * @throws PruneError `no-weights` when there is none, with the reasons
 */
export function weightsToPrune<Chosen extends Looked>(chosen: readonly Chosen[]): readonly Chosen[] {
  const parts = chosen.filter(({ weight }) => weight.pruned);
  if (parts.length > 0) return parts;
  const reasons = chosen
    .slice(0, 20)
    .map(({ weight: { name, reason } }) => `${quote(name)} (${legible(reason, 80)})`);
  const more = chosen.length > reasons.length ? ` and ${chosen.length - reasons.length} more` : '';
  throw new PruneError(
    'no-weights',
    `the model has no weight to prune; it has ${reasons.join(', ') || 'none'}${more}`,
  );
}
