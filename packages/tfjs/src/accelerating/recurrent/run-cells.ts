import type { Machine } from '../machine/machine.js';
import { STATES } from './cells.js';
import { type PlacedCell, runCell } from './run-cell.js';

/** Sequences for cells that stand one on another, in the memory of a machine: places are in bytes. */
export interface CellsRun {
  readonly samples: number;
  readonly steps: number;
  /** `[samples, steps, inputs]`. */
  readonly inputs: number;
  /** `[samples, steps]`, 1 where a step counts, else 0. */
  readonly mask?: number | undefined;
  readonly backwards: boolean;
  /** `[samples, units]` each, read and written; of one cell after another. */
  readonly states: readonly number[];
  /** Of the last cell, in the order in which they are made: `[samples, steps, units]`. */
  readonly outputs?: number | undefined;
}

const FLOAT = 4;

/** Runs them; `false` where the machine has no memory left for it, or not all is finite. */
export function runCells(machine: Machine, cells: readonly PlacedCell[], run: CellsRun): boolean {
  const { samples, steps, mask, backwards } = run;
  const rooms: number[] = [];
  let { inputs } = run;
  let state = 0;
  try {
    for (const [i, placed] of cells.entries()) {
      const { units, kind } = placed.cell;
      const last = i === cells.length - 1;
      const outputs = last ? run.outputs : machine.allocate(FLOAT * samples * steps * units);
      if (outputs === 0) return false;
      if (!last) rooms.push(outputs!);
      const done = runCell(machine, placed, {
        samples,
        steps,
        inputs,
        // Cells above the first read what it made, in the order in which it did.
        reversed: backwards && i === 0,
        mask: mask === undefined ? undefined : { at: mask, reversed: backwards },
        states: run.states.slice(state, state + STATES[kind]),
        outputs,
      });
      if (!done) return false;
      state += STATES[kind];
      inputs = outputs ?? 0;
    }
    return true;
  } finally {
    for (const room of rooms) machine.release(room);
  }
}
