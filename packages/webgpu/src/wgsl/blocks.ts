import type { Pooling } from '@synaprune/core';
import { exactSum, SUM_OF_WORKGROUP } from './exact-sums.js';
import { RANDOM_RANK, THREADS, TILE_INPUTS } from './tiles.js';

/*
 * Blocks of a weight. Where they are is told in `place`: a header, and for each axis, the last first, its length,
 * the edge of a block, the blocks along it and the stride.
 */

/** Axes that there is room for. */
export const MOST_BLOCK_AXES = 8;

/** Words in front of the axes. */
export const PLACE_WORDS = 8;

const PLACE = `
fn axes() -> u32 { return place[0]; }
fn units() -> u32 { return place[1]; }
fn elements() -> u32 { return place[2]; }
fn length_of(axis: u32) -> u32 { return place[${PLACE_WORDS}u + 4u * axis]; }
fn edge_of(axis: u32) -> u32 { return place[${PLACE_WORDS + 1}u + 4u * axis]; }
fn blocks_of(axis: u32) -> u32 { return place[${PLACE_WORDS + 2}u + 4u * axis]; }
fn stride_of(axis: u32) -> u32 { return place[${PLACE_WORDS + 3}u + 4u * axis]; }`;

/** What walks the elements of a block. */
export type Walker = 'thread' | 'workgroup';

/** Makes a score of each block, and tells which have no element left. A thread or a workgroup takes a block. */
export function poolCode(pooling: Pooling, walker: Walker): string {
  const together = walker === 'workgroup';
  const sums = pooling === 'max' ? '' : exactSum(pooling);
  const gather = together
    ? `
  atomicMax(&largest_of_all, largest);
  atomicOr(&kept_of_all, kept);
  ${sums && 'add_up(thread);'}
  workgroupBarrier();
  if (thread > 0u) { return; }
  largest = atomicLoad(&largest_of_all);
  kept = atomicLoad(&kept_of_all);`
    : '';
  return `
@group(0) @binding(0) var<storage, read> weight: array<u32>;
@group(0) @binding(1) var<storage, read> masks: array<u32>;
@group(0) @binding(2) var<storage, read> place: array<u32>;
@group(0) @binding(3) var<storage, read_write> scores: array<u32>;
@group(0) @binding(4) var<storage, read_write> dropped: array<atomic<u32>>;
${PLACE}
${RANDOM_RANK}
fn rank_of(element: u32) -> u32 {
  if (place[5] == 1u) { return random_rank(place[6], element); }
  return weight[place[3] + element] & 0x7fffffffu;
}
fn is_dropped(element: u32) -> bool {
  return ((masks[place[4] + (element >> 5u)] >> (element & 31u)) & 1u) == 1u;
}
${sums}
${
  together
    ? `${sums && SUM_OF_WORKGROUP}
var<workgroup> largest_of_all: atomic<u32>;
var<workgroup> kept_of_all: atomic<u32>;`
    : ''
}
@compute @workgroup_size(${THREADS}) fn pool(${TILE_INPUTS}) {
  let group = workgroup.y * workgroups.x + workgroup.x;
  let unit = ${together ? 'group' : `group * ${THREADS}u + thread`};
  if (unit >= units()) { return; }
  // Where the block begins, and how far it goes along each axis.
  var start = 0u;
  var count = 1u;
  var extents: array<u32, ${MOST_BLOCK_AXES}>;
  var rest = unit;
  for (var axis = 0u; axis < axes(); axis += 1u) {
    let at = (rest % blocks_of(axis)) * edge_of(axis);
    rest /= blocks_of(axis);
    extents[axis] = min(edge_of(axis), length_of(axis) - at);
    start += at * stride_of(axis);
    count *= extents[axis];
  }
  var largest = 0u;
  var kept = 0u;
  for (var i = ${together ? 'thread' : '0u'}; i < count; i += ${together ? THREADS : 1}u) {
    var element = start;
    rest = i;
    for (var axis = 0u; axis < axes(); axis += 1u) {
      element += (rest % extents[axis]) * stride_of(axis);
      rest /= extents[axis];
    }
    let rank = rank_of(element);
    largest = max(largest, rank);
    if (!is_dropped(element)) { kept = 1u; }
    ${sums && 'add(rank);'}
  }
  ${gather}
  if (kept == 0u) { atomicOr(&dropped[unit >> 5u], 1u << (unit & 31u)); }
  // A NaN makes the quiet NaN, an infinity infinity.
  var score = largest;
  if (largest > 0x7f800000u) { score = 0x7fc00000u; }
  ${sums && 'else if (largest > 0u && largest < 0x7f800000u) { score = finish(count); }'}
  scores[unit] = score;
}`;
}

/** Drops the elements whose block is dropped, a thread a word of the mask. */
export const SPREAD_CODE: string = `
@group(0) @binding(0) var<storage, read_write> masks: array<u32>;
@group(0) @binding(1) var<storage, read> dropped: array<u32>;
@group(0) @binding(2) var<storage, read> place: array<u32>;
${PLACE}
fn unit_of(element: u32) -> u32 {
  var rest = element;
  var unit = 0u;
  var step = 1u;
  for (var axis = 0u; axis < axes(); axis += 1u) {
    unit += ((rest % length_of(axis)) / edge_of(axis)) * step;
    rest /= length_of(axis);
    step *= blocks_of(axis);
  }
  return unit;
}
@compute @workgroup_size(${THREADS}) fn spread(${TILE_INPUTS}) {
  let word = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u + thread;
  let first = word * 32u;
  if (first >= elements()) { return; }
  var drops = 0u;
  for (var bit = 0u; bit < min(32u, elements() - first); bit += 1u) {
    let unit = unit_of(first + bit);
    drops |= ((dropped[unit >> 5u] >> (unit & 31u)) & 1u) << bit;
  }
  if (drops != 0u) { masks[place[4] + word] |= drops; }
}`;
