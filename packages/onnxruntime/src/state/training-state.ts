import type { TrainingStep } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import type { Cell, Memory } from '../memory/memory.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import type { TensorPlace } from './trainer-state.js';
import type { Kernels, UpdateKernels } from './update-kernels.js';

/** Everything that goes from step to step, each in a handle of its own. */
export interface TrainingState {
  readonly weights: ReadonlyMap<string, Cell>;
  /** By weight and kind: `kernel/m`. */
  readonly slots: ReadonlyMap<string, Cell>;
  readonly buffers: ReadonlyMap<string, Cell>;
  /** What others keep beside weights, by the weight's name: zero where that is, as slots are. Not saved. */
  readonly companions: Map<string, Set<Cell>>;
  /** Of the last step, zeros before the first. Empty unless gradients were asked for. */
  readonly gradients: ReadonlyMap<string, Cell>;
}

/** What a step was given, and what its graph gave. */
export interface StepRun {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly results: Readonly<Record<string, Tensor>>;
}

/** The key of an optimizer's slot in {@link TrainingState.slots}. */
export function slotKey(weight: string, kind: string): string {
  return `${weight}/${kind}`;
}

/**
 * State as a model holds it before the first step, in the arrays that the step has it in. When memory does not suffice, none
 * is kept.
 */
export function createState(step: TrainingStep, memory: Memory): TrainingState {
  const weights = new Map<string, Cell>();
  const slots = new Map<string, Cell>();
  const buffers = new Map<string, Cell>();
  const gradients = new Map<string, Cell>();
  const state = { weights, slots, buffers, gradients, companions: new Map<string, Set<Cell>>() };
  try {
    for (const { name, shape, initial, slots: kinds, gradient } of step.weights) {
      weights.set(name, memory.cell(memory.adopt(shape, initial)));
      for (const { kind } of kinds) slots.set(slotKey(name, kind), memory.cell(memory.create(shape)));
      if (gradient !== undefined) gradients.set(name, memory.cell(memory.create(shape)));
    }
    for (const { name, shape, initial } of step.buffers) {
      buffers.set(name, memory.cell(memory.adopt(shape, initial)));
    }
    return state;
  } catch (error) {
    for (const { tensor } of cellsOf(state)) memory.discard(tensor);
    throw error;
  }
}

/** Every handle of a state and what it is for, always in the same order. */
export function placesOf(step: LoadedStep, state: TrainingState): (TensorPlace & { readonly cell: Cell })[] {
  const place = (kind: string, name: string, cell: Cell) => ({ kind, name, shape: cell.shape, cell });
  return [
    ...step.weights.flatMap(({ name, slots, gradient }) => [
      place('weight', name, state.weights.get(name)!),
      ...slots.map(({ kind }) => place(kind, name, state.slots.get(slotKey(name, kind))!)),
      ...(gradient === undefined ? [] : [place('gradient', name, state.gradients.get(name)!)]),
    ]),
    ...step.buffers.map(({ name }) => place('buffer', name, state.buffers.get(name)!)),
  ];
}

/** All handles of a state. */
export function cellsOf({ weights, slots, buffers, gradients, companions }: TrainingState): Cell[] {
  const beside = [...companions.values()].flatMap((cells) => [...cells]);
  return [...weights.values(), ...slots.values(), ...buffers.values(), ...gradients.values(), ...beside];
}

/** Zeroes what masks drop wherever they, or what they are of, may have changed: a step counts on it. */
export async function settleState(step: LoadedStep, state: TrainingState, memory: Memory): Promise<void> {
  for (const weight of step.weights) await settleWeight(weight, state, memory);
}

/**
 * Zeroes what masks drop of weights that a step takes no mask for, as biases under groups of channels: nothing else keeps
 * them at zero. For right after a step.
 */
export async function settleUnmasked(step: LoadedStep, state: TrainingState, memory: Memory): Promise<void> {
  for (const weight of step.weights) {
    const cell = state.weights.get(weight.name)!;
    if (weight.mask !== undefined || !memory.isMasked(cell)) continue;
    memory.touch(cell);
    await settleWeight(weight, state, memory);
  }
}

