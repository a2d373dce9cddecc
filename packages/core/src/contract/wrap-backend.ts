import type {
  Awaitable,
  BackendManifest,
  CutGroup,
  Item,
  MaskedWeight,
  PooledItem,
  TensorBackend,
} from './backend.js';
import type { OptionalVerbs } from './backend-checks.js';

/** The handles of one backend. */
export interface Handles {
  readonly weight: unknown;
  readonly mask: unknown;
}

/** A verb that works on weights or masks, as {@link Wrapping.around} is told. */
export type WorkVerb = Exclude<
  keyof TensorBackend<unknown, unknown>,
  'contract' | 'manifest' | 'shape' | 'extent'
>;

/** How {@link wrapBackend} makes one backend of another. */
export interface Wrapping<Outer extends Handles, Inner extends Handles> {
  /** What differs in the manifest. */
  readonly manifest?: Partial<BackendManifest>;
  /** Dimensions of a weight. Those of the inner handle unless told. */
  readonly shape?: (weight: Outer['weight']) => readonly number[];
  /** The inner handle of a weight. Asked for at every verb. */
  readonly weight: (weight: Outer['weight']) => Inner['weight'];
  /** The inner handle of a mask. */
  readonly mask: (mask: Outer['mask']) => Inner['mask'];
  /** The outer handle of a mask that the inner backend has just made for a weight. */
  readonly wrapMask: (mask: Inner['mask'], weight: Outer['weight']) => Outer['mask'];
  /** Runs a verb: a guard before it, a turn to wait for, something to clear up afterwards. */
  readonly around?: <Result>(verb: WorkVerb, work: () => Result) => Result;
  /** Told of the weights that a verb is about to write, before they are looked up. */
  readonly beforeWrite?: (
    items: readonly MaskedWeight<Outer['weight'], Outer['mask']>[],
    verb: 'enforce' | 'dropAndEnforce',
  ) => void;
  /** Told of masks whose bits have changed, or may have where a verb failed. */
  readonly masksChanged?: (masks: readonly Outer['mask'][]) => void;
  /** Told of a mask that is about to be given back. */
  readonly maskDisposed?: (mask: Outer['mask']) => void;
}

/**
 * A backend over another: other handles, a guard around the verbs, a word after each change. Every optional verb that
 * the inner backend has, the outer one has too. What is pooled keeps the inner handles, which only the verbs see.
 *
 * @example A backend that takes weights by name, and counts how often it writes:
 * ```ts
 * import { wrapBackend } from '@synaprune/core';
 * import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
 *
 * type Named = { readonly weight: string; readonly mask: HostMask };
 * type Host = { readonly weight: HostWeight; readonly mask: HostMask };
 *
 * const values = new Map([['kernel', Float32Array.of(3, -1, 2, -4)]]);
 * let writes = 0;
 * const backend = wrapBackend<Named, Host>(hostBackend(), {
 *   weight: (name) => values.get(name)!,
 *   mask: (mask) => mask,
 *   wrapMask: (mask) => mask,
 *   beforeWrite: () => {
 *     writes += 1;
 *   },
 * });
 * const mask = backend.createMask('kernel');
 * backend.writeMask(mask, Uint8Array.of(0b1001));
 * backend.enforce([{ weight: 'kernel', mask }]);
 * console.log([...values.get('kernel')!], writes); // [ 3, 0, 0, -4 ] 1
 * ```
 */
