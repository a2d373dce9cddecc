import type { Item, TensorBackend } from '../../contract/backend.js';

/** A weight that a pattern is asked about. */
export interface PatternedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
}

/** Units that share a floor, and a target where each has its own: those of a weight, or of a group of channels. */
export interface Lot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** How many units could be dropped, all together. */
  readonly units: number;
  /** Fewest units that stay, whatever is asked for. */
  readonly least: number;
  /** The weights that its units are of, by index. */
  readonly weights: readonly number[];
  /** Those of them that rank its units. */
  readonly rankedBy: readonly number[];
}

/** How many units of a lot are kept, and which. */
export interface LotCount {
  readonly name: string;
  /** How many units there are. */
  readonly channels: number;
  /** Those that are kept, ascending. */
  readonly kept: readonly number[];
}

/** What `createPruner` was told of a pattern, before it is known what weights there are. */
export interface AskedPattern {
  readonly kind: string;
  /**
   * Fits it to weights.
   *
   * @param all the weights of the pruner, in their order
   * @param selected those of them that were selected, in the same order
   * @returns the weights that it is about, in the same order
   * @throws PruneError `unsupported` or `group-mismatch` when weights cannot be divided so
   */
  over<Weight extends PatternedWeight>(
    all: readonly Weight[],
    selected: readonly Weight[],
  ): { readonly weights: readonly Weight[]; readonly pattern: Pattern };
}

/**
 * What goes as one: how weights are seen as units while an update chooses among them. Choosing is always the same:
 * exactly so many of the units that rank lowest. Weights are told by their index.
 */
export interface Pattern {
  readonly kind: string;
  /** As a saved state holds it. */
  readonly saved: Readonly<Record<string, string | number>>;
  readonly lots: readonly Lot[];
  /** Set where every lot, and every weight, keeps a unit whatever is asked for. */
  readonly keepsSome?: true;
  /** How many elements the largest unit has; undefined where `settle` looks itself at what was dropped. */
  readonly largestUnit: number | undefined;
  /**
   * Which fraction of the units a sparsity asks for.
   *
   * @throws PruneError `invalid-sparsity` when the pattern cannot drop as much
   */
  share(sparsity: number): number;
  /**
   * @param masks packed bits of each weight; undefined where nothing is dropped
   * @throws PruneError `mask-mismatch` when they drop a part of what goes as one
   */
  requireMasks(masks: readonly (Uint8Array | undefined)[]): void;
  /**
   * @param items one for each weight
   * @param purpose what the units are ranked for: to be dropped, or to come back
   * @throws PruneError `unsupported` when the backend lacks a verb that cannot be made up for
   */
  open<Weight, Mask>(
    backend: TensorBackend<Weight, Mask>,
    items: readonly Item<Weight, Mask>[],
    purpose: 'drop' | 'grow',
  ): Promise<UnitView<Mask>>;
  /** What is kept of each lot, where lots are no weights. */
  count?<Weight, Mask>(
    backend: TensorBackend<Weight, Mask>,
    items: readonly Item<Weight, Mask>[],
  ): Promise<readonly LotCount[]>;
}

/** A handle of a unit view. It means something to the view's own backend only. */
export type UnitHandle = unknown;

/** Weights as the units of a pattern, while an update lasts. */
export interface UnitView<Mask> {
  /** Where the units are chosen: the backend itself, or the host where it lacks the verbs. */
  readonly backend: TensorBackend<UnitHandle, UnitHandle>;
  /** One for each lot. Their masks may be changed unless `isLive`. */
  readonly items: readonly Item<UnitHandle, UnitHandle>[];
  /** Fewest units of each lot that may be left as things are, beside its floor; none unless told. */
  readonly needed?: readonly number[];
  /** Set when the masks of `items` are those of the weights themselves. */
  readonly isLive: boolean;
  /** New masks of the weights' elements, by what these masks of units say. Where `isLive`, they are the new masks. */
  settle(units: readonly UnitHandle[]): Promise<Mask[]>;
  /** Gives back everything but what `settle` returned. */
  close(): void;
}
