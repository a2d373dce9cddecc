/*
 * The contract between the pruner and a backend, version 1: domain verbs over opaque handles. A backend knows one kind
 * of memory; a handle (`Weight`, `Mask`) means nothing outside it.
 */

/** A value now or later. Backends that need not wait answer at once, and then callers need not wait either. */
export type Awaitable<Value> = Value | Promise<Value>;

/** What ranks the elements of a weight, as a backend sees it. */
export type Score<Weight> =
  /** The magnitude of the weight itself. */
  | { readonly kind: 'magnitude' }
  /** The magnitude of another tensor of the same shape. */
  | { readonly kind: 'tensor'; readonly tensor: Weight }
  /** `randomMagnitude(seed, flatIndex)`. */
  | { readonly kind: 'random'; readonly seed: number };

/** A weight and its mask. */
export interface MaskedWeight<Weight, Mask> {
  readonly weight: Weight;
  readonly mask: Mask;
}

/** A weight, its mask, and what ranks it. */
export interface Item<Weight, Mask> extends MaskedWeight<Weight, Mask> {
  readonly score: Score<Weight>;
}

/**
 * What separates dropped from kept. Kept elements with a smaller magnitude are taken, and of those exactly at
 * `magnitude` the first `ties`, in the order of the items and then of the flat index.
 */
export interface Cut {
  /** Score of the last element taken, as a magnitude in [0, 0x7fffffff]. */
  readonly magnitude: number;
  /** How many elements exactly at `magnitude` are taken; 0 takes none of them. */
  readonly ties: number;
}

/** What was pooled. Its handles mean something to the verbs of the backend that made it, and to nobody else. */
export type PooledItem = Item<never, never>;

/** Items that share one cut. Ties are counted across them, in their order. */
export interface CutGroup<Weight, Mask> {
  readonly items: readonly Item<Weight, Mask>[];
  readonly cut: Cut;
}

/** What the magnitudes of a block's elements make together: their mean, the largest, or their L2 norm. */
export type Pooling = 'mean' | 'max' | 'l2';

/**
 * How a weight is divided: into blocks of `edges[axis]` elements along each axis, from index 0 on. Where an edge does
 * not divide the weight, the last block along that axis is smaller.
 */
export interface Blocks {
  /** The weight's own. */
  readonly shape: readonly number[];
  /** One edge an axis, each at least 1. */
  readonly edges: readonly number[];
  readonly pooling: Pooling;
}

/** Of every `of` consecutive elements along `axis`, `keep` are kept. Never written as a bare ratio. */
export interface GroupsAlong {
  readonly keep: number;
  readonly of: number;
  readonly axis: number;
}

/** What a backend says of itself: what `createPruner` may ask of it, and how its device ranks. */
export interface BackendManifest {
  /** Name for people: `host`, `tfjs (wasm)`. */
  readonly name: string;
  /** What may rank elements. `createPruner` refuses anything else with a `PruneError` of code `unsupported`. */
  readonly scores: readonly Score<unknown>['kind'][];
  /** `zero`: subnormals tie with zero, because the device flushes them. `ordered`: they rank by their bits. */
  readonly subnormals: 'ordered' | 'zero';
  /** `tied`: all NaN tie with the quiet NaN. `ordered`: they rank by their payload bits. */
  readonly nanPayloads: 'ordered' | 'tied';
  /** Set when `enforce` has to wait, so that `Pruner.enforceSync` is refused before anything is written. */
  readonly enforceWaits?: boolean;
  /**
   * Set when whoever trains sees to dropped elements at every step, as a training graph with masks in it does. Else a
   * pruner looks at an update whether `enforce` was forgotten since the one before.
   */
  readonly enforcesItself?: boolean;
  /**
   * Set when the weights are only looked at, as those of a file are that is written afterwards: elements are chosen,
   * in the masks, and `enforce` is never called.
   */
  readonly readOnly?: boolean;
}

/** Where a weight lies: bytes `byteOffset` to `byteOffset + byteLength` (exclusive) of a memory. */
export interface Extent {
  /** Told apart by identity: a buffer, an arena. Never looked into. */
  readonly memory: object;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * The verbs a backend implements. `Weight` is the runtime's own handle of a float32 tensor; `Mask` is the
 * backend's own, one boolean an element, kept or dropped.
 *
 * Whoever calls a verb has checked the arguments ({@link guardBackend} does, in front of every backend): a verb gets
 * weights that have the shape their mask was made for, live masks of its own, whole numbers in their ranges and packed
 * bits of the right length. What is left to a verb is what only the runtime knows: a handle that is gone, or cannot
 * be reached, is a `PruneError` with code `weight-changed`. A verb that throws or rejects has changed nothing.
 *
 * @example A backend in two functions, everything else done on the host:
 * ```ts
 * import { createPruner, constantSparsity } from '@synaprune/core';
 * import { readWriteBackend } from '@synaprune/host';
 *
 * const store = new Map<string, Float32Array>([['kernel', Float32Array.of(3, -1, 2, -4)]]);
 * const backend = readWriteBackend<string>({
 *   name: 'map',
 *   shape: () => [4],
 *   read: (key) => store.get(key)!,
 *   write: (key, values) => void store.set(key, values),
 * });
 * const pruner = createPruner({
 *   backend,
 *   weights: [{ name: 'kernel', weight: 'kernel' }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...store.get('kernel')!]); // [ 3, 0, 0, -4 ]
 * ```
 */
export interface TensorBackend<Weight, Mask> {
  /** Version of this contract. */
  readonly contract: 1;

