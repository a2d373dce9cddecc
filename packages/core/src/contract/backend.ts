/*
 * The contract between the pruner and a backend: domain verbs over opaque handles. A backend knows one kind of
 * memory; a handle (`Weight`, `Mask`) means nothing outside it.
 */

/** A value now or later. Backends that need not wait answer at once, and then callers need not wait either. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Single elements are dropped. */
export interface ElementPattern {
  readonly kind: 'element';
}

/**
 * Whole blocks are dropped. `shape` holds the block's edge along each axis of the weight; edges that do not
 * divide the weight leave smaller blocks at its end. A block's score is the mean or the largest of its
 * elements' magnitudes.
 */
export interface BlockPattern {
  readonly kind: 'block';
  readonly shape: readonly number[];
  readonly pool: 'mean' | 'max';
}

/** Whole slices along `axis` are dropped, ranked by their L2 norm. */
export interface ChannelPattern {
  readonly kind: 'channel';
  readonly axis: number;
}

/** Of every `of` consecutive elements along `axis`, `keep` are kept. Never written as a bare ratio. */
export interface GroupPattern {
  readonly kind: 'n:m';
  readonly keep: number;
  readonly of: number;
  readonly axis: number;
}

/** What is dropped as one unit. */
export type Pattern = ElementPattern | BlockPattern | ChannelPattern | GroupPattern;

/** What ranks the elements of a weight, as a backend sees it. */
export type Score<Weight> =
  /** The magnitude of the weight itself. */
  | { readonly kind: 'magnitude' }
  /** The magnitude of another tensor of the same shape. */
  | { readonly kind: 'tensor'; readonly tensor: Weight }
  /** `randomMagnitude(seed, flatIndex)`. */
  | { readonly kind: 'random'; readonly seed: number };

/** A weight, its mask, and what ranks it. */
export interface Item<Weight, Mask> {
  readonly weight: Weight;
  readonly mask: Mask;
  readonly score: Score<Weight>;
}

/** What {@link TensorBackend.findCut} looks for. */
export interface Selection {
  /** `drop` ranks kept units, smallest score first; `revive` ranks dropped units, largest score first. */
  readonly direction: 'drop' | 'revive';
  /** What counts as one unit. */
  readonly pattern: ElementPattern | BlockPattern | ChannelPattern;
  /** How many units, from 1 to as many as there are. */
  readonly count: number;
}

/**
 * What separates dropped from kept. Units that rank strictly before `magnitude` are taken (smaller when
 * dropping, larger when reviving), and of the units exactly at `magnitude` the first `ties`, in the order of
 * the items and then of the flat index.
 */
export interface ThresholdCut {
  readonly kind: 'threshold';
  readonly direction: 'drop' | 'revive';
  readonly pattern: ElementPattern | BlockPattern | ChannelPattern;
  /** Score of the last unit taken, as a magnitude in [0, 0x7fffffff]. */
  readonly magnitude: number;
  /** How many units exactly at `magnitude` are taken; 0 takes none of them. */
  readonly ties: number;
}

/** In every group, what ranks lowest goes until `pattern.keep` are left. Needs no search. */
export interface GroupCut {
  readonly kind: 'group';
  readonly pattern: GroupPattern;
}

/** How a backend is told what to drop. */
export type Cut = ThresholdCut | GroupCut;

/** Items that share one cut. Ties are counted across them, in their order. */
export interface CutGroup<Weight, Mask> {
  readonly items: readonly Item<Weight, Mask>[];
  readonly cut: Cut;
}

/**
 * What a backend can do. `createPruner` refuses anything that is not listed, with a `PruneError` of code
 * `unsupported`, so a backend never meets a pattern, score or direction it did not declare; and the
 * conformance kit skips, visibly, the cases that need it.
 */
export interface BackendManifest {
  /** Name for people: `host`, `tfjs (wasm)`. */
  readonly name: string;
  readonly patterns: readonly Pattern['kind'][];
  readonly scores: readonly Score<unknown>['kind'][];
  /** `revive` is there for backends that can regrow. */
  readonly directions: readonly Selection['direction'][];
  /** `zero`: subnormals tie with zero, because the device flushes them. `ordered`: they rank by their bits. */
  readonly subnormals: 'ordered' | 'zero';
  /** Set when `enforce` has to wait, so that `Pruner.enforceSync` is refused before anything is written. */
  readonly enforceWaits?: boolean;
  /** `tied`: all NaN tie with the quiet NaN. `ordered`: they rank by their payload bits. */
  readonly nanPayloads: 'ordered' | 'tied';
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
 * Every verb checks all of its arguments before it writes anything: when it throws or rejects, weights and
 * masks are as they were. A handle that no longer fits (resized, disposed, detached) is a `PruneError` with
 * code `weight-changed`.
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
  readonly manifest: BackendManifest;

  /** The weight's dimensions, host-side and free. A scalar is `[]`. */
  shape(weight: Weight): readonly number[];

  /**
   * Where a weight lies, host-side and free, for backends whose weights may be views of a memory they share: two
   * weights of one pruner that overlap are then refused. `memory` is any object that is the same for the same memory.
   */
  extent?(weight: Weight): Extent;

  /** A new mask of the weight's shape with every element kept. The caller owns it. */
  createMask(weight: Weight): Mask;

  /** Gives a mask's memory back. The mask is not used afterwards. */
  disposeMask(mask: Mask): void;

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
   * The exact cut that takes `selection.count` units of all items together. Changes nothing. Backends that
   * can only compare and add take {@link findCutByCounting}.
   */
  findCut(items: readonly Item<Weight, Mask>[], selection: Selection): Awaitable<ThresholdCut>;

  /**
   * Drops what each group's cut takes, in the masks, and sets **every** dropped element of these weights to
   * +0, new and old. Never brings an element back. All groups or none. Every choice is made before anything is
   * zeroed, because a score may be another weight of the list.
   */
  dropBelow(groups: readonly CutGroup<Weight, Mask>[]): Awaitable<void>;

  /** Sets every dropped element to +0 and leaves every kept element as it is, bit for bit. */
  enforce(items: readonly Item<Weight, Mask>[]): Awaitable<void>;

  /** How many elements each mask keeps. */
  countKept(masks: readonly Mask[]): Awaitable<readonly number[]>;

  /**
   * The mask as packed bits: bit `i % 8` of byte `i >> 3` is 1 when element `i` is kept; the unused bits of
   * the last byte are 0. For saving and restoring only.
   */
  readMask(mask: Mask): Awaitable<Uint8Array>;

  /**
   * Overwrites a mask with packed bits as {@link readMask} gives them.
   *
   * @throws RangeError when `packed` has another length than the mask needs
   */
  writeMask(mask: Mask, packed: Uint8Array): Awaitable<void>;
}
