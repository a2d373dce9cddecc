import { isRecord, requireFinite, requireThat, requireWhole } from '@synaprune/core/checks';
import { type Moments, requireSamples } from '../moments/moments.js';

/** How strongly weights are held where they are unless told, of the mean square of what they read. */
export const DAMPING = 0.01;

/**
 * The damping of a layer: the more, the fewer there are than ten columns for each input, so that few decide little.
 *
 * @throws TypeError | RangeError unless they are moments, and `damping` is 0 or above
 * @throws PruneError `no-samples` where nothing was added to them
 */
export function dampingFor(moments: Moments, damping: number = DAMPING): number {
  requireThat('dampingFor', 'moments', moments, 'what finish() of createMoments returns', isRecord(moments));
  const { samples, features } = moments;
  requireWhole('dampingFor', 'moments.samples', samples);
  requireSamples('dampingFor', moments);
  requireWhole('dampingFor', 'moments.features', features, 1);
  requireFinite('dampingFor', 'damping', damping);
  if (damping < 0) throw new RangeError(`dampingFor needs damping of at least 0, got ${damping}`);
  return damping * Math.max(1, (10 * features) / samples);
}