export function wrapBackend<Outer extends Handles, Inner extends Handles>(
  inner: TensorBackend<Inner['weight'], Inner['mask']>,
  wrapping: Wrapping<Outer, Inner>,
): TensorBackend<Outer['weight'], Outer['mask']> {
  type OuterItem = Item<Outer['weight'], Outer['mask']>;
  type InnerItem = Item<Inner['weight'], Inner['mask']>;
  const { wrapMask, masksChanged = () => {}, beforeWrite = () => {}, maskDisposed = () => {} } = wrapping;
  const { around = <Result>(_verb: WorkVerb, work: () => Result): Result => work() } = wrapping;
  // Handles of what was pooled are the inner backend's own.
  const pooled = new WeakSet<object>();
  const isPooled = (handle: unknown): boolean => pooled.has(handle as object);
  const weightOf = (weight: Outer['weight']): Inner['weight'] =>
    isPooled(weight) ? (weight as Inner['weight']) : wrapping.weight(weight);
  const maskOf = (mask: Outer['mask']): Inner['mask'] =>
    isPooled(mask) ? (mask as Inner['mask']) : wrapping.mask(mask);
  const shape = (weight: Outer['weight']): readonly number[] =>
    isPooled(weight) || wrapping.shape === undefined ? inner.shape(weightOf(weight)) : wrapping.shape(weight);
  const itemOf = ({ weight, mask, score }: OuterItem): InnerItem => ({
    weight: weightOf(weight),
    mask: maskOf(mask),
    score: score.kind === 'tensor' ? { kind: 'tensor', tensor: weightOf(score.tensor) } : score,
  });
  const groupOf = ({ items, cut }: CutGroup<Outer['weight'], Outer['mask']>) => ({
    items: items.map(itemOf),
    cut,
  });
  const maskedOf = ({ weight, mask }: MaskedWeight<Outer['weight'], Outer['mask']>) => ({
    weight: weightOf(weight),
    mask: maskOf(mask),
  });
  /** Does what changes masks, and says so whatever becomes of it. */
  const changing = <Result>(
    masks: readonly Outer['mask'][],
    work: () => Awaitable<Result>,
  ): Awaitable<Result> => {
    const own = masks.filter((mask) => !isPooled(mask));
    let result: Awaitable<Result>;
    try {
      result = work();
    } catch (error) {
      masksChanged(own);
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => masksChanged(own));
    masksChanged(own);
    return result;
  };
  const masksOf = (groups: readonly CutGroup<Outer['weight'], Outer['mask']>[]): Outer['mask'][] =>
    groups.flatMap(({ items }) => items.map(({ mask }) => mask));

  const verbs: TensorBackend<Outer['weight'], Outer['mask']> = {
    contract: 1,
    manifest: { ...inner.manifest, ...wrapping.manifest },
    shape,
    createMask: (weight) =>
      isPooled(weight)
        ? adopt(inner.createMask(weightOf(weight)))
        : around('createMask', () => wrapMask(inner.createMask(weightOf(weight)), weight)),
    disposeMask: (mask) => {
      if (isPooled(mask)) return inner.disposeMask(maskOf(mask));
      return around('disposeMask', () => {
        maskDisposed(mask);
        inner.disposeMask(maskOf(mask));
      });
    },
    readMask: (mask) => around('readMask', () => inner.readMask(maskOf(mask))),
    writeMask: (mask, packed) =>
      around('writeMask', () => changing([mask], () => inner.writeMask(maskOf(mask), packed))),
    countKept: (masks) => around('countKept', () => inner.countKept(masks.map(maskOf))),
    countBelow: (items, magnitudes) =>
      around('countBelow', () => inner.countBelow(items.map(itemOf), magnitudes)),
    findCut: (items, count) => around('findCut', () => inner.findCut(items.map(itemOf), count)),
    drop: (groups) => around('drop', () => changing(masksOf(groups), () => inner.drop(groups.map(groupOf)))),
    enforce: (items) =>
      around('enforce', () => {
        beforeWrite(items, 'enforce');
        return inner.enforce(items.map(maskedOf));
      }),
  };
  const optional: OptionalVerbs<Outer['weight'], Outer['mask']> = {
    extent: (weight) => inner.extent!(weightOf(weight)),
    read: (weight) => around('read', () => inner.read!(weightOf(weight))),
    dropAndEnforce: (groups) =>
      around('dropAndEnforce', () => {
        beforeWrite(
          groups.flatMap(({ items }) => items),
          'dropAndEnforce',
        );
        return changing(masksOf(groups), () => inner.dropAndEnforce!(groups.map(groupOf)));
      }),
    combine: (into, from, how) =>
      around('combine', () => changing([into], () => inner.combine!(maskOf(into), maskOf(from), how))),
    pool: (items, blocks) =>
      around('pool', () => {
        const made = inner.pool!(items.map(itemOf), blocks);
        return made instanceof Promise ? made.then((list) => list.map(adoptItem)) : made.map(adoptItem);
      }),
    disposePooled: (items) => around('disposePooled', () => inner.disposePooled!(items.map(itemOf))),
    spread: (units, blocks, into) =>
      around('spread', () =>
        changing(into, () => inner.spread!(units.map(itemOf), blocks, into.map(maskOf))),
      ),
    rankWithin: (items, groups, into) =>
      around('rankWithin', () =>
        changing(into, () => inner.rankWithin!(items.map(itemOf), groups, into.map(maskOf))),
      ),
  };
  const there = Object.entries(optional).filter(
    ([verb]) => inner[verb as keyof typeof optional] !== undefined,
  );
  return { ...verbs, ...Object.fromEntries(there) };

  function adopt(handle: Inner['mask']): Outer['mask'] {
    pooled.add(handle as object);
    return handle as Outer['mask'];
  }

  function adoptItem(item: PooledItem): PooledItem {
    pooled.add(item.weight as object);
    pooled.add(item.mask as object);
    return item;
  }
}
