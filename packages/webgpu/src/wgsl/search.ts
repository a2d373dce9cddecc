import { addToSum, sumDeclarations, sumHeader } from './sums.js';
import { type KernelShape, THREADS, TILE_ENTRY, TILE_INPUTS, tiles } from './tiles.js';

/*
 * The passes of a search over weights. `sample` draws kept elements into a list; `collect` counts what ranks
 * below the bracket and at its ends, and lists what lies strictly between; `countBelow` counts below up to four
 * magnitudes, per item.
 */

/** Words of the search's state. Counters come first; what the search found stands where radix passes leave it. */
export const STATE = {
  listed: 0,
  below: 1,
  atLow: 2,
  atHigh: 3,
  /** Ends of the bracket, as signed integers: −1 lies below every rank. */
  low: 4,
  high: 5,
  status: 6,
  found: 7,
  ties: 8,
  /** Prefix and remaining rank of the two searches that a radix pass serves. */
  prefix: 10,
  remaining: 12,
  /** Elements in the list, as far as there is room. */
  length: 14,
  words: 16,
} as const;

const STATE_AND_LIST = [
  'var<storage, read_write> state: array<atomic<u32>>;',
  'var<storage, read_write> list: array<u32>;',
];

const SEARCH = { weights: 'read', masks: 'read', own: STATE_AND_LIST } as const;

/** Draws `samples` elements of each slot, evenly spread and shaken, and lists those that are kept. */
export function sampleKernel(slots: number): { shape: KernelShape; code: string } {
  const shape: KernelShape = { ...SEARCH, slots };
  const code = `${tiles(shape)}
@compute @workgroup_size(${THREADS}) fn sample(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  // Here a tile is a workgroup's share of the samples.
  let tile = tile_of(workgroup, workgroups);
  if (tile >= params.tiles) { return; }
  let slot = slot_of(tile);
  let sample = (tile - params.slots[slot].first_tile) * ${THREADS}u + thread;
  let samples = params.slots[slot].samples;
  if (sample >= samples) { return; }
  let elements = params.slots[slot].elements;
  // Every sample has a stretch of its own, and any element of it may be drawn. In integers: floats of 32 bits
  // would miss odd elements beyond 2²⁴.
  let each = elements / samples;
  let longer = elements % samples;
  let stretch = sample * each + min(sample, longer);
  let length = each + select(0u, 1u, sample < longer);
  let shake = mix(mix(params.salt + slot + params.slots[slot].first_element) ^ sample);
  let element = stretch + shake % length;
  if (is_dropped(slot, element)) { return; }
  let at = atomicAdd(&state[${STATE.listed}], 1u);
  if (at < arrayLength(&list)) { list[at] = rank_of(slot, element); }
}`;
  return { shape, code };
}

/** One pass over all weights: counts below and at the ends of the bracket, lists what is inside. */
export function collectKernel(slots: number, subgroups: boolean): { shape: KernelShape; code: string } {
  const shape: KernelShape = { ...SEARCH, slots };
  const code = `${sumHeader(subgroups)}${tiles(shape)}
${sumDeclarations(3)}
var<workgroup> listed_here: atomic<u32>;
var<workgroup> list_start: u32;
@compute @workgroup_size(${THREADS}) fn collect(${TILE_INPUTS}) {
  ${TILE_ENTRY}
  let low = bitcast<i32>(atomicLoad(&state[${STATE.low}]));
  let high = bitcast<i32>(atomicLoad(&state[${STATE.high}]));
  var below = 0u;
  var at_low = 0u;
  var at_high = 0u;
  var inside = 0u;
  for (var step = 0u; step < steps; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count && !is_dropped(slot, first + element)) {
      let rank = i32(rank_of(slot, first + element));
      if (rank < low) { below += 1u; }
      else if (rank == low) { at_low += 1u; }
      else if (rank < high) { inside |= 1u << step; }
      else if (rank == high) { at_high += 1u; }
    }
  }
  ${addToSum(0, 'below', subgroups)}
  ${addToSum(1, 'at_low', subgroups)}
  ${addToSum(2, 'at_high', subgroups)}
  // Where a thread's elements go: their order does not matter.
  var offset = 0u;
  if (inside != 0u) { offset = atomicAdd(&listed_here, countOneBits(inside)); }
  workgroupBarrier();
  if (thread == 0u) {
    list_start = atomicAdd(&state[${STATE.listed}], atomicLoad(&listed_here));
    atomicAdd(&state[${STATE.below}], atomicLoad(&sum_total[0]));
    atomicAdd(&state[${STATE.atLow}], atomicLoad(&sum_total[1]));
    atomicAdd(&state[${STATE.atHigh}], atomicLoad(&sum_total[2]));
  }
  workgroupBarrier();
  var at = list_start + offset;
  while (inside != 0u) {
    let step = firstTrailingBit(inside);
    inside &= inside - 1u;
    if (at < arrayLength(&list)) { list[at] = rank_of(slot, first + step * ${THREADS}u + thread); }
    at += 1u;
  }
}`;
  return { shape, code };
}

/** Counts kept elements below each of four magnitudes: `counts[4 · item + i]`. */
export function countBelowKernel(slots: number, subgroups: boolean): { shape: KernelShape; code: string } {
  const shape: KernelShape = {
    slots,
    weights: 'read',
    masks: 'read',
    own: ['var<storage, read_write> counts: array<atomic<u32>>;'],
  };
  const code = `${sumHeader(subgroups)}${tiles(shape)}
${sumDeclarations(4)}
@compute @workgroup_size(${THREADS}) fn count_below(${TILE_INPUTS}) {
  ${TILE_ENTRY}
  var below = vec4<u32>(0u);
  for (var step = 0u; step < steps; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count && !is_dropped(slot, first + element)) {
      below += select(vec4<u32>(0u), vec4<u32>(1u), vec4<u32>(rank_of(slot, first + element)) < params.magnitudes);
    }
  }
  ${addToSum(0, 'below.x', subgroups)}
  ${addToSum(1, 'below.y', subgroups)}
  ${addToSum(2, 'below.z', subgroups)}
  ${addToSum(3, 'below.w', subgroups)}
  workgroupBarrier();
  if (thread < 4u) {
    atomicAdd(&counts[4u * params.slots[slot].item + thread], atomicLoad(&sum_total[thread]));
  }
}`;
  return { shape, code };
}
