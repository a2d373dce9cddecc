import { THREADS } from './tiles.js';

/** Copies words, a thread each: for buffers that commands may not copy from. */
export const COPY_CODE: string = `
struct Place { lead: u32, words: u32, unused: vec2<u32> }
@group(0) @binding(0) var<storage, read> words: array<u32>;
@group(0) @binding(1) var<storage, read_write> copies: array<u32>;
@group(0) @binding(2) var<uniform> place: Place;
@compute @workgroup_size(${THREADS}) fn copy(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let word = (workgroup.y * workgroups.x + workgroup.x) * ${THREADS}u + thread;
  if (word < place.words) { copies[word] = words[place.lead + word]; }
}`;
