import { RUNNING_SUM } from './sums.js';
import { THREADS } from './tiles.js';

/** Words that one workgroup of the mask count takes. */
export const COUNT_WORDS = 4096;

/** Counts the dropped elements of masks. A chunk is `[first word, words, which count]`; one workgroup each. */
export const COUNT_DROPPED_CODE: string = `
@group(0) @binding(0) var<storage, read> masks: array<u32>;
@group(0) @binding(1) var<storage, read> chunks: array<u32>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;
var<workgroup> total: atomic<u32>;
@compute @workgroup_size(${THREADS}) fn count_dropped(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let chunk = 3u * (workgroup.y * workgroups.x + workgroup.x);
  if (chunk >= arrayLength(&chunks)) { return; }
  var own = 0u;
  for (var word = thread; word < chunks[chunk + 1u]; word += ${THREADS}u) {
    own += countOneBits(masks[chunks[chunk] + word]);
  }
  if (own > 0u) { atomicAdd(&total, own); }
  workgroupBarrier();
  if (thread == 0u) { atomicAdd(&counts[chunks[chunk + 2u]], atomicLoad(&total)); }
}`;

/** Turns the tie counts of all tiles into sums of those before; one entry more than tiles. One workgroup. */
export const SCAN_TIES_CODE: string = `
@group(0) @binding(0) var<storage, read_write> ties: array<u32>;
${RUNNING_SUM}
@compute @workgroup_size(${THREADS}) fn scan_ties(@builtin(local_invocation_index) thread: u32) {
  let length = arrayLength(&ties);
  let share = (length + ${THREADS - 1}u) / ${THREADS}u;
  let first = min(length, thread * share);
  let last = min(length, first + share);
  var own = 0u;
  for (var i = first; i < last; i += 1u) { own += ties[i]; }
  var before = sum_upto(thread, own) - own;
  for (var i = first; i < last; i += 1u) {
    let here = ties[i];
    ties[i] = before;
    before += here;
  }
}`;
