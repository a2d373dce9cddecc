/*
 * Whole products of packed weights, by how many rows a unit has (`1 << shift`: 1, 4 or 16) and how many bytes a column. Where
 * that is 0, all weights are there.
 */
import {
  blockVector16_16,
  blockVector16_32,
  blockVector4_16,
  blockVector4_32,
  csrNarrow16,
  csrNarrow32,
  csrVector16,
  csrVector32,
  csrWide16,
  csrWide32,
  denseQuad,
  denseVector,
  quad16,
  quad32,
} from './loops';
import { allFinite } from './finite';
import { finish, start } from './sums';
import { NARROW, startTile, turnIn, turnOut, WIDE } from './tiles';

/** Units that go side by side. */
@inline
function lanesOf(shift: u32): u32 {
  return shift == 0 ? 8 : shift == 2 ? 4 : 1;
}

/** The units there are, filled up to whole slices. */
@inline
function unitsOf(shift: u32, rows: u32): u32 {
  const units: u32 = (rows + (1 << shift) - 1) >> shift;
  const lanes = lanesOf(shift);
  return (units + lanes - 1) & ~(lanes - 1);
}

/**
 * One sample: the products of `rows` rows with `x`, from the bias at `bias` where that is not 0.
 *
 * @returns whether all inputs are finite; what is not kept counts for nothing here also where they are not
 */
export function vector(
  shift: u32,
  columnBytes: u32,
  places: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  inputs: u32,
  x: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): bool {
  const units = unitsOf(shift, rows);
  const slices = units / lanesOf(shift);
  start(places, shift, rows, units, bias, scratch);
  if (columnBytes == 0) denseVector(inputs, values, slices, x, scratch);
  else if (shift == 0) {
    if (columnBytes == 2) csrVector16(lengths, columns, values, slices, x, scratch);
    else csrVector32(lengths, columns, values, slices, x, scratch);
  } else if (shift == 2) {
    if (columnBytes == 2) blockVector4_16(lengths, columns, values, slices, x, scratch);
    else blockVector4_32(lengths, columns, values, slices, x, scratch);
  } else if (columnBytes == 2) blockVector16_16(lengths, columns, values, slices, x, scratch);
  else blockVector16_32(lengths, columns, values, slices, x, scratch);
  finish(places, shift, rows, low, high, scratch, out);
  return allFinite(x, inputs);
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
    if (width == NARROW) {
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

/** A tile of all weights, of eight samples. */
function denseTile(values: usize, inputs: u32, units: u32, xs: usize, sums: usize): void {
  for (let unit: u32 = 0; unit < units; unit++) {
    for (let q: usize = 0; q < 4; q++) {
      denseQuad(inputs, values + (q << 4), xs, sums);
      sums += 128;
    }
    values += (<usize>inputs) << 6;
  }
}

/** `[samples, inputs]` to `[samples, rows]`, with scratch for a tile of both; as of `vector`. */
export function batch(
  shift: u32,
  columnBytes: u32,
  places: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  inputs: u32,
  x: usize,
  samples: u32,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): bool {
  const units = unitsOf(shift, rows);
  const finite = allFinite(x, inputs * samples);
  while (samples > 0) {
    const width = shift == 0 && samples >= WIDE ? WIDE : NARROW;
    const count = min(samples, width);
    const sums = scratch + ((<usize>inputs * width) << 2);
    turnIn(x, count, inputs, width, scratch);
    startTile(places, shift, rows, units, width, bias, sums);
    if (columnBytes == 0) denseTile(values, inputs, units, scratch, sums);
    else if (shift == 0) csrTile(columnBytes, width, lengths, columns, values, units, scratch, sums);
    else blockTile(shift, columnBytes, lengths, columns, values, units, scratch, sums);
    turnOut(places, shift, rows, width, count, low, high, sums, out);
    x += (<usize>count * inputs) << 2;
    out += (<usize>count * rows) << 2;
    samples -= count;
  }
  return finite;
}
