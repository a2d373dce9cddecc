/*
 * What recurrent cells make of their sums. Every argument that is an address has so many lanes behind it, `bytes` of them,
 * whole vectors; sums are written over. New numbers stand where the old ones did, but in lanes whose step does not count:
 * those whose number at `counts` is 0, where that is not 0 itself.
 */
import { activateVectors } from './activations';
import { Layer } from './weights';

@inline
function settle(to: usize, next: v128, counts: usize): void {
  if (counts == 0) v128.store(to, next);
  else v128.store(to, v128.bitselect(next, v128.load(to), f32x4.ne(v128.load(counts), f32x4.splat(0))));
}

/** Where the mask of some lanes is. */
@inline
function countsAt(counts: usize, at: usize): usize {
  return counts == 0 ? 0 : counts + at;
}

/** h' = f(sum) */
export function rnn(layer: Layer, sum: usize, state: usize, counts: usize, bytes: usize): void {
  activateVectors(layer.activation, sum, sum + bytes);
  for (let at: usize = 0; at < bytes; at += 16) settle(state + at, v128.load(sum + at), countsAt(counts, at));
}

/** c' = f · c + i · g, and h' = o · tanh(c'). */
export function lstm(
  layer: Layer,
  i: usize,
  f: usize,
  g: usize,
  o: usize,
  cell: usize,
  state: usize,
  counts: usize,
  bytes: usize,
): void {
  const activation = layer.activation,
    gate = layer.gateActivation;
  activateVectors(gate, i, i + bytes);
  activateVectors(gate, f, f + bytes);
  activateVectors(activation, g, g + bytes);
  activateVectors(gate, o, o + bytes);
  for (let at: usize = 0; at < bytes; at += 16) {
    const kept = f32x4.mul(v128.load(f + at), v128.load(cell + at));
    const next = f32x4.add(kept, f32x4.mul(v128.load(i + at), v128.load(g + at)));
    settle(cell + at, next, countsAt(counts, at));
    v128.store(g + at, next);
  }
  activateVectors(activation, g, g + bytes);
  for (let at: usize = 0; at < bytes; at += 16) {
    settle(state + at, f32x4.mul(v128.load(o + at), v128.load(g + at)), countsAt(counts, at));
  }
}

/** The gates z and r, and at `reset` r · h. */
export function gruGates(layer: Layer, z: usize, r: usize, state: usize, reset: usize, bytes: usize): void {
  const gate = layer.gateActivation;
  activateVectors(gate, z, z + bytes);
  activateVectors(gate, r, r + bytes);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(reset + at, f32x4.mul(v128.load(r + at), v128.load(state + at)));
  }
}

/** Of a candidate that is reset after its sum: that of the inputs + r · that of the state. */
export function resetAfter(sum: usize, given: usize, r: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(sum + at, f32x4.add(v128.load(given + at), f32x4.mul(v128.load(r + at), v128.load(sum + at))));
  }
}

/** h' = z · h + (1 − z) · f(candidate) */
export function gruState(
  layer: Layer,
  z: usize,
  candidate: usize,
  state: usize,
  counts: usize,
  bytes: usize,
): void {
  activateVectors(layer.activation, candidate, candidate + bytes);
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < bytes; at += 16) {
    const gate = v128.load(z + at);
    const kept = f32x4.mul(gate, v128.load(state + at));
    const drawn = f32x4.mul(f32x4.sub(one, gate), v128.load(candidate + at));
    settle(state + at, f32x4.add(kept, drawn), countsAt(counts, at));
  }
}
