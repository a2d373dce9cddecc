import { PruneError } from '../../checks/errors.js';
import { quote } from '../../checks/legible.js';
import { requireChoice, requireThat, requireWholes } from '../../checks/require.js';
import type { Pooling } from '../../contract/backend.js';
import { blocksPattern } from './blocks.js';
import type { AskedPattern } from './pattern.js';
import { eachWeight } from './weight-pattern.js';

/**
 * Whole blocks are dropped. `shape` holds the block's edge along each axis of the weight, from index 0 on; where an
 * edge does not divide the weight, the last blocks along that axis are smaller, and count as one like any other.
 */
export interface BlockPattern {
  readonly kind: 'block';
  readonly shape: readonly number[];
  /** What of its elements' magnitudes ranks a block: their mean (unless told), the largest, or their L2 norm. */
  readonly pool?: Pooling;
}

export const blockKeys: readonly string[] = ['shape', 'pool'];
export const POOLINGS: readonly Pooling[] = ['mean', 'max', 'l2'];

export function blockPattern({ shape, pool = 'mean' }: BlockPattern): AskedPattern {
  requireChoice('createPruner', 'pattern.pool', pool, POOLINGS);
  requireThat(
    'createPruner',
    'pattern.shape',
    shape,
    'an edge for each axis, as in [2, 2]',
    Array.isArray(shape) && shape.length > 0,
  );
  requireWholes('createPruner', 'pattern.shape', shape, 1);
  const edges = [...shape];
  return eachWeight(
    blocksPattern({
      saved: { kind: 'block', shape: edges.join('×'), pool },
      pooling: pool,
      edges: () => edges,
      requireFit: ({ name, shape: own }) => {
        if (own.length === edges.length) return;
        throw new PruneError(
          'unsupported',
          `blocks of [${edges}] need weights of ${edges.length} axes; ${quote(name)} has the shape [${own}]. ` +
            'Leave it out by select, or prune it by a pruner of its own',
        );
      },
    }),
  );
}
