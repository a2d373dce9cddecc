import { type ObservedScore, observedScore } from './observed-score.js';

/**
 * Ranks elements by `|w·g|`, weight times gradient, at the last step: how much the loss would change, to first order, if
 * the element were zero.
 *
 * @see Molchanov et al. 2017, https://arxiv.org/abs/1611.06440
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, saliencyScore } from '@synaprune/core';
 * import { createScoreObserver, hostBackend } from '@synaprune/host';
 *
 * const weights = [{ name: 'kernel', weight: Float32Array.of(1, 2, 3, 4) }];
 * const observer = createScoreObserver({ score: saliencyScore(), weights });
 * observer.observe({ gradient: { kernel: Float32Array.of(9, 1, -8, 0.5) } });
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights,
 *   schedule: constantSparsity(0.5),
 *   score: observer,
 * });
 * await pruner.update(0);
 * console.log(weights[0]!.weight.join()); // 1,0,3,0
 * ```
 */
export function saliencyScore(): ObservedScore {
  return observedScore({
    name: 'saliency',
    needs: ['weight', 'gradient'],
    memory: { product: 'gradient' },
    observe: ({ multiply }, { weight, gradient }) => ({ product: multiply(weight, gradient) }),
    rank: (_, __, { product }) => product!,
  });
}

/**
 * Ranks elements by `|Σ w·g|` over all steps so far: the connection sensitivity of SNIP, whose one update comes after one
 * or more batches at a learning rate of 0, and before training.
 *
 * @see Lee et al. 2019, https://arxiv.org/abs/1810.02340
 *
 * @example
 * ```ts
 * import { snipScore } from '@synaprune/core';
 *
 * console.log(snipScore().name); // snip
 * ```
 */
export function snipScore(): ObservedScore {
  return observedScore({
    name: 'snip',
    needs: ['weight', 'gradient'],
    memory: { sensitivity: 'gradient' },
    observe: ({ add, multiply }, { weight, gradient }, { sensitivity }) => ({
      sensitivity: add(sensitivity!, multiply(weight, gradient)),
    }),
    rank: (_, __, { sensitivity }) => sensitivity!,
  });
}
