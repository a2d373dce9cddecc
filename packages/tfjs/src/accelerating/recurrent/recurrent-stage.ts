import type { Stage } from '../program/stage.js';
import { type PackedCell, weightsOf } from './packed-cell.js';
import { placeCells, runCells } from './run-cells.js';

/** A recurrent layer that begins with zeros and gives its outputs alone. */
export function recurrentStage(
  cells: readonly PackedCell[],
  { backwards, sequences }: { readonly backwards: boolean; readonly sequences: boolean },
): Stage {
  const [inputs, units] = [cells[0]!.cell.inputs, cells.at(-1)!.cell.units];
  return {
    inPlace: false,
    shape(of) {
      if (of.length !== 2 || of[1] !== inputs || of[0] === 0) return undefined;
      return sequences ? [of[0]!, units] : [units];
    },
    open(machine, [steps]) {
      const weights = weightsOf(cells);
      const placed = weights && placeCells(machine, weights);
      if (placed === undefined) return undefined;
      return (from, to, samples) =>
        runCells(machine, placed, {
          samples,
          steps: steps!,
          inputs: from,
          backwards,
          sequences,
          outputs: to,
        });
    },
  };
}
