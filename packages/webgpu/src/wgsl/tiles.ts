/*
 * What every kernel over weights shares. Elements are walked in tiles: a workgroup of 256 threads takes 8192
 * neighbours in 32 steps, thread `t` the element `256 · step + t`, so that neighbours read neighbours. A tile
 * begins at a multiple of 32 elements, and its mask bits fill words of their own.
 *
 * A dispatch serves several weights, its slots. All arithmetic is on bit patterns, as integers, so no device
 * flushes a subnormal or loses the payload of a NaN.
 */

/** Threads of a workgroup. */
export const THREADS = 256;
/** Elements that a workgroup takes. */
export const TILE = 8192;
/** Magnitudes that one dispatch compares with. */
export const MAGNITUDES = 4;

/** Uint32 values in front of the slots, and in each slot, of the parameters of a dispatch. */
export const HEADER_WORDS = 8;
export const SLOT_WORDS = 12;

/** How a kernel binds what it works on. */
export interface KernelShape {
  /** Weights (or scores) served by one dispatch. */
  readonly slots: number;
  /** Whether it writes to them. */
  readonly weights: 'read' | 'read_write';
  readonly masks: 'read' | 'read_write';
  /** Storage bindings of its own, after the parameters and the masks, as WGSL declarations without attributes. */
  readonly own: readonly string[];
}

/** `random_rank(seed, element)`: the random score of the element of that flat index, as core has it. */
export const RANDOM_RANK: string = `
fn mix(value: u32) -> u32 {
  var x = value + 0x9e3779b9u;
  x = (x ^ (x >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0x735a2d97u;
  return x ^ (x >> 15u);
}
fn random_rank(seed: u32, element: u32) -> u32 { return 0x10000000u + (mix(mix(seed) ^ element) >> 2u); }`;

/** The declarations and functions of a kernel over weights. The mask bit of an element is 1 when it is dropped. */
export function tiles({ slots, weights, masks, own }: KernelShape): string {
  const firstSlot = 2 + own.length;
  const cases = (line: (slot: number) => string): string =>
    Array.from({ length: slots - 1 }, (_, i) => `case ${i + 1}u: { ${line(i + 1)} }`).join(' ');
  return `
struct Slot {
  first_tile: u32, elements: u32, lead: u32, mask_word: u32,
  first_element: u32, item: u32, random: u32, seed: u32,
  magnitude: u32, quota: u32, group_tile: u32, samples: u32,
}
struct Params {
  slot_count: u32, tiles: u32, tile_base: u32, salt: u32,
  magnitudes: vec4<u32>,
  slots: array<Slot, ${slots}>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, ${masks}> masks: array<u32>;
${own.map((declaration, i) => `@group(0) @binding(${i + 2}) ${declaration}`).join('\n')}
${Array.from({ length: slots }, (_, i) => `@group(0) @binding(${firstSlot + i}) var<storage, ${weights}> weight${i}: array<u32>;`).join('\n')}

fn bits_at(slot: u32, index: u32) -> u32 {
  switch slot { ${cases((i) => `return weight${i}[index];`)} default: { return weight0[index]; } }
}
${
  weights === 'read'
    ? ''
    : `fn zero_at(slot: u32, index: u32) {
  switch slot { ${cases((i) => `weight${i}[index] = 0u;`)} default: { weight0[index] = 0u; } }
}`
}
${RANDOM_RANK}
/// What ranks an element of a slot: its magnitude, or the random score of its place in the weight.
fn rank_of(slot: u32, element: u32) -> u32 {
  if (params.slots[slot].random == 1u) {
    return random_rank(params.slots[slot].seed, params.slots[slot].first_element + element);
  }
  return bits_at(slot, params.slots[slot].lead + element) & 0x7fffffffu;
}
fn is_dropped(slot: u32, element: u32) -> bool {
  return ((masks[params.slots[slot].mask_word + (element >> 5u)] >> (element & 31u)) & 1u) == 1u;
}
fn slot_of(tile: u32) -> u32 {
  var slot = params.slot_count - 1u;
  loop {
    if (slot == 0u || tile >= params.slots[slot].first_tile) { break; }
    slot -= 1u;
  }
  return slot;
}
fn tile_of(workgroup: vec3<u32>, workgroups: vec3<u32>) -> u32 {
  return workgroup.y * workgroups.x + workgroup.x;
}
`;
}

/** The head of an entry point over tiles: returns beyond the last, and sets `slot`, `first`, `count` and `steps`. */
export const TILE_ENTRY: string = `
  let tile = tile_of(workgroup, workgroups);
  if (tile >= params.tiles) { return; }
  let slot = slot_of(tile);
  let first = (tile - params.slots[slot].first_tile) * ${TILE}u;
  let count = min(${TILE}u, params.slots[slot].elements - first);
  let steps = (count + ${THREADS - 1}u) / ${THREADS}u;
`;

/** The parameters of an entry point over tiles. */
export const TILE_INPUTS: string = `@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32`;
