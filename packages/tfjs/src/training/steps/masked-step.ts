import type { Pruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import { variableNamed } from '../../internals/variables-by-name.js';
import type { NamedGradient } from '../../scoring/step-watch.js';
import { type DenseStep, learnsOn } from '../dense/dense-weights.js';
import { type Gradients, listGradients, namesOf } from './gradient-order.js';
import { requireOwnValues } from './swapped-weights.js';

/**
 * An optimizer's step with the dropped weights taken out of it: their gradients are zero, so that no moment
 * builds up for them, and after the step they are +0, because moments from before still move them. A step
 * that the pruner refuses is refused before the optimizer has changed anything.
 *
 * @param apply the optimizer's own `applyGradients`
 * @param options.backend the pruner's backend; without it the gradients stay as they are
 * @param options.begin is shown each step before it is taken, with the gradients as they are, and gives what is to be
 *   done after it
 * @param options.dense where what is dropped learns on: the step is one of the dense weights, by gradients as they are
 */
export function maskedStep(
  apply: (gradients: Gradients) => void,
  pruner: Pick<Pruner, 'enforceSync'>,
  options: {
    readonly backend?: Pick<TfjsBackend, 'maskGradient' | 'endStep'> | undefined;
    readonly begin?: ((gradients: readonly NamedGradient[]) => () => void) | undefined;
    readonly dense?: DenseStep | undefined;
  },
): (gradients: Gradients) => void {
  const { backend, begin, dense } = options;
  const mask = (name: string, gradient: tf.Tensor): tf.Tensor => {
    const variable = variableNamed(name);
    // An optimizer takes no gradient at all as a weight it leaves alone.
    if (variable === undefined || backend === undefined || gradient == null) return gradient;
    return learnsOn(variable) ? gradient : backend.maskGradient(variable, gradient);
  };
  return (gradients) => {
    requireOwnValues(variablesOf(gradients));
    tf.tidy(() => {
      // Only the pruner itself knows all it refuses: an update in flight, a disposed weight, another backend.
      // Enforcing twice changes nothing and costs little beside a step.
      pruner.enforceSync();
      const undo = dense?.begin();
      let end: (() => void) | undefined;
      try {
        end = begin?.(listGradients(gradients));
        // Order is kept in both forms: optimizers find their moments by position.
        apply(
          Array.isArray(gradients)
            ? gradients.map(({ name, tensor }) => ({ name, tensor: mask(name, tensor) }))
            : Object.fromEntries(
                Object.entries(gradients).map(([name, tensor]) => [name, mask(name, tensor)]),
              ),
        );
      } catch (error) {
        undo?.();
        throw error;
      }
      dense?.end();
      pruner.enforceSync();
      backend?.endStep(variablesOf(gradients));
      end?.();
    });
  };
}

function variablesOf(gradients: Gradients): tf.Variable[] {
  return namesOf(gradients).flatMap((name) => variableNamed(name) ?? []);
}
