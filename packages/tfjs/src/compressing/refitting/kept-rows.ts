import type { Part, Product } from '../parts/part.js';
import type { PartPair } from './part-pair.js';

/** What is left of the indices along each axis of a weight; nothing where all are. */
export type KeptAxes = ReadonlyMap<number, readonly number[]>;

/** Which rows of the dense model the rows of the pruned one are. */
export interface KeptRows {
  /** The dense product that one of the pruned part is. */
  product(pair: PartPair, turn: number, at: number): number;
  /** Of each row of the pruned product that of the dense one. */
  rows(pair: PartPair, pruned: Product, dense: Product): readonly number[];
}

/**
 * @param axesOf by the name a weight is saved under, what is left of it
 */
export function createKeptRows(axesOf: (name: string) => KeptAxes | undefined): KeptRows {
  const keptAt = (part: Part, role: string, axis: number): readonly number[] | undefined =>
    axesOf(part.weights.get(role)!.originalName)?.get(axis);
  return {
    product({ dense, pruned }, turn, at) {
      const { blocks } = pruned.turns[turn]![at]!;
      const { role } = blocks[0]!;
      // Only depthwise kernels have a product for each channel.
      return role === 'depthwise_kernel' ? (keptAt(dense, role, rankOf(dense, role) - 2)?.[at] ?? at) : at;
    },
    rows({ dense: part }, pruned, dense) {
      const { role } = pruned.blocks[0]!;
      const kept = keptAt(part, role, dense.rowAxis);
      if (kept === undefined) return Array.from({ length: pruned.rows }, (_, row) => row);
      // A product may be of some of its weight's rows only, as the gates of a GRU are.
      const own = kept.filter((row) => row >= dense.firstRow && row < dense.firstRow + dense.rows);
      return own.map((row) => row - dense.firstRow);
    },
  };
}

const rankOf = ({ weights }: Part, role: string): number => weights.get(role)!.shape.length;
