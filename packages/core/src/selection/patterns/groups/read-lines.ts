import { allSettled } from '../../../checks/settle.js';
import type { Blocks, Item, PooledItem, Pooling, TensorBackend } from '../../../contract/backend.js';
import { poolMagnitudes } from '../../../contract/pool-magnitudes.js';
import { walkBlocks } from '../../../contract/walks.js';
import type { PatternedWeight } from '../pattern.js';
import { rankedAs, rankedMagnitude, readMagnitudes, withoutVerbs } from '../read-magnitudes.js';
import { packFlags, unpackFlags } from '../units-on-host.js';
import type { Layout, Line } from './lay-out.js';

/** The slices of a weight along one axis. */
export interface Slices {
  /** Of every index: 1 where an element of the slice is kept. */
  readonly kept: Uint8Array;
  /** The score of every slice, as a magnitude; undefined where it ranks nothing. */
  readonly magnitudes: Int32Array | undefined;
}

/** The lines of a layout, read. */
export interface OpenLines<Mask> {
  readonly slices: readonly Slices[];
  /** Drops, in fresh masks of the weights, every slice that is not kept in these flags of each line. */
  spread(flags: readonly Uint8Array[], fresh: readonly Mask[]): Promise<void>;
  close(): void;
}

/**
 * Pools every weight along every line, where it is or on the host.
 *
 * @param pooling of the slices that rank; undefined where only what is kept is asked for
 * @throws PruneError `unsupported` when the backend can neither pool nor read
 */
export function readLines<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  layout: Layout,
  items: readonly Item<Weight, Mask>[],
  pooling: Pooling | undefined,
): Promise<OpenLines<Mask>> {
  // Where what was pooled cannot be read, elements can neither: the host says so.
  return backend.pool === undefined || backend.read === undefined
    ? readOnHost(backend, layout, items, pooling)
    : readPooled(backend, layout, items, pooling);
}

async function readPooled<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { weights, lines, groups }: Layout,
  items: readonly Item<Weight, Mask>[],
  pooling: Pooling | undefined,
): Promise<OpenLines<Mask>> {
  const ranking = new Set(groups.flatMap(({ ranks }) => ranks));
  // Only what ranks needs its score looked at, and only its numbers leave the device: one for each slice.
  const ranked = lines.map((line, i): Item<Weight, Mask> => {
    const item = items[line.weight]!;
    return pooling !== undefined && ranking.has(i) ? item : { ...item, score: { kind: 'magnitude' } };
  });
  const blocks = lines.map(
    (line): Blocks => ({
      shape: weights[line.weight]!.shape,
      edges: edgesOf(line, weights),
      pooling: pooling ?? 'max',
    }),
  );
  const pooled = await backend.pool!(ranked, blocks);
  const close = (): void => backend.disposePooled!(pooled);
  try {
    const slices = await allSettled(
      pooled.map(async (item: PooledItem, i): Promise<Slices> => {
        const kept = unpackFlags(await backend.readMask(item.mask as Mask), lines[i]!.groups.length);
        if (pooling === undefined || !ranking.has(i)) return { kept, magnitudes: undefined };
        const values = await backend.read!(item.weight as Weight);
        return { kept, magnitudes: rankedAs(values, backend.manifest) };
      }),
    );
    return {
      slices,
      async spread(flags, fresh) {
        for (const [i, item] of pooled.entries()) {
          await backend.writeMask(item.mask as Mask, packFlags(flags[i]!));
        }
        // A weight may have several lines: each is spread in a round of its own, so that no mask is written twice at once.
        for (const round of roundsOf(lines)) {
          await backend.spread!(
            round.map((i) => pooled[i] as Item<Weight, Mask>),
            round.map((i) => blocks[i]!),
            round.map((i) => fresh[lines[i]!.weight]!),
          );
        }
      },
      close,
    };
  } catch (error) {
    try {
      close();
    } catch {
      // The first failure is on its way to the caller.
    }
    throw error;
  }
}

async function readOnHost<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { weights, lines, groups }: Layout,
  items: readonly Item<Weight, Mask>[],
  pooling: Pooling | undefined,
): Promise<OpenLines<Mask>> {
  const ranking = new Set(groups.flatMap(({ ranks }) => ranks));
  const slices: Slices[] = [];
  for (const [i, { shape, elements }] of weights.entries()) {
    const own = [...lines.keys()].filter((line) => lines[line]!.weight === i);
    const flags = unpackFlags(await backend.readMask(items[i]!.mask), elements);
    const ranks = pooling !== undefined && own.some((line) => ranking.has(line));
    const of = { elements, needs: withoutVerbs('channel', 'pool, spread and read') };
    const magnitudes = ranks ? await readMagnitudes(backend, items[i]!, of) : undefined;
    for (const number of own) {
      const line = lines[number]!;
      const kept = new Uint8Array(line.groups.length);
      const scores =
        pooling !== undefined && ranking.has(number) ? new Int32Array(line.groups.length) : undefined;
      const gathered = new Int32Array(elements);
      walkBlocks(shape, edgesOf(line, weights), (slice, indices, count) => {
        for (let j = 0; j < count; j += 1) {
          if (flags[indices[j]!] === 1) kept[slice] = 1;
          if (scores !== undefined) gathered[j] = magnitudes![indices[j]!]!;
        }
        if (scores === undefined) return;
        scores[slice] = rankedMagnitude(poolMagnitudes(gathered, pooling!, count), backend.manifest);
      });
      slices[number] = { kept, magnitudes: scores };
    }
  }
  return {
    slices,
    async spread(flags, fresh) {
      for (const [i, mask] of fresh.entries()) {
        await backend.writeMask(mask, packFlags(elementsKept(i, weights, lines, flags)));
      }
    },
    close: () => {},
  };
}

/** Which elements of a weight are kept, when of each of its lines only these slices are. */
export function elementsKept(
  weight: number,
  weights: readonly PatternedWeight[],
  lines: readonly Line[],
  flags: readonly Uint8Array[],
): Uint8Array {
  const { shape, elements } = weights[weight]!;
  const kept = new Uint8Array(elements).fill(1);
  for (const [i, line] of lines.entries()) {
    if (line.weight !== weight) continue;
    walkBlocks(shape, edgesOf(line, weights), (slice, indices, count) => {
      if (flags[i]![slice] === 1) return;
      for (let j = 0; j < count; j += 1) kept[indices[j]!] = 0;
    });
  }
  return kept;
}

/** Blocks that are one wide along a line. */
export function edgesOf({ weight, axis }: Line, weights: readonly PatternedWeight[]): number[] {
  return weights[weight]!.shape.map((edge, other) => (other === axis ? 1 : edge));
}

/** Numbers of lines, so that no round has a weight twice. */
function roundsOf(lines: readonly Line[]): number[][] {
  const rounds: number[][] = [];
  const seen = new Map<number, number>();
  for (const [i, { weight }] of lines.entries()) {
    const round = seen.get(weight) ?? 0;
    seen.set(weight, round + 1);
    rounds[round] = [...(rounds[round] ?? []), i];
  }
  return rounds;
}
