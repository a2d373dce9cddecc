import { type Selector, selectWeights } from '@synaprune/core';
import { describe, elementsOf, listNames, quote, requireOptions } from '@synaprune/core/checks';
import type { StepBuffer } from '@synaprune/onnx-train';
import type { Cell, Memory } from '../memory/memory.js';
import type { TrainingState } from '../state/training-state.js';

/** What {@link Trainer.read} is told. */
export interface ReadOptions {
  /** Which weights and buffers, by name, pattern or predicate; all unless told. */
  readonly select?: Selector | readonly Selector[];
}

/** Copies of weights and buffers, pruned. @throws PruneError `unmatched-selector` when a selector picks nothing */
export async function readValues(
  { weights, buffers }: TrainingState,
  memory: Memory,
  options: ReadOptions = {},
): Promise<Map<string, Float32Array>> {
  requireOptions('read', '', options, ['select']);
  const all = [...weights, ...buffers].map(([name, cell]) => ({ name, cell, shape: cell.shape }));
  const { select } = options;
  const wanted = select === undefined ? all : selectWeights(all, Array.isArray(select) ? select : [select]);
  const values = new Map<string, Float32Array>();
  // Where dropped elements learn on they are not zero, but to the model they are.
  for (const { name, cell } of wanted) values.set(name, await memory.readMasked(cell, cell));
  return values;
}

/** Values to be written, with what masks drop as it is where dropped elements learn on: what was read had +0 for it. */
export async function withDropped(
  memory: Memory,
  cells: readonly Cell[],
  values: readonly Float32Array[],
): Promise<readonly Float32Array[]> {
  return Promise.all(
    cells.map(async (cell, index) => {
      const given = values[index]!;
      if (!memory.isMasked(cell)) return given;
      const ones = memory.cell(memory.create(cell.shape, new Float32Array(given.length).fill(1)));
      const kept = await memory.readMasked(ones, cell);
      memory.discard(ones.tensor);
      const before = await memory.read(cell);
      return given.map((value, at) => (kept[at] === 0 ? before[at]! : value));
    }),
  );
}

/**
 * Handles and the values that they are to have.
 *
 * @throws TypeError | RangeError when a name is of nothing that is trained, or a value has another length or type, or holds
 *   what is not finite, or what no variance is
 */
export function checkValues(
  { weights, buffers }: TrainingState,
  statistics: readonly Pick<StepBuffer, 'name' | 'statistic'>[],
  given: ReadonlyMap<string, Float32Array>,
): { readonly cells: readonly Cell[]; readonly values: readonly Float32Array[] } {
  if (!(given instanceof Map)) {
    throw new TypeError(`write needs a Map of values by name, as read gives it, got ${describe(given)}`);
  }
  const cells = new Map([...weights, ...buffers]);
  const variances = new Set(statistics.flatMap((one) => (one.statistic === 'variance' ? [one.name] : [])));
  return {
    cells: [...given].map(([name, value]) => {
      const cell = cells.get(name);
      if (cell === undefined) {
        throw new RangeError(
          `write: ${quote(name)} is no weight or buffer of this trainer; it has ${listNames([...cells.keys()])}`,
        );
      }
      if (!(value instanceof Float32Array)) {
        throw new TypeError(`write needs ${quote(name)} in a Float32Array, got ${describe(value)}`);
      }
      if (value.length !== elementsOf(cell.shape)) {
        throw new RangeError(
          `write needs ${elementsOf(cell.shape)} elements for ${quote(name)}, got ${value.length}`,
        );
      }
      const wrong = value.findIndex((element) => !Number.isFinite(element));
      if (wrong >= 0) {
        throw new RangeError(`write needs ${quote(name)} to be finite, got ${value[wrong]} at ${wrong}`);
      }
      const negative = variances.has(name) ? value.findIndex((element) => element < 0) : -1;
      if (negative >= 0) {
        throw new RangeError(
          `write needs ${quote(name)}, a running variance, to be at least 0, got ${value[negative]} at ${negative}`,
        );
      }
      return cell;
    }),
    values: [...given.values()],
  };
}
