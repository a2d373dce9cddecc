import { PruneError } from '../../checks/errors.js';
import { quote } from '../../checks/legible.js';
import type { Blocks, Item, Pooling, TensorBackend } from '../../contract/backend.js';
import { poolMagnitudes } from '../../contract/pool-magnitudes.js';
import { blockCounts, walkBlocks } from '../../contract/walks.js';
import { abandonMasks, createMasks } from '../masks.js';
import type { PatternedWeight, UnitHandle, UnitView } from './pattern.js';
import { rankedMagnitude, readMagnitudes, withoutVerbs } from './read-magnitudes.js';
import { type HostUnitMask, packFlags, unitsOnHost, unpackFlags } from './units-on-host.js';
import type { WeightPattern } from './weight-pattern.js';

/** A pattern that divides weights into blocks, whatever decides the edges. */
export function blocksPattern({
  saved,
  requireFit,
  edges,
  pooling,
}: Pick<WeightPattern, 'saved' | 'requireFit'> & {
  readonly edges: (shape: readonly number[]) => readonly number[];
  readonly pooling: Pooling;
}): WeightPattern {
  const blocksOf = ({ shape }: PatternedWeight): Blocks => ({ shape, edges: edges(shape), pooling });
  return {
    saved,
    requireFit,
    units: ({ shape }) => product(blockCounts(shape, edges(shape))),
    largestUnit: ({ shape }) => product(shape.map((edge, axis) => Math.min(edge, edges(shape)[axis]!))),
    share: (sparsity) => sparsity,
    requireMask({ name, shape, elements }, bits) {
      const flags = unpackFlags(bits, elements);
      walkBlocks(shape, edges(shape), (block, indices, count) => {
        const first = flags[indices[0]!];
        for (let i = 1; i < count; i += 1) {
          if (flags[indices[i]!] === first) continue;
          throw new PruneError(
            'mask-mismatch',
            `a mask of the pattern ${saved.kind} keeps or drops blocks of [${edges(shape)}] as a whole; that of ` +
              `${quote(name)} drops a part of block ${block}`,
          );
        }
      });
    },
    open: (backend, weights, items) => {
      const blocks = weights.map(blocksOf);
      return backend.pool === undefined
        ? openOnHost(backend, weights, items, blocks, saved.kind)
        : openPooled(backend, items, blocks);
    },
  };
}

async function openPooled<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  blocks: readonly Blocks[],
): Promise<UnitView<Mask>> {
  const pooled = await backend.pool!(items, blocks);
  return {
    backend: backend as TensorBackend<UnitHandle, UnitHandle>,
    items: pooled,
    isLive: false,
    settle: (units) =>
      settled(backend, items, (fresh) =>
        backend.spread!(
          pooled.map((item, i) => ({ ...item, mask: units[i] as Mask })),
          blocks,
          fresh,
        ),
      ),
    close: () => backend.disposePooled!(pooled),
  };
}

async function openOnHost<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  weights: readonly PatternedWeight[],
  items: readonly Item<Weight, Mask>[],
  blocks: readonly Blocks[],
  pattern: string,
): Promise<UnitView<Mask>> {
  const pooled: Item<UnitHandle, UnitHandle>[] = [];
  for (const [i, item] of items.entries()) {
    const { shape, elements } = weights[i]!;
    const own = await readMagnitudes(backend, item, {
      elements,
      needs: withoutVerbs(pattern, 'pool and spread'),
    });
    const flags = unpackFlags(await backend.readMask(item.mask), elements);
    const { edges, pooling } = blocks[i]!;
    const magnitudes = new Int32Array(product(blockCounts(shape, edges)));
    const mask = new Uint8Array(magnitudes.length);
    const gathered = new Int32Array(elements);
    walkBlocks(shape, edges, (block, indices, count) => {
      for (let j = 0; j < count; j += 1) {
        gathered[j] = own[indices[j]!]!;
        if (flags[indices[j]!] === 1) mask[block] = 1;
      }
      magnitudes[block] = rankedMagnitude(poolMagnitudes(gathered, pooling, count), backend.manifest);
    });
    pooled.push({ weight: { magnitudes }, mask, score: { kind: 'magnitude' } });
  }
  return {
    backend: unitsOnHost() as TensorBackend<UnitHandle, UnitHandle>,
    items: pooled,
    isLive: false,
    settle: (units) =>
      settled(backend, items, async (fresh) => {
        for (const [i, mask] of fresh.entries()) {
          const { shape, elements } = weights[i]!;
          const flags = new Uint8Array(elements);
          walkBlocks(shape, blocks[i]!.edges, (block, indices, count) => {
            const flag = (units[i] as HostUnitMask)[block]!;
            for (let j = 0; j < count; j += 1) flags[indices[j]!] = flag;
          });
          await backend.writeMask(mask, packFlags(flags));
        }
      }),
    close: () => {},
  };
}

/** New masks of elements, filled in. They are given back when that fails. */
export async function settled<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  fill: (fresh: readonly Mask[]) => unknown,
): Promise<Mask[]> {
  const fresh = createMasks(backend, items);
  try {
    await fill(fresh);
  } catch (error) {
    abandonMasks(backend, fresh);
    throw error;
  }
  return fresh;
}

function product(edges: readonly number[]): number {
  return edges.reduce((all, edge) => all * edge, 1);
}
