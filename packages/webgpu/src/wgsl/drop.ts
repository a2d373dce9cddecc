import { RUNNING_SUM } from './sums.js';
import { type KernelShape, THREADS, TILE_ENTRY, TILE_INPUTS, tiles } from './tiles.js';

/*
 * From a cut to masks and zeros. `choose` drops what ranks strictly below the cut and counts, per tile, what is
 * exactly at it; a scan turns these counts into how many came before each tile; `takeTies` drops the first `quota`
 * of them in flat order, and leaves tiles alone that hold none of those. Fused kernels zero as they drop.
 */

/** Whether a kernel zeroes the weights in the same pass. Possible when no weight ranks another. */
export type Fused = 'fused' | 'masks-only';

/** Drops below the cut. `ties[tile_base + tile]` becomes the number of kept elements at the cut. */
export function chooseKernel(slots: number, fused: Fused): { shape: KernelShape; code: string } {
  const shape = dropShape(slots, fused, 'var<storage, read_write> ties: array<u32>;');
  const zero = fused === 'fused' ? 'zero_at(slot, params.slots[slot].lead + first + element);' : '';
  const code = `${tiles(shape)}
${TRANSPOSE}
var<workgroup> tied_here: atomic<u32>;
@compute @workgroup_size(${THREADS}) fn choose(${TILE_INPUTS}) {
  ${TILE_ENTRY}
  let magnitude = params.slots[slot].magnitude;
  var tied = 0u;
  var drops = 0u;
  for (var step = 0u; step < steps; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count) {
      if (is_dropped(slot, first + element)) {
        ${zero}
      } else {
        let rank = rank_of(slot, first + element);
        if (rank < magnitude) {
          drops |= 1u << step;
          ${zero}
        } else if (rank == magnitude) {
          tied += 1u;
        }
      }
    }
  }
  if (tied > 0u) { atomicAdd(&tied_here, tied); }
  columns[padded(thread)] = drops;
  workgroupBarrier();
  if (thread * 32u < count) {
    let word = row_of(thread);
    if (word != 0u) { masks[params.slots[slot].mask_word + (first >> 5u) + thread] |= word; }
  }
  if (thread == 0u) {
    ties[params.tile_base + tile] = select(0u, atomicLoad(&tied_here), params.slots[slot].quota > 0u);
  }
}`;
  return { shape, code };
}

/** Drops the first `quota` ties of each group. \`ties_before\` holds sums of all tiles in front, one more than tiles. */
export function takeTiesKernel(slots: number, fused: Fused): { shape: KernelShape; code: string } {
  const shape = dropShape(slots, fused, 'var<storage, read> ties_before: array<u32>;');
  const zero =
    fused === 'fused' ? 'zero_at(slot, params.slots[slot].lead + first + thread * 32u + bit);' : '';
  const code = `${tiles(shape)}
${TRANSPOSE}
${RUNNING_SUM}
@compute @workgroup_size(${THREADS}) fn take_ties(${TILE_INPUTS}) {
  ${TILE_ENTRY}
  let start = ties_before[params.tile_base + tile];
  let here = ties_before[params.tile_base + tile + 1u] - start;
  let before = start - ties_before[params.slots[slot].group_tile];
  let quota = params.slots[slot].quota;
  if (here == 0u || before >= quota) { return; }
  let magnitude = params.slots[slot].magnitude;
  var ties = 0u;
  for (var step = 0u; step < steps; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count && !is_dropped(slot, first + element) && rank_of(slot, first + element) == magnitude) {
      ties |= 1u << step;
    }
  }
  columns[padded(thread)] = ties;
  workgroupBarrier();
  // From here on a thread has 32 neighbours, so that the threads are in flat order.
  var word = 0u;
  if (thread * 32u < count) { word = row_of(thread); }
  let own = countOneBits(word);
  var left = own;
  // Most tiles lie before the last tie that is taken: they give all of theirs.
  if (before + here > quota) {
    let rank = before + sum_upto(thread, own) - own;
    left = min(own, select(0u, quota - rank, quota > rank));
  }
  var rest = word;
  var taken = 0u;
  while (left > 0u) {
    let bit = firstTrailingBit(rest);
    taken |= 1u << bit;
    rest &= rest - 1u;
    left -= 1u;
    ${zero}
  }
  if (taken != 0u) { masks[params.slots[slot].mask_word + (first >> 5u) + thread] |= taken; }
}`;
  return { shape, code };
}

/** Zeroes what the masks drop. Nothing is read but the masks. */
export function enforceKernel(slots: number): { shape: KernelShape; code: string } {
  const shape: KernelShape = { slots, weights: 'read_write', masks: 'read', own: [] };
  const code = `${tiles(shape)}
@compute @workgroup_size(${THREADS}) fn enforce(${TILE_INPUTS}) {
  ${TILE_ENTRY}
  for (var step = 0u; step < steps; step += 1u) {
    let element = step * ${THREADS}u + thread;
    if (element < count && is_dropped(slot, first + element)) {
      zero_at(slot, params.slots[slot].lead + first + element);
    }
  }
}`;
  return { shape, code };
}

function dropShape(slots: number, fused: Fused, ties: string): KernelShape {
  return { slots, weights: fused === 'fused' ? 'read_write' : 'read', masks: 'read_write', own: [ties] };
}

/**
 * Turns a bit a step in each thread into words of 32 neighbours: `columns` holds the threads' words, padded so
 * that no two threads of a warp want the same memory bank, and `row_of(w)` is the `w`-th word of the tile.
 */
const TRANSPOSE = `
var<workgroup> columns: array<u32, ${THREADS + THREADS / 32}>;
fn padded(thread: u32) -> u32 { return thread + thread / 32u; }
fn row_of(word: u32) -> u32 {
  let step = word / 8u;
  let from_thread = (word % 8u) * 32u;
  var row = 0u;
  for (var i = 0u; i < 32u; i += 1u) { row |= ((columns[padded(from_thread + i)] >> step) & 1u) << i; }
  return row;
}`;
