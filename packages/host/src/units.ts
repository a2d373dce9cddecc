import {
  type Blocks,
  blockCounts,
  type GroupsAlong,
  poolMagnitudes,
  walkBlocks,
  walkGroups,
} from '@synaprune/core';
import type { HostMask } from './host-weight.js';
import type { Part } from './kernels.js';

/* Blocks and groups in main memory, by the walks and the exact scores of the contract. */

/** The score of each block of a part, as the magnitude of a float32. */
export function poolPart(part: Part, { shape, edges, pooling }: Blocks): Int32Array {
  const magnitudes = magnitudesOf(part);
  const counts = blockCounts(shape, edges);
  const pooled = new Int32Array(counts.reduce((product, count) => product * count, 1));
  const gathered = new Int32Array(part.elements);
  walkBlocks(shape, edges, (block, indices, count) => {
    for (let i = 0; i < count; i += 1) gathered[i] = magnitudes[indices[i]!]!;
    pooled[block] = poolMagnitudes(gathered, pooling, count);
  });
  return pooled;
}

/** Drops, in a full mask of blocks, those of which no element is kept. */
export function gatherMask(blocks: HostMask, { words }: HostMask, { shape, edges }: Blocks): void {
  walkBlocks(shape, edges, (block, indices, count) => {
    for (let i = 0; i < count; i += 1) if (isKept(words, indices[i]!)) return;
    dropAt(blocks.words, block);
  });
}

/** Drops, in a mask of elements, those whose block is dropped. */
export function spreadMask(blocks: HostMask, into: HostMask, { shape, edges }: Blocks): void {
  walkBlocks(shape, edges, (block, indices, count) => {
    if (isKept(blocks.words, block)) return;
    for (let i = 0; i < count; i += 1) dropAt(into.words, indices[i]!);
  });
}

/** Keeps, in `into`, what each group of a part can spare. */
export function rankPart(part: Part, shape: readonly number[], groups: GroupsAlong, into: HostMask): void {
  const magnitudes = magnitudesOf(part);
  const { keep, of } = groups;
  const places = new Int32Array(of);
  into.words.fill(0);
  walkGroups(shape, groups, (first, stride, size) => {
    let kept = 0;
    for (let i = 0; i < size; i += 1) {
      const place = first + i * stride;
      if (!isKept(part.words, place)) continue;
      // In their order, by insertion: groups are small, and equals stay in the order of their index.
      let at = kept;
      for (; at > 0 && magnitudes[places[at - 1]!]! > magnitudes[place]!; at -= 1)
        places[at] = places[at - 1]!;
      places[at] = place;
      kept += 1;
    }
    for (let i = 0; i < kept - keep; i += 1) into.words[places[i]! >> 5]! |= 1 << (places[i]! & 31);
  });
}

/** Changes one mask by another: see `combine` of the contract. */
export function combineMasks(into: HostMask, from: HostMask, how: 'or' | 'andNot'): void {
  const [own, other] = [into.words, from.words];
  if (how === 'or') for (let w = 0; w < own.length; w += 1) own[w]! |= other[w]!;
  else for (let w = 0; w < own.length; w += 1) own[w]! &= ~other[w]!;
}

/** The magnitudes that rank a part, all of them. */
function magnitudesOf({ elements, ranking }: Part): Int32Array {
  const magnitudes = new Int32Array(elements);
  if (ranking instanceof Int32Array) magnitudes.set(ranking);
  else ranking(0, elements, magnitudes);
  for (let i = 0; i < elements; i += 1) magnitudes[i]! &= 0x7fffffff;
  return magnitudes;
}

function isKept(words: Int32Array, index: number): boolean {
  return ((words[index >> 5]! >> (index & 31)) & 1) === 1;
}

function dropAt(words: Int32Array, index: number): void {
  words[index >> 5]! &= ~(1 << (index & 31));
}
