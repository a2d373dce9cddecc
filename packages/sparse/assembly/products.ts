/*
 * Whole products of packed weights, by how many rows a unit has and how many bytes a column.
 */
import {
  blockVector16_16,
  blockVector16_32,
  blockVector4_16,
  blockVector4_32,
  csrNarrow16,
  csrNarrow32,
  csrSlim16,
  csrSlim32,
  csrVector16,
  csrVector32,
  csrWide16,
  csrWide32,
  denseHalf,
  denseQuad,
  denseVector,
  half16,
  half32,
  pair16,
  pair32,
  quad16,
  quad32,
} from './loops';
import { allFinite } from './finite';
import { finish, start } from './sums';
import { NARROW, SLIM, startTile, turnIn, turnOut, widthOf } from './tiles';
import { lanesOf, unitsOf, Weights } from './weights';

/** The sums of one sample, that start from a number for each row, or from 0. */
export function vectorSums(w: Weights, x: usize, from: usize, sums: usize): void {
  const slices = unitsOf(w) / lanesOf(w.shift);
  const lengths = w.lengths,
    columns = w.columns,
    values = w.values;
  start(w, from, sums);
  if (w.columnBytes == 0) denseVector(w.inputs, values, slices, x, sums);
  else if (w.shift == 0) {
    if (w.columnBytes == 2) csrVector16(lengths, columns, values, slices, x, sums);
    else csrVector32(lengths, columns, values, slices, x, sums);
  } else if (w.shift == 2) {
    if (w.columnBytes == 2) blockVector4_16(lengths, columns, values, slices, x, sums);
    else blockVector4_32(lengths, columns, values, slices, x, sums);
  } else if (w.columnBytes == 2) blockVector16_16(lengths, columns, values, slices, x, sums);
  else blockVector16_32(lengths, columns, values, slices, x, sums);
}

/** One sample: the products of all rows with `x`, from the bias at `bias` where that is not 0. */
function single(w: Weights, x: usize, bias: usize, low: f32, high: f32, out: usize, scratch: usize): void {
  vectorSums(w, x, bias, scratch);
  finish(w, 0, w.rows, low, high, scratch, out);
}

/** @returns whether all inputs are finite; what is not kept counts for nothing here also where they are not */
export function vector(w: Weights, x: usize, bias: usize, low: f32, high: f32, out: usize, scratch: usize): bool {
  single(w, x, bias, low, high, out, scratch);
  return allFinite(x, w.inputs);
}

/** A tile of single weights. */
function csrTile(
  columnBytes: u32,
  width: u32,
  lengths: usize,
  columns: usize,
  values: usize,
  units: u32,
  xs: usize,
  sums: usize,
): void {
  for (let unit: u32 = 0; unit < units; unit += 8) {
    const steps = load<u32>(lengths);
    if (width == SLIM) {
      if (columnBytes == 2) csrSlim16(columns, values, steps, xs, sums);
      else csrSlim32(columns, values, steps, xs, sums);
      sums += 128;
    } else if (width == NARROW) {
      for (let lane: usize = 0; lane < 8; lane += 4) {
        const c = columns + lane * columnBytes,
          v = values + (lane << 2),
          own = load<u32>(lengths + (lane << 2));
        if (columnBytes == 2) csrNarrow16(c, v, own, xs, sums);
        else csrNarrow32(c, v, own, xs, sums);
        sums += 128;
      }
    } else {
      for (let lane: usize = 0; lane < 8; lane++) {
        const c = columns + lane * columnBytes,
          v = values + (lane << 2),
          own = load<u32>(lengths + (lane << 2));
        if (columnBytes == 2) csrWide16(c, v, own, xs, sums);
        else csrWide32(c, v, own, xs, sums);
        sums += 128;
      }
    }
    lengths += 32;
    columns += (<usize>steps * columnBytes) << 3;
    values += (<usize>steps) << 5;
  }
}

