import { describe } from '../../checks/legible.js';
import { requireChoice } from '../../checks/require.js';
import type { Pooling } from '../../contract/backend.js';
import { requireAxis, requireAxisOf } from './axis.js';
import { POOLINGS } from './block.js';
import { blocksPattern } from './blocks.js';
import type { ChannelGroup } from './groups/channel-groups.js';
import { groupPattern } from './groups/group-pattern.js';
import type { AskedPattern } from './pattern.js';
import { eachWeight } from './weight-pattern.js';

/** Whole channels are dropped: slices of every weight by itself, or channels with all that goes with them. */
export type ChannelPattern = AxisPattern | GroupPattern;

/** Whole slices along `axis` are dropped: of a kernel `[inputs, units]`, axis 1 drops units. */
export interface AxisPattern {
  readonly kind: 'channel';
  /** From 0. */
  readonly axis: number;
  /** What of its elements' magnitudes ranks a slice: their L2 norm (unless told), their mean, or the largest. */
  readonly pool?: Pooling;
}

/**
 * Channels of groups are dropped, each as a whole: in the weights that make it, in those that read it, and in biases and
 * scales that go along, so that it can be cut out of the model afterwards and no output changes. The budget counts
 * channels, floors and distributions are of groups; every group keeps a channel, and every weight something. Weights
 * that no group names are left alone; `select` picks groups, by the weights that rank them.
 *
 * A channel is ranked by the kernels that make it (by those that read it where none makes all channels, and by all its
 * weights where there are none): of each, the score of its slice, which is a float32 rounded towards zero; and what
 * those make together, pooled in the same way and rounded towards zero. Ties go by the order of the groups, then by
 * that of the channels.
 */
export interface GroupPattern {
  readonly kind: 'channel';
  /** As the graph of a model gives them: `channelGroups` of `@synaprune/onnx-shrink`. Their order breaks ties. */
  readonly groups: readonly ChannelGroup[];
  /** What of magnitudes ranks a slice, and of slices a channel: the L2 norm (unless told), the mean, or the largest. */
  readonly pool?: Pooling;
}

export const channelKeys: readonly string[] = ['axis', 'groups', 'pool'];

export function channelPattern(option: ChannelPattern): AskedPattern {
  const { pool = 'l2' } = option;
  const { axis, groups } = option as Partial<AxisPattern & GroupPattern>;
  requireChoice('createPruner', 'pattern.pool', pool, POOLINGS);
  if (groups !== undefined) {
    if (axis === undefined) return groupPattern(groups, pool);
    throw new TypeError(
      `createPruner takes pattern.axis or pattern.groups, not both: groups say the axes themselves; got axis ${describe(axis)}`,
    );
  }
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
