import { nearestSize } from './narrow.js';

/** Widths of a transformer. */
export interface TransformerSize {
  /** A multiple of the heads. */
  readonly width: number;
  readonly feedForward: number;
}

/**
 * A smaller transformer whose count of prunable weights is nearest to `(1 − narrowed)` times the full one's: the
 * width first, the feed-forward part growing with it, then the feed-forward part alone to come nearer.
 *
 * @param count prunable weights of a size
 */
export function narrowTransformer(
  full: TransformerSize,
  heads: number,
  narrowed: number,
  count: (size: TransformerSize) => number,
): TransformerSize {
  if (narrowed === 0) return full;
  const wanted = (1 - narrowed) * count(full);
  const ratio = full.feedForward / full.width;
  const width = nearestSize(wanted, (size) => count({ width: size, feedForward: ratio * size }), {
    step: heads,
    most: full.width,
  });
  const feedForward = nearestSize(wanted, (size) => count({ width, feedForward: size }), {
    most: 2 * full.feedForward,
  });
  return { width, feedForward };
}
