import { requireChoice } from '../../checks/require.js';
import type { Pooling } from '../../contract/backend.js';
import { requireAxis, requireAxisOf } from './axis.js';
import { POOLINGS } from './block.js';
import { blocksPattern } from './blocks.js';
import type { AskedPattern } from './pattern.js';
import { eachWeight } from './weight-pattern.js';

/** Whole slices along `axis` are dropped: of a kernel `[inputs, units]`, axis 1 drops units. */
export interface ChannelPattern {
  readonly kind: 'channel';
  /** From 0. */
  readonly axis: number;
  /** What of its elements' magnitudes ranks a slice: their L2 norm (unless told), their mean, or the largest. */
  readonly pool?: Pooling;
}

export const channelKeys: readonly string[] = ['axis', 'pool'];

export function channelPattern({ axis, pool = 'l2' }: ChannelPattern): AskedPattern {
  requireChoice('createPruner', 'pattern.pool', pool, POOLINGS);
  requireAxis(axis);
  return eachWeight(
    blocksPattern({
      saved: { kind: 'channel', axis, pool },
      pooling: pool,
      edges: (shape) => shape.map((edge, i) => (i === axis ? 1 : edge)),
      requireFit: (weight) => requireAxisOf(weight, axis),
    }),
  );
}
