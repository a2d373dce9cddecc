import { type ObservedScore, observedScore } from './observed-score.js';

/**
 * Ranks elements by `|w|·‖x‖`, the weight times the norm of what comes in at its input over all steps so far. It is
 * reckoned as `w²·Σx²`, which has the same order.
 *
 * Wanda compares within each output: with the pattern `{ kind: 'n:m', keep, of, axis }`, where `of` is the number of inputs
 * and `axis` theirs, each output keeps as many.
 *
 * @see Sun et al. 2023, https://arxiv.org/abs/2306.11695
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, wandaScore } from '@synaprune/core';
 * import { createScoreObserver, hostBackend } from '@synaprune/host';
 *
 * // Two inputs, two units: the small weights of the loud input stay.
 * const weights = [{ name: 'kernel', weight: { shape: [2, 2], values: Float32Array.of(3, -4, 1, 2) } }];
 * const observer = createScoreObserver({ score: wandaScore(), weights });
 * observer.observe({ inputSquare: { kernel: { shape: [2, 1], values: Float32Array.of(1, 100) } } });
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights,
 *   schedule: constantSparsity(0.5),
 *   score: observer,
 * });
 * await pruner.update(0);
 * console.log(weights[0]!.weight.values.join()); // 0,0,1,2
 * ```
 */
export function wandaScore(): ObservedScore {
  return observedScore({
    name: 'wanda',
    needs: ['inputSquare'],
    memory: { inputs: 'inputSquare' },
    observe: ({ add }, { inputSquare }, { inputs }) => ({ inputs: add(inputs!, inputSquare) }),
    rank: ({ multiply }, weight, { inputs }) => multiply(multiply(weight, inputs!), weight),
  });
}