/** A tile of blocks, of eight samples. */
function blockTile(
  shift: u32,
  columnBytes: u32,
  lengths: usize,
  columns: usize,
  values: usize,
  units: u32,
  xs: usize,
  sums: usize,
): void {
  const lanes = lanesOf(shift);
  const next = lanes * columnBytes;
  for (let unit: u32 = 0; unit < units; unit += lanes) {
    const steps = load<u32>(lengths);
    for (let q: u32 = 0; q < 4; q++) {
      const lane: usize = shift == 4 ? 0 : q;
      const c = columns + lane * columnBytes,
        v = values + ((<usize>q) << 4),
        own = load<u32>(lengths + (lane << 2));
      if (columnBytes == 2) quad16(c, next, v, own, xs, sums);
      else quad32(c, next, v, own, xs, sums);
      sums += 128;
    }
    lengths += lanes << 2;
    columns += (<usize>steps) * next;
    values += (<usize>steps) << 6;
  }
}

/** A tile of blocks, of four samples. */
function slimBlockTile(
  shift: u32,
  columnBytes: u32,
  lengths: usize,
  columns: usize,
  values: usize,
  units: u32,
  xs: usize,
  sums: usize,
): void {
  const lanes = lanesOf(shift);
  for (let unit: u32 = 0; unit < units; unit += lanes) {
    const steps = load<u32>(lengths);
    for (let h: usize = 0; h < 2; h++) {
      const v = values + (h << 5);
      if (shift == 4) {
        if (columnBytes == 2) half16(columns, v, steps, xs, sums);
        else half32(columns, v, steps, xs, sums);
      } else {
        const c = columns + 2 * h * columnBytes,
          own = load<u32>(lengths + (h << 3));
        if (columnBytes == 2) pair16(c, v, own, xs, sums);
        else pair32(c, v, own, xs, sums);
      }
      sums += 128;
    }
    lengths += lanes << 2;
    columns += (<usize>steps) * lanes * columnBytes;
    values += (<usize>steps) << 6;
  }
}

/** A tile of all weights. */
function denseTile(width: u32, values: usize, inputs: u32, units: u32, xs: usize, sums: usize): void {
  for (let unit: u32 = 0; unit < units; unit++) {
    if (width == SLIM) {
      denseHalf(inputs, values, xs, sums);
      denseHalf(inputs, values + 32, xs, sums + 128);
      sums += 256;
    } else {
      for (let q: usize = 0; q < 4; q++) {
        denseQuad(inputs, values + (q << 4), xs, sums);
        sums += 128;
      }
    }
    values += (<usize>inputs) << 6;
  }
}

/** Adds to the sums of a tile. */
export function tileSums(w: Weights, width: u32, xs: usize, sums: usize): void {
  const units = unitsOf(w);
  if (w.columnBytes == 0) denseTile(width, w.values, w.inputs, units, xs, sums);
  else if (w.shift == 0) csrTile(w.columnBytes, width, w.lengths, w.columns, w.values, units, xs, sums);
  else if (width == SLIM) slimBlockTile(w.shift, w.columnBytes, w.lengths, w.columns, w.values, units, xs, sums);
  else blockTile(w.shift, w.columnBytes, w.lengths, w.columns, w.values, units, xs, sums);
}

/** `[samples, inputs]` to `[samples, rows]`, with scratch for a tile of both; as of `vector`. */
export function batch(
  w: Weights,
  x: usize,
  samples: u32,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): bool {
  const rows = w.rows,
    inputs = w.inputs;
  const finite = allFinite(x, inputs * samples);
  while (samples > 0) {
    const width = widthOf(w.shift, samples);
    const count = min(samples, width);
    if (width == 1) single(w, x, bias, low, high, out, scratch);
    else {
      const sums = scratch + ((<usize>inputs * width) << 2);
      turnIn(x, count, inputs, inputs << 2, width, scratch);
      startTile(w, width, bias, sums);
      tileSums(w, width, scratch, sums);
      turnOut(w, rows, width, count, low, high, sums, rows << 2, out);
    }
    x += (<usize>count * inputs) << 2;
    out += (<usize>count * rows) << 2;
    samples -= count;
  }
  return finite;
}
