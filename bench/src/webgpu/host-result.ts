import { constantSparsity, createPruner, type Pruner, type PrunerOptions } from '@synaprune/core';
import { type Bed, tensorsOf } from '../bed.js';

/** What the host backend makes of a bed. */
export interface HostResult {
  /** `equals the host, bit for bit`, or that it does not, for another pruner of the same weights after an update. */
  compare(pruner: Pruner, valuesOf: (index: number) => Promise<Float32Array>): Promise<string>;
}

/** The options of a pruner that brings weights to a bed's sparsity, under names that depend on their order alone. */
export function pruningOf<Weight, Mask>(
  bed: Bed,
  backend: PrunerOptions<Weight, Mask>['backend'],
  weights: readonly Weight[],
): PrunerOptions<Weight, Mask> {
  return {
    backend,
    weights: weights.map((weight, i) => ({ name: `w${i}`, weight })),
    schedule: constantSparsity(bed.distribution().sparsity),
  };
}

/** Prunes a bed where it is. The result is good until the bed is restored. */
export async function pruneOnHost(bed: Bed): Promise<HostResult> {
  bed.restore();
  const { backend, items } = bed.plot;
  const own = createPruner(
    pruningOf(
      bed,
      backend,
      items.map(({ weight }) => weight),
    ),
  );
  await own.update(0);
  const masks = JSON.stringify((await own.save()).weights);
  own.dispose();
  const tensors = tensorsOf(bed, bed.values);
  return {
    async compare(pruner, valuesOf) {
      let equal = JSON.stringify((await pruner.save()).weights) === masks;
      for (const [i, expected] of tensors.entries()) equal &&= sameBits(await valuesOf(i), expected);
      return equal ? 'equals the host, bit for bit' : 'WRONG: differs from the host';
    },
  };
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}
