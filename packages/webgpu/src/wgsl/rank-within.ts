import { RANDOM_RANK, THREADS, TILE_INPUTS } from './tiles.js';

/**
 * Finds the kept elements that their group can spare, a thread each: those that at least `keep` of their group outrank.
 * Writes the words of a mask that keeps these and drops all others.
 */
export const RANK_WITHIN_CODE: string = `
struct Place { elements: u32, lead: u32, mask_word: u32, random: u32, seed: u32, keep: u32, size: u32, length: u32, stride: u32 }
@group(0) @binding(0) var<storage, read> weight: array<u32>;
@group(0) @binding(1) var<storage, read> masks: array<u32>;
@group(0) @binding(2) var<storage, read> place: Place;
@group(0) @binding(3) var<storage, read_write> dropped: array<u32>;
${RANDOM_RANK}
fn rank_of(element: u32) -> u32 {
  if (place.random == 1u) { return random_rank(place.seed, element); }
  return weight[place.lead + element] & 0x7fffffffu;
}
fn is_dropped(element: u32) -> bool {
  return ((masks[place.mask_word + (element >> 5u)] >> (element & 31u)) & 1u) == 1u;
}
fn is_spared(element: u32) -> bool {
  if (is_dropped(element)) { return false; }
  let own = rank_of(element);
  let at = (element / place.stride) % place.length;
  let first = at - at % place.size;
  let count = min(place.size, place.length - first);
  let start = element - (at - first) * place.stride;
  var higher = 0u;
  for (var i = 0u; i < count && higher < place.keep; i += 1u) {
    let other = start + i * place.stride;
    if (other == element || is_dropped(other)) { continue; }
    let rank = rank_of(other);
    // Of equals the one of the higher index ranks higher.
    if (rank > own || (rank == own && other > element)) { higher += 1u; }
  }
  return higher >= place.keep;
}
var<workgroup> words: array<atomic<u32>, ${THREADS / 32}>;
@compute @workgroup_size(${THREADS}) fn rank_within(${TILE_INPUTS}) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u;
  let element = first + thread;
  if (element < place.elements && !is_spared(element)) {
    atomicOr(&words[thread >> 5u], 1u << (thread & 31u));
  }
  workgroupBarrier();
  if (thread < ${THREADS / 32}u && first + thread * 32u < place.elements) {
    dropped[(first >> 5u) + thread] = atomicLoad(&words[thread]);
  }
}`;
