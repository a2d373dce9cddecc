import type { Machine, Placed } from '../machine/machine.js';
import { type Cell, GATES } from './cells.js';
import { STEPS } from './steps.js';

/** A sequence, and where it is in the memory of a machine: in bytes. */
export interface Sequence {
  readonly samples: number;
  readonly steps: number;
  /** `[samples, steps, inputs]`. */
  readonly inputs: number;
  /** Whether the last step of the inputs comes first. */
  readonly reversed: boolean;
  /** `[samples, steps]`, 1 where a step counts, else 0. */
  readonly mask: { readonly at: number; readonly reversed: boolean } | undefined;
  /** `[samples, units]` each, read and written. */
  readonly states: readonly number[];
  /** Of the states of all steps, in the order in which they were made; absent where nobody asks for them. */
  readonly outputs: number | undefined;
}

/** A cell, and its weights in the memory of a machine. */
export interface PlacedCell {
  readonly cell: Cell;
  readonly kernel: Placed;
  readonly recurrent: readonly Placed[];
  /** In bytes. */
  readonly bias: number | undefined;
}

/** Bytes that what the inputs give may take at once. */
const MOST_BYTES = 2 ** 23;
const FLOAT = 4;

/** Runs a sequence; `false` where the machine has no memory left for it, or something it reads is not finite. */
export function runCell(machine: Machine, placed: PlacedCell, sequence: Sequence): boolean {
  const { cell } = placed;
  const { samples, steps } = sequence;
  const width = GATES[cell.kind] * cell.units;
  const group = Math.min(samples, Math.max(1, Math.floor(MOST_BYTES / (FLOAT * steps * width))));
  const room = group * (width + cell.units);
  const scratch = machine.allocate(FLOAT * (group * steps * width + room));
  if (scratch === 0) return false;
  try {
    for (let first = 0; first < samples; first += group) {
      const part = { first, count: Math.min(group, samples - first), scratch };
      if (!runGroup(machine, placed, sequence, part)) return false;
    }
    return true;
  } finally {
    machine.release(scratch);
  }
}

interface Group {
  readonly first: number;
  readonly count: number;
  readonly scratch: number;
}

function runGroup(
  machine: Machine,
  { cell, kernel, recurrent, bias }: PlacedCell,
  sequence: Sequence,
  { first, count, scratch }: Group,
): boolean {
  const { steps, inputs, reversed, mask, outputs } = sequence;
  const { units } = cell;
  const width = GATES[cell.kind] * units;
  const finite = kernel.multiply({
    inputs: inputs + FLOAT * first * steps * cell.inputs,
    out: scratch,
    batch: count * steps,
    ...(bias === undefined ? {} : { bias }),
  });
  if (!finite) return false;
  const given = scratch / FLOAT;
  const states = sequence.states.map((state) => state / FLOAT + first * units);
  const parts = { cell, recurrent, floats: machine.floats };
  for (let step = 0; step < steps; step += 1) {
    const last = steps - 1 - step;
    const done = STEPS[cell.kind](parts, {
      samples: count,
      inputs: given + (reversed ? last : step) * width,
      stride: steps * width,
      states,
      room: given + count * steps * width,
      ...(mask && {
        mask: { at: mask.at / FLOAT + first * steps + (mask.reversed ? last : step), stride: steps },
      }),
    });
    if (!done) return false;
    if (outputs === undefined) continue;
    const heap = machine.floats();
    for (let s = 0; s < count; s += 1) {
      const from = states[0]! + s * units;
      heap.copyWithin(outputs / FLOAT + ((first + s) * steps + step) * units, from, from + units);
    }
  }
  return true;
}
