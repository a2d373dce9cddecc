import type { Program, Value } from '../program.js';

/** What a step may append. */
export interface Block {
  /** The kind, as the coverage of a run lists it. */
  readonly label: string;
  /** The version of the standard operators that has it, where older ones have not. */
  readonly opset?: number;
  /** Whether it can go on from a value; the others are all values there are. */
  readonly fits: (x: Value, others: readonly Value[], p: Program) => boolean;
  readonly append: (p: Program, x: Value, others: readonly Value[]) => Value | readonly Value[];
}

export const isImage = (x: Value): boolean => x.channels === 1 && x.shape.length >= 3;
export const isPicture = (x: Value): boolean => x.channels === 1 && x.shape.length === 4;
export const isSequence = (x: Value): boolean => x.channels === 2 && x.shape.length === 3;
export const isVector = (x: Value): boolean => x.channels === 1 && x.shape.length === 2;

/** The axes after the channels. */
export const spaceOf = (x: Value): number[] =>
  x.shape.flatMap((_, axis) => (axis > x.channels ? [axis] : []));

export const channelsOf = (x: Value): number => x.shape[x.channels]!;

/** How many channels a layer makes: few that a number divides. */
export const some = (p: Program, multiple = 1): number =>
  multiple * p.random.between(Math.max(1, Math.ceil(2 / multiple)), Math.max(2, Math.floor(12 / multiple)));

/** Values of the same shape as another, all axes as open. */
export const alike = (x: Value, others: readonly Value[]): Value[] =>
  others.filter(
    (each) =>
      each.name !== x.name &&
      each.channels === x.channels &&
      each.shape.join() === x.shape.join() &&
      each.open.join() === x.open.join(),
  );

/** Values that differ from another in the channels alone. */
export const besides = (x: Value, others: readonly Value[]): Value[] =>
  others.filter(
    (each) =>
      each.channels === x.channels &&
      each.shape.length === x.shape.length &&
      each.shape.every((edge, axis) => axis === x.channels || edge === x.shape[axis]) &&
      each.open.join() === x.open.join(),
  );
