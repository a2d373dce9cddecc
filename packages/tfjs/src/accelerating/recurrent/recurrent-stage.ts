import type { Stage } from '../program/stage.js';
import { STATES } from './cells.js';
import { type PackedCell, placeCells } from './placed-cells.js';
import { runCells } from './run-cells.js';

const FLOAT = 4;

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
    open(machine, [steps], lent) {
      const placed = placeCells(machine, cells, lent);
      if (placed === undefined) return undefined;
      const lengths = placed.flatMap(({ cell }) =>
        Array.from({ length: STATES[cell.kind] }, () => cell.units),
      );
      const total = lengths.reduce((sum, length) => sum + length, 0);
      return (from, to, samples) => {
        const room = machine.allocate(FLOAT * samples * total);
        if (room === 0) return false;
        let at = room;
        const states = lengths.map((length) => {
          at += FLOAT * samples * length;
          return at - FLOAT * samples * length;
        });
        machine.floats().fill(0, room / FLOAT, room / FLOAT + samples * total);
        const done = runCells(machine, placed, {
          samples,
          steps: steps!,
          inputs: from,
          backwards,
          states,
          outputs: sequences ? to : undefined,
        });
        if (done && !sequences) {
          const last = states[states.length - STATES[placed.at(-1)!.cell.kind]]! / FLOAT;
          machine.floats().copyWithin(to / FLOAT, last, last + samples * units);
        }
        machine.release(room);
        return done;
      };
    },
  };
}
