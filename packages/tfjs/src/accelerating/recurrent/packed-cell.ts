import { packRecurrent, type RecurrentWeights } from '@synaprune/sparse';
import { forgetWeights } from '../machine/station.js';
import { type KeptPacked, keepPacked } from '../packed/keep-packed.js';
import { readValues } from '../packed/packed-weight.js';
import { BATCH, countKept, type Packed } from '../packed/packing.js';
import type { Cell } from './cells.js';

/** What became of the weights of a cell. */
export interface CellPacking extends Packed {
  /** Absent where they are not all finite. */
  readonly weights?: RecurrentWeights;
}

/** A cell whose weights are kept packed while they change. */
export interface PackedCell extends KeptPacked<CellPacking> {
  readonly cell: Cell;
}

export function packCell(cell: Cell): PackedCell {
  const { kernel, recurrentKernel, bias } = cell;
  const tensors = [kernel, recurrentKernel, ...(bias === undefined ? [] : [bias])];
  const kept = keepPacked(tensors, () => {
    const packing = packValues(cell);
    const { weights } = packing;
    return { packing, release: () => weights && forgetWeights(weights) };
  });
  return { cell, ...kept };
}

function packValues(cell: Cell): CellPacking {
  const { kind, inputs, units, activation, recurrentActivation } = cell;
  const [kernel, recurrentKernel] = [readValues(cell.kernel), readValues(cell.recurrentKernel)];
  const bias = cell.bias && readValues(cell.bias);
  const counts = {
    elements: kernel.length + recurrentKernel.length,
    kept: countKept(kernel) + countKept(recurrentKernel),
  };
  const finite = [kernel, recurrentKernel, bias].every((values) => values?.every(Number.isFinite) ?? true);
  if (!finite) return { ...counts, finite, parts: [] };
  const weights = packRecurrent({
    ...{ cell: kind, inputs, units, kernel, recurrentKernel, activation, recurrentActivation, batch: BATCH },
    ...(bias && { bias }),
  });
  return { ...counts, finite, parts: [weights.kernel, ...weights.recurrent], weights };
}

/** The weights of cells; `undefined` where some have changed or are not finite. */
export function weightsOf(cells: readonly PackedCell[]): RecurrentWeights[] | undefined {
  const weights = cells.flatMap((cell) => cell.current()?.weights ?? []);
  return weights.length === cells.length ? weights : undefined;
}
