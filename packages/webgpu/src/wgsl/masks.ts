import { THREADS } from './tiles.js';

/*
 * Kernels over masks alone. A bit is 1 when its element is dropped, and the bits after the last element are 0.
 */

/** Changes a mask, a thread a word, by the words of another. */
export const COMBINE_CODE: string = `
struct Place { first_word: u32, elements: u32, keep_either: u32, unused: u32 }
@group(0) @binding(0) var<storage, read_write> masks: array<u32>;
@group(0) @binding(1) var<storage, read> words: array<u32>;
@group(0) @binding(2) var<uniform> place: Place;
@compute @workgroup_size(${THREADS}) fn combine(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let word = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u + thread;
  if (word * 32u >= place.elements) { return; }
  let own = masks[place.first_word + word];
  let other = words[word];
  let used = min(32u, place.elements - word * 32u);
  let kept_by_other = ~other & (0xffffffffu >> (32u - used));
  masks[place.first_word + word] = select(own | kept_by_other, own & other, place.keep_either == 1u);
}`;

/** Writes floats, a thread an element: 0 where the mask drops, and 1 elsewhere if `overwrite`. */
export const EXPAND_CODE: string = `
struct Place { first_word: u32, elements: u32, overwrite: u32, lead: u32 }
@group(0) @binding(0) var<storage, read> masks: array<u32>;
@group(0) @binding(1) var<storage, read_write> floats: array<f32>;
@group(0) @binding(2) var<uniform> place: Place;
@compute @workgroup_size(${THREADS}) fn expand(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let element = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u + thread;
  if (element >= place.elements) { return; }
  let dropped = ((masks[place.first_word + (element >> 5u)] >> (element & 31u)) & 1u) == 1u;
  if (dropped) { floats[place.lead + element] = 0.0; }
  else if (place.overwrite == 1u) { floats[place.lead + element] = 1.0; }
}`;
