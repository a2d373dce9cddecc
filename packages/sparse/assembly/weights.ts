/*
 * What is packed, as place.ts of kernels/ writes it into the memory.
 */

/** Packed weights: what SparseWeights says of each of its parts. */
@unmanaged
export class Weights {
  /** A unit has `1 << shift` rows: 1, 4 or 16. */
  shift: u32;
  /** Bytes of a column; 0 where all weights are there, and no column is named. */
  columnBytes: u32;
  rows: u32;
  inputs: u32;
  places: usize;
  lengths: usize;
  columns: usize;
  values: usize;
}

/** Kinds of cells. */
export const RNN: u32 = 0;
export const LSTM: u32 = 1;
export const GRU: u32 = 2;
/** A GRU that applies its reset gate after the product. */
export const GRU_AFTER: u32 = 3;

/** A recurrent layer. */
@unmanaged
export class Layer {
  cell: u32;
  units: u32;
  /** By their places in CELL_ACTIVATIONS of recurrent/. */
  activation: u32;
  gateActivation: u32;
  /** Of the inputs: the rows of all gates. */
  kernel: Weights;
  /** Of the state: the rows of all gates; of a GRU without its candidate. */
  recurrent: Weights;
  /** Of a GRU: the rows of its candidate. */
  candidate: Weights;
  /** What the sums of the inputs start from. */
  bias: usize;
  /** What the sums of the candidate start from where it is reset after them; else they go on from those of the inputs. */
  candidateBias: usize;
}

/** Units that go side by side. */
@inline
export function lanesOf(shift: u32): u32 {
  return shift == 0 ? 8 : shift == 2 ? 4 : 1;
}

/** The units there are, filled up to whole slices. */
@inline
export function unitsOf(w: Weights): u32 {
  const units: u32 = (w.rows + (1 << w.shift) - 1) >> w.shift;
  const lanes = lanesOf(w.shift);
  return (units + lanes - 1) & ~(lanes - 1);
}

/** Sums of one sample, with those that fill up slices; none of weights that are not there. */
@inline
export function sumsOf(w: Weights): u32 {
  return changetype<usize>(w) == 0 ? 0 : unitsOf(w) << w.shift;
}

/** Where a row stands among the sums, in the order in which rows are packed. */
@inline
export function placeOf(w: Weights, row: u32): usize {
  const place: usize = load<u32>(w.places + ((<usize>(row >> w.shift)) << 2));
  return (place << w.shift) + (row & ((1 << w.shift) - 1));
}