function settleWeight(
  { name, slots }: LoadedStep['weights'][number],
  state: TrainingState,
  memory: Memory,
): Promise<void> {
  const own = slots.map(({ kind }) => state.slots.get(slotKey(name, kind))!);
  const cells = [...own, ...(state.companions.get(name) ?? [])];
  return memory.settle(state.weights.get(name)!, cells);
}

/** The state, and its masks, as the inputs of a step. */
export function stateFeeds(step: LoadedStep, state: TrainingState, memory: Memory): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, input, mask, slots } of step.weights) {
    const cell = state.weights.get(name)!;
    feeds[input] = cell.tensor;
    if (mask !== undefined) feeds[mask] = memory.mask(cell);
    for (const slot of slots) feeds[slot.input] = state.slots.get(slotKey(name, slot.kind))!.tensor;
  }
  for (const { name, input } of step.buffers) feeds[input] = state.buffers.get(name)!.tensor;
  return feeds;
}

/** Takes over what a step gave. */
export function takeState(
  { step, kernels }: { readonly step: LoadedStep; readonly kernels?: UpdateKernels | undefined },
  state: TrainingState,
  memory: Memory,
  run: StepRun,
): void {
  const cells = new Map<string, Cell>();
  for (const { name, output, gradient, slots } of step.weights) {
    cells.set(output, state.weights.get(name)!);
    if (gradient !== undefined) cells.set(gradient, state.gradients.get(name)!);
    for (const slot of slots) cells.set(slot.output, state.slots.get(slotKey(name, slot.kind))!);
  }
  for (const { name, output } of step.buffers) cells.set(output, state.buffers.get(name)!);
  takeOutputs(kernels?.updating, cells, memory, run);
}

/** Takes outputs over, by their names: what kernels are to give is written where it was before, and all else replaced. */
export function takeOutputs(
  kernels: Kernels | undefined,
  cells: ReadonlyMap<string, Cell>,
  memory: Memory,
  { feeds, results }: StepRun,
): void {
  kernels?.run(
    (name) => (results[name] ?? feeds[name]!).data as Float32Array | Uint8Array,
    (name) => cells.get(name)!.tensor.data as Float32Array,
  );
  for (const [output, cell] of cells) {
    if (kernels?.give.has(output)) continue;
    const old = cell.tensor;
    cell.tensor = results[output]!;
    memory.discard(old);
  }
}

/** Takes over statistics, by name. */
export function takeBuffers(
  state: TrainingState,
  memory: Memory,
  buffers: ReadonlyMap<string, Tensor>,
): void {
  for (const [name, tensor] of buffers) {
    const cell = state.buffers.get(name)!;
    const old = cell.tensor;
    cell.tensor = tensor;
    memory.discard(old);
  }
}

/** Gives every handle a new value, and does `work`; when that fails, all have their old values again. */
export async function exchange(
  memory: Memory,
  cells: readonly Cell[],
  values: readonly Float32Array[],
  work: () => Promise<void>,
): Promise<void> {
  const fresh = createAll(memory, cells, values);
  const old = cells.map(({ tensor }) => tensor);
  for (const [i, cell] of cells.entries()) cell.tensor = fresh[i]!;
  try {
    await work();
  } catch (error) {
    for (const [i, cell] of cells.entries()) cell.tensor = old[i]!;
    for (const tensor of fresh) memory.discard(tensor);
    throw error;
  }
  for (const tensor of old) memory.discard(tensor);
  for (const cell of cells) memory.touch(cell);
}

function createAll(memory: Memory, cells: readonly Cell[], values: readonly Float32Array[]): Tensor[] {
  const fresh: Tensor[] = [];
  try {
    for (const [i, { shape }] of cells.entries()) fresh.push(memory.create(shape, values[i]!));
    return fresh;
  } catch (error) {
    for (const tensor of fresh) memory.discard(tensor);
    throw error;
  }
}