  readonly manifest: BackendManifest;

  /** The weight's dimensions, host-side and free. A scalar is `[]`. */
  shape(weight: Weight): readonly number[];

  /** A new mask of the weight's shape with every element kept. The caller owns it. */
  createMask(weight: Weight): Mask;

  /** Gives a mask's memory back. The mask is not used afterwards. */
  disposeMask(mask: Mask): void;

  /**
   * The mask as packed bits: bit `i % 8` of byte `i >> 3` is 1 when element `i` is kept; the unused bits of
   * the last byte are 0. For saving, for masks from outside and for pictures.
   */
  readMask(mask: Mask): Awaitable<Uint8Array>;

  /** Overwrites a mask with packed bits as {@link readMask} gives them. */
  writeMask(mask: Mask, packed: Uint8Array): Awaitable<void>;

  /** How many elements each mask keeps. */
  countKept(masks: readonly Mask[]): Awaitable<readonly number[]>;

  /**
   * How many kept elements have a score strictly below each magnitude, as `[magnitude][item]`, exactly.
   * Changes nothing.
   *
   * @param magnitudes integers in [0, 0x80000000], ascending; 0x80000000 lies above every score
   */
  countBelow(
    items: readonly Item<Weight, Mask>[],
    magnitudes: readonly number[],
  ): Awaitable<readonly (readonly number[])[]>;

  /**
   * The exact cut that takes `count` kept elements of all items together, from 1 to as many as they keep. Changes
   * nothing. Backends that can only compare and add take {@link findCutByCounting}.
   */
  findCut(items: readonly Item<Weight, Mask>[], count: number): Awaitable<Cut>;

  /** Drops what each group's cut takes, in the masks only, all groups or none. Never brings an element back. */
  drop(groups: readonly CutGroup<Weight, Mask>[]): Awaitable<void>;

  /** Sets every dropped element to +0 and leaves every kept element as it is, bit for bit. All items or none. */
  enforce(items: readonly MaskedWeight<Weight, Mask>[]): Awaitable<void>;

  /*
   * The rest is optional, and its presence says that it is there. What is missing is made up for by the verbs above,
   * on the host where values are needed and `read` gives them, or refused with code `unsupported`.
   */

  /**
   * Where a weight lies, host-side and free, for backends whose weights may be views of a memory they share: two
   * weights of one pruner that overlap are then refused. `memory` is any object that is the same for the same memory.
   */
  extent?(weight: Weight): Extent;

  /**
   * All values of a weight, or of what {@link pool} made of one, row-major, bit for bit, as an array that the caller only
   * reads.
   */
  read?(weight: Weight): Awaitable<Float32Array>;

  /**
   * {@link drop}, and then {@link enforce} of all its items, as one: both or neither. Every choice is made before
   * anything is zeroed, because a score may be another weight of the list.
   */
  dropAndEnforce?(groups: readonly CutGroup<Weight, Mask>[]): Awaitable<void>;

  /**
   * Changes the mask `into` by the mask `from`, of as many elements: `or` keeps what either keeps, `andNot` drops
   * what `from` keeps.
   */
  combine?(into: Mask, from: Mask, how: 'or' | 'andNot'): Awaitable<void>;

  /**
   * The blocks of each item as an item of its own: a tensor of one score a block, to be ranked by magnitude, of the
   * shape `⌈shape / edges⌉`, and a mask that keeps a block where any element of it is kept. They are the caller's,
   * who gives them back by {@link disposePooled}. A block's score is that of {@link poolMagnitudes}, of all its
   * elements, kept or not: one value, however a device adds.
   *
   * @param blocks one for each item
   */
  pool?(items: readonly Item<Weight, Mask>[], blocks: readonly Blocks[]): Awaitable<readonly PooledItem[]>;

  /** Gives back what {@link pool} made. */
  disposePooled?(items: readonly Item<Weight, Mask>[]): void;

  /**
   * Drops, in the mask `into[i]` of elements, those whose block is dropped in the mask of `pooled[i]`. Brings none
   * back.
   */
  spread?(
    pooled: readonly Item<Weight, Mask>[],
    blocks: readonly Blocks[],
    into: readonly Mask[],
  ): Awaitable<void>;

  /**
   * Overwrites the mask `into[i]`: it keeps the kept elements of `items[i]` that their group can spare, which are all
   * but the `keep` that rank highest (of equals those of the higher index). A group is `of` consecutive elements
   * along `axis`; the last along it may be smaller. `into` are no masks of the items.
   *
   * @param groups one for each item
   */
  rankWithin?(
    items: readonly Item<Weight, Mask>[],
    groups: readonly GroupsAlong[],
    into: readonly Mask[],
  ): Awaitable<void>;
}
