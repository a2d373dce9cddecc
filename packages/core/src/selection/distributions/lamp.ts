import type { RescalingFunction } from './rescaling.js';

/**
 * LAMP: an element's score is its square by the sum of the squares of all elements of its weight that rank no lower, and
 * the elements of all weights are ranked together by it. It is how much of what is left of a layer goes with the
 * element, so that no layer is emptied: its last element has the highest score there is, 1.
 *
 * `distribution: 'lamp'` is this. It is about what is kept, by whatever score ranks it; the squares are added from the
 * highest to the lowest, in float64, so that the shares are the same everywhere. The scores of all weights are read for
 * that, where they live.
 *
 * @see Lee et al. 2021, arXiv 2010.07611, equation 4
 */
export const lamp: RescalingFunction = Object.assign(rescale, { kind: 'lamp', rescales: true } as const);

function rescale(scores: Float64Array): Float64Array {
  let sum = 0;
  for (let i = scores.length - 1; i >= 0; i -= 1) {
    const square = scores[i]! * scores[i]!;
    sum += square;
    scores[i] = square === 0 ? 0 : square / sum;
  }
  return scores;
}
