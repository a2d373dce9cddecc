import type { Item, TensorBackend } from '../../contract/backend.js';
import type { AskedPattern, Lot, Pattern, PatternedWeight, UnitView } from './pattern.js';

/** A pattern that divides every weight by itself, so that the lots are the weights. */
export interface WeightPattern {
  readonly saved: Readonly<Record<string, string | number>> & { readonly kind: string };
  /** @throws PruneError `unsupported` when the weight cannot be divided so */
  requireFit(weight: PatternedWeight): void;
  /** How many units can be dropped of a weight. */
  units(weight: PatternedWeight): number;
  /** How many elements its largest unit has. */
  largestUnit(weight: PatternedWeight): number;
  /** As {@link Pattern.share}. */
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

/** Such a pattern, of whatever weights are selected. */
export function eachWeight(divided: WeightPattern): AskedPattern {
  const { saved } = divided;
  return {
    kind: saved.kind,
    over: (_, weights) => {
      for (const weight of weights) divided.requireFit(weight);
      const pattern: Pattern = {
        kind: saved.kind,
        saved,
        lots: weights.map(
          (weight, i): Lot => ({
            name: weight.name,
            shape: weight.shape,
            elements: weight.elements,
            units: divided.units(weight),
            least: 0,
            weights: [i],
            rankedBy: [i],
          }),
        ),
        largestUnit: weights.reduce((most, weight) => Math.max(most, divided.largestUnit(weight)), 1),
        share: (sparsity) => divided.share(sparsity),
        requireMasks(masks) {
          for (const [i, bits] of masks.entries()) {
            if (bits !== undefined) divided.requireMask(weights[i]!, bits);
          }
        },
        open: (backend, items) => divided.open(backend, weights, items),
      };
      return { weights, pattern };
    },
  };
}
