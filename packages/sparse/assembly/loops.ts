/*
 * The inner loops, one for each size of column: functions of their own, with no more in them than fits the registers of a
 * machine. They are exported so that they stay so: what is called from one place only would be put there.
 */
import * as blocks from './blocks';
import * as csr from './csr';

export function csrVector16(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  csr.vector<u16>(lengths, columns, values, slices, x, sums);
}

export function blockVector4_16(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  blocks.vector4<u16>(lengths, columns, values, slices, x, sums);
}

export function blockVector16_16(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  blocks.vector16<u16>(lengths, columns, values, slices, x, sums);
}

export function csrSlim16(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.slim<u16>(columns, values, steps, xs, sums);
}

export function csrNarrow16(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.narrow<u16>(columns, values, steps, xs, sums);
}

export function csrWide16(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.wide<u16>(columns, values, steps, xs, sums);
}

export function quad16(
  columns: usize,
  next: usize,
  values: usize,
  steps: u32,
  xs: usize,
  sums: usize,
): void {
  blocks.quad<u16>(columns, next, values, steps, xs, sums);
}

export function pair16(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  blocks.pair<u16>(columns, values, steps, xs, sums);
}

export function half16(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  blocks.half<u16>(columns, values, steps, xs, sums);
}

export function csrVector32(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  csr.vector<u32>(lengths, columns, values, slices, x, sums);
}

export function blockVector4_32(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  blocks.vector4<u32>(lengths, columns, values, slices, x, sums);
}

export function blockVector16_32(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  blocks.vector16<u32>(lengths, columns, values, slices, x, sums);
}

export function csrSlim32(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.slim<u32>(columns, values, steps, xs, sums);
}

export function csrNarrow32(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.narrow<u32>(columns, values, steps, xs, sums);
}

export function csrWide32(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  csr.wide<u32>(columns, values, steps, xs, sums);
}

export function quad32(
  columns: usize,
  next: usize,
  values: usize,
  steps: u32,
  xs: usize,
  sums: usize,
): void {
  blocks.quad<u32>(columns, next, values, steps, xs, sums);
}

export function pair32(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  blocks.pair<u32>(columns, values, steps, xs, sums);
}

export function half32(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  blocks.half<u32>(columns, values, steps, xs, sums);
}

/** One sample and all weights. */
export function denseVector(columns: u32, values: usize, slices: u32, x: usize, sums: usize): void {
  for (let slice: u32 = 0; slice < slices; slice++) {
    blocks.slice16<blocks.All>(0, values, columns, x, sums);
    values += (<usize>columns) << 6;
    sums += 64;
  }
}

/** Four rows on eight samples and all weights. */
export function denseQuad(columns: u32, values: usize, xs: usize, sums: usize): void {
  blocks.quad<blocks.All>(0, 0, values, columns, xs, sums);
}

/** Eight rows on four samples and all weights. */
export function denseHalf(columns: u32, values: usize, xs: usize, sums: usize): void {
  blocks.half<blocks.All>(0, values, columns, xs, sums);
}
