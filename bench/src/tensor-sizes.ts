/** Tensors that a number of weights is split into. */
const TENSORS = 24;
/** The same from this many weights on. */
const LARGE = 1e8;
const LARGE_TENSORS = 96;

/**
 * Sizes of very different tensors, the largest some hundred times the smallest, that add up to `elements`. Most
 * are no multiple of anything.
 */
export function tensorSizes(elements: number): number[] {
  const tensors = elements >= LARGE ? LARGE_TENSORS : TENSORS;
  // Spread over nine powers of two, large and small in turns.
  const shares = Array.from({ length: tensors }, (_, i) => 2 ** (9 * ((i * 0.618034) % 1)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const sizes = shares.map((share) => Math.floor((elements * share) / total));
  const rest = elements - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, i) => (i === 0 ? size + rest : size));
}
