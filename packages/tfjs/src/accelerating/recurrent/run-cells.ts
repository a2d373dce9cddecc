import type { PlacedRecurrent, RecurrentWeights } from '@synaprune/sparse';
import type { Machine } from '../machine/machine.js';
import { STATES } from './cells.js';
import { turnSteps } from './turn-steps.js';

/** Sequences for cells that stand one on another, in the memory of a machine: places are in bytes. */
export interface CellsRun {
  readonly samples: number;
  readonly steps: number;
  /** `[samples, steps, inputs]`. */
  readonly inputs: number;
  /** `[samples, steps]` of floats, 0 where a step does not count. */
  readonly mask?: number | undefined;
  readonly backwards: boolean;
  /** `[samples, units]` each, read and written; of one cell after another. They start from zeros where there are none. */
  readonly states?: readonly number[];
  /** Whether the states of all steps are asked for. */
  readonly sequences: boolean;
  /** Of the last cell, in the order in which they are made: `[samples, steps, units]`, or the last, `[samples, units]`. */
  readonly outputs: number;
}

const FLOAT = 4;

/** Cells in a machine's memory; `undefined` where there is no room. */
export function placeCells(
  machine: Machine,
  cells: readonly RecurrentWeights[],
): PlacedRecurrent[] | undefined {
  const placed = cells.flatMap((weights) => machine.placeRecurrent(weights) ?? []);
  return placed.length === cells.length ? placed : undefined;
}

/** Runs them; `false` where the machine has no memory left for it, or not all is finite. */
export function runCells(machine: Machine, cells: readonly PlacedRecurrent[], run: CellsRun): boolean {
  const { samples, steps, backwards, states } = run;
  const rooms: number[] = [];
  const borrow = (floats: number): number => {
    const room = machine.allocate(FLOAT * floats);
    if (room !== 0) rooms.push(room);
    return room;
  };
  let { inputs, mask } = run;
  let state = 0;
  try {
    for (const [i, placed] of cells.entries()) {
      const { units, cell } = placed.weights;
      const isLast = i === cells.length - 1;
      const out = isLast ? run.outputs : borrow(samples * steps * units);
      if (out === 0) return false;
      if (i === 1 && backwards && mask !== undefined) {
        const turned = borrow(samples * steps);
        if (turned === 0) return false;
        const part = (at: number) => machine.floats().subarray(at / FLOAT, at / FLOAT + samples * steps);
        turnSteps(part(mask), part(turned), samples, steps);
        mask = turned;
      }
      const [own, carry] = states?.slice(state, state + STATES[cell]) ?? [];
      const finite = placed.run({
        ...{ inputs, out, steps, batch: samples },
        sequences: !isLast || run.sequences,
        backwards: backwards && i === 0,
        ...(mask !== undefined && { mask }),
        ...(own !== undefined && { state: own }),
        ...(carry !== undefined && { cell: carry }),
      });
      if (!finite) return false;
      state += STATES[cell];
      inputs = out;
    }
    return true;
  } finally {
    for (const room of rooms) machine.release(room);
  }
}
