import type { Item, TensorBackend } from '../../contract/backend.js';

/** A weight that a pattern is asked about. */
export interface PatternedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
}

/**
 * What goes as one: how weights are seen as units while an update chooses among them. Choosing is always the same:
 * exactly so many of the units that rank lowest.
 */
export interface Pattern {
  /** As a saved state holds it. */
  readonly saved: Readonly<Record<string, string | number>>;
  /** @throws PruneError `unsupported` when the weight cannot be divided so */
  requireFit(weight: PatternedWeight): void;
  /** How many units can be dropped of a weight. */
  units(weight: PatternedWeight): number;
  /** How many elements its largest unit has. */
  largestUnit(weight: PatternedWeight): number;
  /**
   * Which fraction of the units a sparsity asks for.
   *
   * @throws PruneError `invalid-sparsity` when the pattern cannot drop as much
   */
  share(sparsity: number): number;
  /** @throws PruneError `mask-mismatch` when packed bits drop a part of what goes as one */
  requireMask(weight: PatternedWeight, bits: Uint8Array): void;
  /** @throws PruneError `unsupported` when the backend lacks a verb that cannot be made up for */
  open<Weight, Mask>(
    backend: TensorBackend<Weight, Mask>,
    weights: readonly PatternedWeight[],
    items: readonly Item<Weight, Mask>[],
  ): Promise<UnitView<Mask>>;
}

/** A handle of a unit view. It means something to the view's own backend only. */
export type UnitHandle = unknown;

/** Weights as the units of a pattern, while an update lasts. */
export interface UnitView<Mask> {
  /** Where the units are chosen: the backend itself, or the host where it lacks the verbs. */
  readonly backend: TensorBackend<UnitHandle, UnitHandle>;
  /** One for each weight. Their masks may be changed unless `isLive`. */
  readonly items: readonly Item<UnitHandle, UnitHandle>[];
  /** Set when the masks of `items` are those of the weights themselves. */
  readonly isLive: boolean;
  /** New masks of the weights' elements, by what these masks of units say. Where `isLive`, they are the new masks. */
  settle(units: readonly UnitHandle[]): Promise<Mask[]>;
  /** Gives back everything but what `settle` returned. */
  close(): void;
}
