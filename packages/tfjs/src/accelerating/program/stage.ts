import type { Lent, Machine } from '../machine/machine.js';

/** Works on samples in the memory of a machine: reads at one offset in bytes and writes at another. */
export type Work = (from: number, to: number, samples: number) => boolean;

/** A layer of a program: what it makes of samples, without tensors between. */
export interface Stage {
  /** The shape of what it makes of a sample, of the shape of the sample; `undefined` where it takes no such shape. */
  shape(of: readonly number[]): readonly number[] | undefined;
  /**
   * Work on samples of a shape, while what was lent is there; `undefined` where weights have changed, or no memory is left.
   * What is lent for it is added to `lent`.
   */
  open(machine: Machine, of: readonly number[], lent: Lent[]): Work | undefined;
  /** Whether it writes over what it reads, which is then no input of the model. */
  readonly inPlace: boolean;
}

/** Product of a shape's edges. */
export function lengthOf(shape: readonly number[]): number {
  return shape.reduce((size, edge) => size * edge, 1);
}

/** A stage that changes so many numbers at an offset in bytes where they are. */
export function inPlace(
  change: (machine: Machine, at: number, length: number, shape: readonly number[]) => void,
): Stage {
  return {
    shape: (of) => of,
    inPlace: true,
    open: (machine, of) => {
      const length = lengthOf(of);
      return (from, _, samples) => {
        change(machine, from, samples * length, of);
        return true;
      };
    },
  };
}

/** A stage that leaves all numbers as they are, and takes them for another shape. */
export function reshaped(shape: Stage['shape']): Stage {
  return { shape, inPlace: true, open: () => () => true };
}
