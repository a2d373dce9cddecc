import { type Awaitable, type CutGroup, type Item, PruneError, type TensorBackend } from '@synaprune/core';
import { elementsOf, requireOptions } from '@synaprune/core/checks';
import { hostBackend } from './host-backend.js';
import { fullMask, type HostMask, type HostWeight } from './host-weight.js';

/** The least that a runtime has to offer: see {@link readWriteBackend}. */
export interface ReadWriteOptions<Weight> {
  /** Name for people, shown in errors and reports. */
  readonly name: string;
  /** Dimensions of a weight, host-side. What it throws becomes a `PruneError` with code `weight-changed`. */
  readonly shape: (weight: Weight) => readonly number[];
  /** All values of a weight, row-major. Copied, never changed. What it throws is told as for `shape`. */
  readonly read: (weight: Weight) => Awaitable<Float32Array>;
  /** Replaces all values of a weight. The array is the callee's to keep. */
  readonly write: (weight: Weight, values: Float32Array) => Awaitable<void>;
}

/**
 * A backend made of two functions. Weights travel to the host and back at every update and enforce, so it is
 * exact from the first day and as slow as the transfers; write the verbs one by one when that matters.
 *
 * A write that fails half-way is undone by writing the old values back; a device that refuses that too keeps
 * what it has.
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { readWriteBackend } from '@synaprune/host';
 *
 * const device = new Map<string, Float32Array>([['kernel', Float32Array.of(3, -1, 2, -4)]]);
 * const backend = readWriteBackend<string>({
 *   name: 'map',
 *   shape: () => [2, 2],
 *   read: (key) => device.get(key)!,
 *   write: (key, values) => void device.set(key, values),
 * });
 * const weights = [{ name: 'kernel', weight: 'kernel' }];
 * const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5) });
 * await pruner.update(0);
 * console.log([...device.get('kernel')!]); // [ 3, 0, 0, -4 ]
 * ```
 */
export function readWriteBackend<Weight>(options: ReadWriteOptions<Weight>): TensorBackend<Weight, HostMask> {
  requireOptions('readWriteBackend', '', options, ['name', 'shape', 'read', 'write']);
  const { name, shape, read, write } = options;
  if (typeof name !== 'string' || ![shape, read, write].every((given) => typeof given === 'function')) {
    throw new TypeError('readWriteBackend needs a name and the functions shape, read and write');
  }
  const host = hostBackend();

  const unreachable = (error: unknown): PruneError => {
    if (error instanceof PruneError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new PruneError('weight-changed', `backend ${name} cannot reach a weight: ${reason}`, {
      cause: error,
    });
  };

  /** What goes wrong in reaching a weight means that it is not where it was. */
  const reach = async <Value>(look: () => Awaitable<Value>): Promise<Value> => {
    try {
      return await look();
    } catch (error) {
      throw unreachable(error);
    }
  };

  const shapeOf = (weight: Weight): readonly number[] => {
    try {
      return shape(weight);
    } catch (error) {
      throw unreachable(error);
    }
  };

  const fetch = async (weight: Weight): Promise<Float32Array> => {
    const given = await reach(() => read(weight));
    if (!(given instanceof Float32Array)) {
      throw new TypeError(`backend ${name} needs read to give a Float32Array, got ${typeof given}`);
    }
    const values = given.slice();
    const elements = elementsOf(shapeOf(weight));
    if (values.length !== elements) {
      throw new PruneError('weight-changed', `a weight needs ${elements} values, read gave ${values.length}`);
    }
    return values;
  };

  const staged = async (item: Item<Weight, HostMask>): Promise<Item<HostWeight, HostMask>> => {
    const { score } = item;
    return {
      weight: await fetch(item.weight),
      mask: item.mask,
      score: score.kind === 'tensor' ? { kind: 'tensor', tensor: await fetch(score.tensor) } : score,
    };
  };
  const stagedGroups = (groups: readonly CutGroup<Weight, HostMask>[]) =>
    Promise.all(groups.map(async ({ items, cut }) => ({ cut, items: await Promise.all(items.map(staged)) })));

  const undo = async (weight: Weight, before: Float32Array): Promise<void> => {
    try {
      await write(weight, before);
    } catch {
      // The first failure is the one to tell.
    }
  };

  /** Writes all weights or, when one fails, none. */
  const writeAll = async (
    changes: readonly { weight: Weight; before: Float32Array; after: Float32Array }[],
  ) => {
    const done: (typeof changes)[number][] = [];
    try {
      for (const change of changes) {
        done.push(change);
        await write(change.weight, change.after);
      }
    } catch (error) {
      // The write that failed may have got half-way, so it is undone with the others.
      for (const { weight, before } of done) await undo(weight, before);
      throw error;
    }
  };

  return {
    contract: 1,
    manifest: { ...host.manifest, name, enforceWaits: true },
    shape: shapeOf,
    read: fetch,
    createMask: (weight) => fullMask(elementsOf(shapeOf(weight))),
    disposeMask: host.disposeMask,
    readMask: host.readMask,
    writeMask: host.writeMask,
    countKept: host.countKept,
    combine: host.combine!,
    countBelow: async (items, magnitudes) =>
      host.countBelow(await Promise.all(items.map(staged)), magnitudes),
    findCut: async (items, count) => host.findCut(await Promise.all(items.map(staged)), count),
    drop: async (groups) => host.drop(await stagedGroups(groups)),
    enforce: async (items) => {
      const before = await Promise.all(items.map(({ weight }) => fetch(weight)));
      const after = before.map((values) => values.slice());
      await host.enforce(items.map(({ mask }, i) => ({ weight: after[i]!, mask })));
      await writeAll(items.map(({ weight }, i) => ({ weight, before: before[i]!, after: after[i]! })));
    },
    dropAndEnforce: async (groups) => {
      const copies = (await stagedGroups(groups)).map(({ cut, items }) => ({
        cut,
        items: items.map((item) => ({ ...item, mask: copyMask(item.mask) })),
      }));
      const items = groups.flatMap((group) => group.items);
      const done = copies.flatMap((group) => group.items);
      const before = done.map(({ weight }) => (weight as Float32Array).slice());
      await host.dropAndEnforce!(copies);
      await writeAll(
        items.map(({ weight }, i) => ({
          weight,
          before: before[i]!,
          after: done[i]!.weight as Float32Array,
        })),
      );
      // Only now: a write that fails leaves masks and weights as they were.
      for (const [i, { mask }] of items.entries()) mask.words.set(done[i]!.mask.words);
    },
  };
}

function copyMask({ words, elements }: HostMask): HostMask {
  return { words: words.slice(), elements };
}
