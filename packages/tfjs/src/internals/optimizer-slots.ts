import type * as tf from '@tensorflow/tfjs-core';

/** What an optimizer keeps for each weight, by the weight's place in the list of gradients. */
export interface Slots {
  readonly kind: 'secondMoment' | 'other';
  /** What it holds before a weight's first step. */
  readonly fresh: number;
  /** Holes where a weight has not been met yet. */
  readonly variables: readonly (tf.Variable | undefined)[];
}

interface Slot {
  readonly variable?: tf.Variable;
}

/** The private lists of tfjs's optimizers. */
type Lists = { readonly [Field in (typeof FIELDS)[number]]?: readonly (Slot | undefined)[] };

const FIELDS = [
  'accumulations',
  'accumulatedFirstMoment',
  'accumulatedSecondMoment',
  'accumulatedWeightedInfNorm',
  'accumulatedMeanSquares',
  'accumulatedMoments',
  'accumulatedMeanGrads',
  'accumulatedGrads',
  'accumulatedUpdates',
] as const;

/** Moving averages of squared gradients: Adam's and RMSProp's. */
const SECOND_MOMENTS: readonly string[] = ['accumulatedSecondMoment', 'accumulatedMeanSquares'];

/**
 * The slots of one of tfjs's optimizers; none for SGD.
 *
 * Written for tfjs-core 4.22.0: `getWeights` gives the same variables, but waits for it, makes a tensor for it, and does not
 * work for Adamax. Where a field is missing, the optimizer has no such slots.
 */
export function slotsOf(optimizer: tf.Optimizer): Slots[] {
  const lists = optimizer as unknown as Lists & { readonly initialAccumulatorValue?: number };
  return FIELDS.flatMap((field) => {
    const list = lists[field];
    if (!Array.isArray(list)) return [];
    return [
      {
        kind: SECOND_MOMENTS.includes(field) ? ('secondMoment' as const) : ('other' as const),
        // Of Adagrad alone, whose only slot it fills.
        fresh: lists.initialAccumulatorValue ?? 0,
        variables: Array.from(list as readonly (Slot | undefined)[], (slot) => slot?.variable),
      },
    ];
  });
}
