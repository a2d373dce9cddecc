import { elementsOf } from '@synaprune/core/checks';
import type { BatchLimits } from '../device/context.js';
import type { Page } from '../masks/mask-store.js';
import { HEADER_WORDS, MAGNITUDES, SLOT_WORDS, TILE } from '../wgsl/tiles.js';
import type { Entry } from './entries.js';

/** As much of a weight as one binding holds. */
interface Piece {
  readonly entry: Entry;
  readonly buffer: GPUBuffer;
  /** Where the binding begins, aligned as the device wants it, and how long it is. */
  readonly offset: number;
  readonly bytes: number;
  /** Elements in front of the piece within its binding. */
  readonly lead: number;
  readonly firstElement: number;
  readonly elements: number;
  readonly tiles: number;
}

/** What one dispatch works on. */
export interface PieceBatch {
  readonly page: Page;
  readonly pieces: readonly Piece[];
  /** Tiles of all batches in front. */
  readonly tileBase: number;
  readonly tiles: number;
}

/** Which tensor of an item the kernels see: the one that ranks, or the weight itself. */
export type Side = 'ranking' | 'weight';

/** Cuts items into pieces that can be bound, and gathers the pieces of one mask page, in order, into dispatches. */
export function createBatches(entries: readonly Entry[], side: Side, limits: BatchLimits): PieceBatch[] {
  const batches: PieceBatch[] = [];
  let gathered: Piece[] = [];
  let tileBase = 0;
  const close = (): void => {
    if (gathered.length === 0) return;
    const tiles = gathered.reduce((sum, piece) => sum + piece.tiles, 0);
    batches.push({ page: gathered[0]!.entry.item.mask.page, pieces: gathered, tileBase, tiles });
    tileBase += tiles;
    gathered = [];
  };
  for (const piece of entries.flatMap((entry) => cutToPieces(entry, side, limits))) {
    const fits =
      gathered.length < limits.slots &&
      gathered.every((other) => samePage(other, piece) && !overlap(other, piece));
    if (!fits) close();
    gathered.push(piece);
  }
  close();
  return batches;
}

function cutToPieces(entry: Entry, side: Side, { largestBinding, alignment }: BatchLimits): Piece[] {
  const { weight, score } = entry.item;
  const {
    buffer,
    byteOffset = 0,
    shape,
  } = side === 'ranking' && score.kind === 'tensor' ? score.tensor : weight;
  const elements = elementsOf(shape);
  const most = Math.floor((largestBinding - alignment) / 4 / TILE) * TILE;
  return Array.from({ length: Math.ceil(elements / most) }, (_, i) => {
    const firstElement = i * most;
    const own = Math.min(most, elements - firstElement);
    const start = byteOffset + 4 * firstElement;
    const offset = Math.floor(start / alignment) * alignment;
    return {
      entry,
      buffer,
      offset,
      bytes: start - offset + 4 * own,
      lead: (start - offset) / 4,
      firstElement,
      elements: own,
      tiles: Math.ceil(own / TILE),
    };
  });
}

function samePage(a: Piece, b: Piece): boolean {
  return a.entry.item.mask.page === b.entry.item.mask.page;
}

/** A dispatch may not bind the same bytes twice for writing; aligned down, neighbours in a buffer do overlap. */
function overlap(a: Piece, b: Piece): boolean {
  return a.buffer === b.buffer && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

/** How many samples a piece of so many elements gives; 0 for passes over all of them. */
export type SampleShare = (elements: number) => number;

/** Further values of a dispatch. */
export interface Extra {
  readonly magnitudes?: readonly number[];
  readonly salt?: number;
  readonly threads?: number;
  readonly sampleShare?: SampleShare;
}

/** Workgroups that a batch needs: one a tile, or as many as its samples fill. */
export function workgroupsOf(batch: PieceBatch, { sampleShare, threads = 1 }: Extra = {}): number {
  if (sampleShare === undefined) return batch.tiles;
  return batch.pieces.reduce((sum, piece) => sum + Math.ceil(sampleShare(piece.elements) / threads), 0);
}

/** The parameters of a dispatch, in the layout of `Params` in WGSL. */
export function encodeParameters(
  batch: PieceBatch,
  groupTiles: ReadonlyMap<number, number>,
  into: Uint32Array,
  extra: Extra = {},
): void {
  const { magnitudes = [], salt = 0, sampleShare, threads = 1 } = extra;
  into.set([batch.pieces.length, workgroupsOf(batch, extra), batch.tileBase, salt]);
  for (let i = 0; i < MAGNITUDES; i += 1) into[4 + i] = magnitudes[i] ?? 0;
  let firstTile = 0;
  for (const [slot, { entry, lead, elements, firstElement, tiles }] of batch.pieces.entries()) {
    const { score, mask } = entry.item;
    const samples = sampleShare?.(elements) ?? 0;
    into.set(
      [
        firstTile,
        elements,
        lead,
        mask.firstWord + firstElement / 32,
        firstElement,
        entry.index,
        score.kind === 'random' ? 1 : 0,
        score.kind === 'random' ? score.seed : 0,
        entry.magnitude,
        entry.quota,
        groupTiles.get(entry.groupStart) ?? 0,
        samples,
      ],
      HEADER_WORDS + slot * SLOT_WORDS,
    );
    firstTile += sampleShare === undefined ? tiles : Math.ceil(samples / threads);
  }
}

/** The first tile of every group, by its first entry, counted over all batches. Weights without elements have none. */
export function firstTiles(batches: readonly PieceBatch[]): Map<number, number> {
  const firsts = new Map<number, number>();
  for (const { pieces, tileBase } of batches) {
    let tile = tileBase;
    for (const { entry, tiles } of pieces) {
      if (!firsts.has(entry.groupStart)) firsts.set(entry.groupStart, tile);
      tile += tiles;
    }
  }
  return firsts;
}
