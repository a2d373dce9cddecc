import { describe, isRecord, requireBoolean, requireChoice, requireKind } from '@synaprune/core/checks';
import { requireAtLeast0, requireBelow1, requireFloat32 } from './check-float32.js';
import type { OptimizerSettings } from './options.js';

/** What each optimizer may be told beside its kind. */
const kinds = {
  sgd: ['momentum', 'nesterov', 'weightDecay'],
  adam: ['beta1', 'beta2', 'epsilon', 'weightDecay'],
  adamw: ['beta1', 'beta2', 'epsilon', 'weightDecay'],
  rmsprop: ['form', 'decay', 'momentum', 'centered', 'epsilon', 'weightDecay'],
  adagrad: ['learningRateDecay', 'initial', 'epsilon', 'weightDecay'],
} as const satisfies Record<OptimizerSettings['kind'], readonly string[]>;
const names = Object.keys(kinds) as OptimizerSettings['kind'][];

const FED =
  'the learning rate is no setting of the optimizer: createTrainer and step take it as learningRate, and a step graph is fed it';
/** What other libraries call a setting that has another name, or another place, here. */
const elsewhere: Readonly<Record<string, string>> = {
  learningRate: FED,
  lr: FED,
  betas: 'they are beta1 and beta2',
  alpha: 'the decay of the mean square is decay',
  rho: 'the decay of the mean square is decay',
  eps: 'it is epsilon',
  lr_decay: 'it is learningRateDecay',
  initial_accumulator_value: 'it is initial',
};

/** Below it a float32 would no longer divide as it should. */
const SMALLEST_EPSILON = 1e-30;

/** @throws TypeError | RangeError when an optimizer is unknown, or a setting of it is unknown or out of range */
export function checkOptimizer(caller: string, optimizer: unknown): void {
  if (typeof optimizer === 'string') {
    requireChoice(caller, 'optimizer', optimizer, names);
    return;
  }
  if (!isRecord(optimizer)) {
    throw new TypeError(
      `${caller} needs optimizer to be one of ${names.join(', ')}, or an object with such a kind, got ${describe(optimizer)}`,
    );
  }
  try {
    requireKind(caller, 'optimizer', optimizer, kinds);
  } catch (error) {
    const hint = Object.keys(optimizer).find((key) => Object.hasOwn(elsewhere, key));
    if (hint === undefined || !(error instanceof TypeError)) throw error;
    throw new TypeError(`${error.message} (${hint}: ${elsewhere[hint]})`);
  }
  for (const field of ['momentum', 'beta1', 'beta2', 'decay']) {
    if (optimizer[field] !== undefined) requireBelow1(caller, `optimizer.${field}`, optimizer[field]);
  }
  for (const field of ['weightDecay', 'learningRateDecay', 'initial']) {
    if (optimizer[field] !== undefined) requireAtLeast0(caller, `optimizer.${field}`, optimizer[field]);
  }
  const { epsilon, nesterov, centered, form, momentum = 0 } = optimizer;
  if (epsilon !== undefined) {
    requireFloat32(caller, 'optimizer.epsilon', epsilon);
    if (epsilon < SMALLEST_EPSILON) {
      throw new RangeError(
        `${caller} needs optimizer.epsilon of at least ${SMALLEST_EPSILON}, which float32 can divide by, got ${epsilon}`,
      );
    }
  }
  if (nesterov !== undefined) requireBoolean(caller, 'optimizer.nesterov', nesterov);
  if (nesterov === true && momentum === 0) {
    throw new RangeError(`${caller} needs optimizer.momentum above 0 where nesterov is on, got 0`);
  }
  if (centered !== undefined) requireBoolean(caller, 'optimizer.centered', centered);
  if (form !== undefined) requireChoice(caller, 'optimizer.form', form, ['pytorch', 'tensorflow']);
}
