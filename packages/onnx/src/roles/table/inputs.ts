import type { WeightRole } from './role.js';

/** What the weights at the inputs of an operator do, by the number of the input. */
export interface Inputs {
  readonly [input: number]: WeightRole;
}

/** The same role at several inputs. */
export const all = (role: WeightRole, ...inputs: readonly number[]): Inputs =>
  Object.fromEntries(inputs.map((input) => [input, role]));

/** A product of two matrices. */
export const matrix: Inputs = { 0: 'kernel', 1: 'kernel' };
/** A convolution, with kernel and bias in this order. */
export const convolution: Inputs = { 1: 'kernel', 2: 'bias' };
/** `LSTM`, `GRU` and `RNN`; an `LSTM` alone has the last two, its first cells and its peepholes. */
export const recurrent: Inputs = {
  1: 'kernel',
  2: 'recurrent kernel',
  3: 'bias',
  5: 'state',
  6: 'state',
  7: 'bias',
};
/** A normalisation with scale and shift. */
export const scaled: Inputs = { 1: 'normalisation', 2: 'normalisation' };
