/*
 * A step of a recurrent layer: the products of the state, which go on from the sums of the inputs, and what the gates make
 * of them. Lanes are samples, `[units, width]`, or, where there is one sample, its units.
 */
import { allFinite } from './finite';
import { gruGates, gruState, lstm, resetAfter, rnn } from './gates';
import { tileSums, vectorSums } from './products';
import { finish } from './sums';
import { carryOn, startTile } from './tiles';
import { GRU_AFTER, Layer, LSTM, placeOf, RNN, Weights } from './weights';

/** Where a step finds its numbers. */
@unmanaged
export class Room {
  /** Samples side by side. */
  width: u32;
  /** Bytes of the lanes of one number: a multiple of 16. */
  bytes: usize;
  /** How often there are so many: once for every unit, or once for all of them. */
  groups: u32;
  state: usize;
  cell: usize;
  /** The state after the reset gate. */
  reset: usize;
  /** Sums of the inputs: of a tile as they are packed, of one sample row by row. */
  given: usize;
  /** Sums of the state, and those of a candidate; as they are packed. */
  sums: usize;
  candidate: usize;
  /** The same of one sample, a gate behind the other at whole vectors. */
  lined: usize;
  /** Which lanes count, or 0. */
  counts: usize;
}

/** A product that goes on from the sums of the inputs, or starts from a bias where there is one. */
function multiply(layer: Layer, room: Room, w: Weights, from: usize, first: u32, bias: usize, sums: usize): void {
  const width = room.width;
  if (width == 1) {
    vectorSums(w, from, bias == 0 ? room.given + ((<usize>first) << 2) : bias, sums);
    return;
  }
  if (bias == 0) carryOn(layer.kernel, first, room.given, w, width, sums);
  else startTile(w, width, bias, sums);
  tileSums(w, width, from, sums);
}

/** The sums of one sample, a gate at a time. */
function line(layer: Layer, room: Room, w: Weights, sums: usize, lined: usize): void {
  const units = layer.units;
  for (let first: u32 = 0; first < w.rows; first += units) {
    finish(w, first, units, -Infinity, Infinity, sums, lined);
    lined += room.bytes;
  }
}

/** The lanes of a gate, of a unit or of all. */
@inline
function gateOf(layer: Layer, room: Room, gate: u32, unit: u32): usize {
  if (room.width == 1) return room.lined + gate * room.bytes;
  return room.sums + placeOf(layer.recurrent, gate * layer.units + unit) * room.bytes;
}

/** One step; `false` where a state that it multiplies by is not finite. */
export function step(layer: Layer, room: Room): bool {
  const bytes = room.bytes,
    cell = layer.cell;
  if (!allFinite(room.state, layer.units * room.width)) return false;
  multiply(layer, room, layer.recurrent, room.state, 0, 0, room.sums);
  if (room.width == 1) line(layer, room, layer.recurrent, room.sums, room.lined);
  if (cell != RNN && cell != LSTM) return stepGru(layer, room);
  for (let unit: u32 = 0; unit < room.groups; unit++) {
    const at = unit * bytes;
    const z = gateOf(layer, room, 0, unit);
    if (cell == RNN) rnn(layer, z, room.state + at, room.counts, bytes);
    else {
      lstm(
        layer,
        z,
        gateOf(layer, room, 1, unit),
        gateOf(layer, room, 2, unit),
        gateOf(layer, room, 3, unit),
        room.cell + at,
        room.state + at,
        room.counts,
        bytes,
      );
    }
  }
  return true;
}

function stepGru(layer: Layer, room: Room): bool {
  const bytes = room.bytes,
    units = layer.units,
    groups = room.groups,
    isAfter = layer.cell == GRU_AFTER,
    isSingle = room.width == 1;
  for (let unit: u32 = 0; unit < groups; unit++) {
    const at = unit * bytes;
    gruGates(layer, gateOf(layer, room, 0, unit), gateOf(layer, room, 1, unit), room.state + at, room.reset + at, bytes);
  }
  const from = isAfter ? room.state : room.reset;
  if (!allFinite(from, units * room.width)) return false;
  multiply(layer, room, layer.candidate, from, 2 * units, isAfter ? layer.candidateBias : 0, room.candidate);
  const lined = room.lined + 2 * bytes;
  if (isSingle) line(layer, room, layer.candidate, room.candidate, lined);
  for (let unit: u32 = 0; unit < groups; unit++) {
    const sum = isSingle ? lined : room.candidate + placeOf(layer.candidate, unit) * bytes;
    if (isAfter) {
      const row = 2 * units + unit;
      const given = room.given + (isSingle ? (<usize>row) << 2 : placeOf(layer.kernel, row) * bytes);
      resetAfter(sum, given, gateOf(layer, room, 1, unit), bytes);
    }
    gruState(layer, gateOf(layer, room, 0, unit), sum, room.state + unit * bytes, room.counts, bytes);
  }
  return true;
}
