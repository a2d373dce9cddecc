/*
 * Whole sequences of a recurrent layer: so many samples side by side, step by step, from `[count, steps, inputs]`. All that
 * a step needs stays as its products leave it.
 */
import { allFinite } from './finite';
import { batch, tileSums, vector } from './products';
import { Room, step } from './steps';
import { startTile, turnIn, turnOut } from './tiles';
import { Layer, LSTM, sumsOf, Weights } from './weights';

/** Sums of inputs that are made at once of one sample: what a cache holds. */
const MOST: u32 = 1 << 19;
const HEADER: usize = 64;
const NONE: Weights = changetype<Weights>(0);

@inline
function stepsAtOnce(layer: Layer, steps: u32): u32 {
  return min(steps, max(1, MOST / layer.kernel.rows));
}

/** Lanes of a number. */
@inline
function lanesOf(layer: Layer, width: u32): u32 {
  return width == 1 ? (layer.units + 3) & ~3 : width;
}

/** Bytes that `sequence` needs to work in. */
export function sequenceBytes(layer: Layer, width: u32, steps: u32): usize {
  const kernel = layer.kernel,
    lanes = lanesOf(layer, width);
  const sums: usize = sumsOf(layer.recurrent) + sumsOf(layer.candidate);
  if (width == 1) {
    const products = (stepsAtOnce(layer, steps) * kernel.rows + 3) & ~3;
    return HEADER + ((sums + 7 * lanes + products + 32 * (kernel.inputs + sumsOf(kernel))) << 2);
  }
  return HEADER + (((<usize>kernel.inputs + 3 * layer.units + sumsOf(kernel) + sums + steps) * width) << 2);
}

/** The state to begin with, or zeros where there is none. */
function begin(from: usize, count: u32, units: u32, width: u32, to: usize): void {
  if (from != 0) turnIn(from, count, units, units << 2, width, to);
  else memory.fill(to, 0, ((<usize>units) * width) << 2);
}

function end(from: usize, count: u32, units: u32, width: u32, stride: usize, to: usize): void {
  turnOut(NONE, units, width, count, -Infinity, Infinity, from, stride, to);
}

/**
 * Runs a sequence of `count` samples, of which `width` go side by side: 1, 4, 8 or, where no weights are blocks, 32. States
 * are `[count, units]`, read and written, or 0; so is `mask`, `[count, steps]`. All states go to `out`,
 * `[count, steps, units]`, or the last, `[count, units]`.
 *
 * @returns whether all inputs and states are finite. Where not, what was written to `out` is to be made anew, and states stay
 *   as they were
 */
export function sequence(
  layer: Layer,
  width: u32,
  count: u32,
  steps: u32,
  x: usize,
  mask: usize,
  state: usize,
  cell: usize,
  out: usize,
  sequences: bool,
  backwards: bool,
  scratch: usize,
): bool {
  const units = layer.units,
    kernel = layer.kernel,
    lanes = lanesOf(layer, width);
  if (!allFinite(x, count * steps * kernel.inputs)) return false;

  const room = changetype<Room>(scratch);
  const all: usize = (<usize>units * (width == 1 ? 1 : width) + 3) & ~3;
  room.width = width;
  room.bytes = lanes << 2;
  room.groups = width == 1 ? 1 : units;
  room.state = scratch + HEADER;
  room.cell = room.state + (all << 2);
  room.reset = room.cell + (all << 2);
  room.sums = room.reset + (all << 2);
  room.candidate = room.sums + (((<usize>sumsOf(layer.recurrent)) * width) << 2);
  const next = room.candidate + (((<usize>sumsOf(layer.candidate)) * width) << 2);
  room.counts = 0;
  begin(state, count, units, width, room.state);
  begin(layer.cell == LSTM ? cell : 0, count, units, width, room.cell);

  const each: usize = (<usize>units) << 2;
  const stride = sequences ? each * steps : each;
  if (width == 1) {
    room.lined = next;
    if (!runOne(layer, room, steps, x, mask, sequences ? out : 0, backwards, next + (lanes << 4))) return false;
  } else {
    const xs = next + (((<usize>steps) * width) << 2);
    room.given = xs + (((<usize>kernel.inputs) * width) << 2);
    if (mask != 0) turnIn(mask, count, steps, steps << 2, width, next);
    for (let turn: u32 = 0; turn < steps; turn++) {
      const at: usize = backwards ? steps - 1 - turn : turn;
      turnIn(x + ((at * kernel.inputs) << 2), count, kernel.inputs, (steps * kernel.inputs) << 2, width, xs);
      startTile(kernel, width, layer.bias, room.given);
      tileSums(kernel, width, xs, room.given);
      if (mask != 0) room.counts = next + ((at * width) << 2);
      if (!step(layer, room) || (mask != 0 && !allFinite(room.cell, units * width))) return false;
      if (sequences) end(room.state, count, units, width, stride, out + turn * each);
    }
  }
  if (!sequences) end(room.state, count, units, width, each, out);
  if (state != 0) end(room.state, count, units, width, each, state);
  if (layer.cell == LSTM && cell != 0) end(room.cell, count, units, width, each, cell);
  return true;
}

/** One sample: the products of its inputs are made for many steps at once. */
function runOne(
  layer: Layer,
  room: Room,
  steps: u32,
  x: usize,
  mask: usize,
  out: usize,
  backwards: bool,
  products: usize,
): bool {
  const kernel = layer.kernel,
    units = layer.units,
    most = stepsAtOnce(layer, steps);
  const scratch = products + ((((<usize>most) * kernel.rows + 3) & ~3) << 2);
  for (let done: u32 = 0; done < steps; ) {
    const some = min(most, steps - done);
    const first = backwards ? steps - done - some : done;
    const from = x + (((<usize>first) * kernel.inputs) << 2);
    if (some == 1) vector(kernel, from, layer.bias, -Infinity, Infinity, products, scratch);
    else batch(kernel, from, some, layer.bias, -Infinity, Infinity, products, scratch);
    for (let i: u32 = 0; i < some; i++) {
      const turn = backwards ? some - 1 - i : i;
      room.given = products + (((<usize>turn) * kernel.rows) << 2);
      const isCounted = mask == 0 || load<f32>(mask + ((<usize>(first + turn)) << 2)) != 0;
      if (isCounted && !step(layer, room)) return false;
      if (out == 0) continue;
      memory.copy(out, room.state, (<usize>units) << 2);
      out += (<usize>units) << 2;
    }
    done += some;
  }
  return true;
}
