import type { Pruner } from '@synaprune/core';
import { describe, requireBoolean, requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import type { TensorScoreObserver } from '../../scoring/score-observer.js';
import { stepOf } from '../dense/pruner-anew.js';
import { type Gradients, noteOrder } from './gradient-order.js';
import { maskedStep } from './masked-step.js';

/**
 * An optimizer for custom loops that zeroes dropped weights after each of its steps, whichever way it is
 * called: `minimize`, or `computeGradients` and `applyGradients`. In everything else it is the optimizer it
 * was made from: class name, configuration, weights and iterations are read and written there, and disposing
 * of one disposes of the other. The original, used directly, does not prune. `pruneModel` may prune other
 * weights of a model that was compiled with it: then each step obeys both pruners.
 *
 * @param pruner stays the caller's, who also calls `update`
 * @param options.backend the pruner's backend; with it, gradients of dropped weights are zeroed too, which
 *   keeps the optimizer's moments clean
 * @param options.observer of a score that looks at training, or a list of them: each is shown every step, with the
 *   gradients of dropped weights too
 * @param options.straightThrough whether weights stay dense under their masks and learn on by the gradients of the masked
 *   weights, and every update of the pruner chooses anew among all elements; not unless told. The variables hold masked
 *   weights between steps, and dense ones while an update is awaited. The pruner's `save` keeps the dense values, its
 *   `dispose` gives them back. Needs `backend`, and a pruner without `regrow` and `keepZeros`
 * @throws TypeError when `optimizer` or `pruner` is none, or an option is unknown, of a wrong type or goes with others that
 *   it does not take
 * @throws PruneError `already-pruned` with `straightThrough` when others prune the weights too
 * @throws PruneError from its steps, as `Pruner.enforceSync`; the step has not been taken then
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, pruneOptimizer, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const backend = tfjsBackend();
 * const pruner = createPruner({
 *   backend,
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * const optimizer = pruneOptimizer(tf.train.adam(0.1), pruner, { backend });
 * await pruner.update(0);
 * for (let step = 0; step < 5; step += 1) optimizer.minimize(() => kernel.sub(1).square().sum());
 * console.log((await kernel.data()).filter((value) => value === 0).length); // 2
 * ```
 */
export function pruneOptimizer<Inner extends tf.Optimizer>(
  optimizer: Inner,
  pruner: Pick<Pruner, 'enforceSync'>,
  options: {
    readonly backend?: Pick<TfjsBackend, 'maskGradient' | 'maskOf' | 'endStep'>;
    readonly observer?: Watching | readonly Watching[];
    readonly straightThrough?: boolean;
  } = {},
): Inner {
  if (typeof optimizer?.applyGradients !== 'function') {
    throw new TypeError(
      `pruneOptimizer needs an optimizer, as tf.train.adam returns it, got ${describe(optimizer)}`,
    );
  }
  if (typeof pruner?.enforceSync !== 'function') {
    throw new TypeError(
      'pruneOptimizer needs a pruner, as createPruner returns it: pruneOptimizer(optimizer, pruner, { backend })',
    );
  }
  requireOptions('pruneOptimizer', '', options, ['backend', 'observer', 'straightThrough']);
  const { backend, observer, straightThrough = false } = options;
  if (backend !== undefined && typeof backend?.maskGradient !== 'function') {
    throw new TypeError(`pruneOptimizer needs backend to be a TfjsBackend, got ${describe(backend)}`);
  }
  const observers: readonly Watching[] = observer === undefined ? [] : [observer].flat();
  if (!observers.every((one) => typeof one?.beginStep === 'function')) {
    throw new TypeError(
      `pruneOptimizer needs observer to be what createScoreObserver returns, or a list of such, got ${describe(observer)}`,
    );
  }
  requireBoolean('pruneOptimizer', 'straightThrough', straightThrough);
  const masked = maskedStep((gradients) => optimizer.applyGradients(gradients), pruner, {
    backend,
    begin(gradients) {
      const ends = observers.map((one) => one.beginStep(optimizer, gradients));
      return () => {
        for (const end of ends) end();
      };
    },
    dense: stepOf(pruner, backend, straightThrough),
  });
  const step = (gradients: Gradients): void => {
    masked(gradients);
    noteOrder(proxy, gradients);
  };
  // The one method that differs lives beside the optimizer. Whoever replaces it on the proxy (pruneModel does)
  // replaces it here: on the optimizer itself the replacement would be what it calls, without end.
  const slot: object = Object.create({ applyGradients: step });
  const owner = (target: Inner, key: PropertyKey): object => (key === 'applyGradients' ? slot : target);
  // A proxy, because a copy or a subclass would keep its own iterations and moments.
  const proxy = new Proxy(optimizer, {
    get: (target, key, self) => Reflect.get(owner(target, key), key, self),
    // An assignment ends here too: it defines a property on the proxy.
    defineProperty: (target, key, property) => Reflect.defineProperty(owner(target, key), key, property),
    deleteProperty: (target, key) => Reflect.deleteProperty(owner(target, key), key),
    getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(owner(target, key), key),
  });
  proxies.add(proxy);
  return proxy;
}

/** What is shown every step. */
type Watching = Pick<TensorScoreObserver, 'beginStep'>;

const proxies = new WeakSet<object>();

/** Whether an optimizer was made by {@link pruneOptimizer}. */
export function isPrunedOptimizer(optimizer: object | undefined): boolean {
  return optimizer !== undefined && proxies.has(optimizer);
}
