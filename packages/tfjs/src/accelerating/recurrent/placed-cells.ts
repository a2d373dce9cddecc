import type { Lent, Machine } from '../machine/machine.js';
import type { PackedWeight } from '../packed/packed-weight.js';
import type { Cell } from './cells.js';
import type { PlacedCell } from './run-cell.js';

/** A cell, and its kernels, kept packed. */
export interface PackedCell {
  readonly cell: Cell;
  readonly kernel: PackedWeight;
  readonly recurrent: PackedWeight;
}

/**
 * Cells in a machine's memory; `undefined` where their weights have changed or are not finite, or there is no room.
 *
 * @param lent what is lent for them is added to it
 */
export function placeCells(
  machine: Machine,
  packed: readonly PackedCell[],
  lent: Lent[],
): PlacedCell[] | undefined {
  const cells: PlacedCell[] = [];
  for (const { cell, kernel, recurrent } of packed) {
    const [whole] = kernel.current()?.parts ?? [];
    const placed = whole && machine.place(whole);
    const parts = recurrent.current()?.parts?.map((part) => machine.place(part)) ?? [];
    const there = parts.filter((part) => part !== undefined);
    const bias = cell.bias && machine.lendWeight(cell.bias);
    if (bias !== undefined) lent.push(bias);
    if (placed === undefined || there.length === 0 || there.length < parts.length) return undefined;
    if (cell.bias !== undefined && bias === undefined) return undefined;
    cells.push({ cell, kernel: placed, recurrent: there, bias: bias?.at });
  }
  return cells;
}
