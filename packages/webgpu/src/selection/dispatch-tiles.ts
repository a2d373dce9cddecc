import { dispatchKernel } from '../device/dispatch.js';
import type { OwnWords } from '../device/names.js';
import type { Pipelines, TileKernel, TileKernelName } from '../device/pipelines.js';
import { HEADER_WORDS, SLOT_WORDS } from '../wgsl/tiles.js';
import { type Extra, encodeParameters, firstTiles, type PieceBatch, workgroupsOf } from './batches.js';

/** Offsets of uniform bindings that every device takes. */
const UNIFORM_ALIGNMENT = 256;

/** Bytes from one batch's parameters to the next, for a number of slots. */
function parameterStride(slots: number): number {
  return Math.ceil((4 * (HEADER_WORDS + slots * SLOT_WORDS)) / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT;
}

/** The parameters of all batches, one stretch each. */
export function parametersOf(batches: readonly PieceBatch[], slots: number, extra?: Extra): OwnWords {
  const stride = parameterStride(slots) / 4;
  const values = new Uint32Array(stride * batches.length);
  const groupTiles = firstTiles(batches);
  for (const [i, batch] of batches.entries()) {
    encodeParameters(batch, groupTiles, values.subarray(i * stride, (i + 1) * stride), extra);
  }
  return values;
}

/** What one dispatch over a batch binds, and how large it is. */
export interface TileDispatch {
  readonly kernel: TileKernel;
  readonly bound: readonly GPUBufferBinding[];
  readonly workgroups: number;
}

/** What dispatches bind beside weights and masks. */
export interface TileBindings {
  readonly parameters: GPUBuffer;
  readonly own?: readonly GPUBuffer[];
  /** Stands in for slots that stay empty: 256 bytes each, so that none is bound twice. */
  readonly padding: GPUBuffer;
  readonly extra?: Extra;
}

/** The dispatches of one kernel over all batches. */
export function tileDispatches(
  pipelines: Pipelines,
  name: TileKernelName,
  batches: readonly PieceBatch[],
  { parameters, own = [], padding, extra }: TileBindings,
): TileDispatch[] {
  const most = name === 'enforce' ? pipelines.enforcingSlots : pipelines.slots;
  const stride = parameterStride(most);
  return batches.map((batch, i) => {
    const kernel = pipelines.tiles(name, batch.pieces.length === 1 ? 1 : most);
    const bytes = 4 * (HEADER_WORDS + kernel.slots * SLOT_WORDS);
    const slots = Array.from({ length: kernel.slots }, (_, slot): GPUBufferBinding => {
      const piece = batch.pieces[slot];
      if (piece === undefined) return { buffer: padding, offset: slot * 256, size: 256 };
      return { buffer: piece.buffer, offset: piece.offset, size: piece.bytes };
    });
    const bound: GPUBufferBinding[] = [
      { buffer: parameters, offset: i * stride, size: bytes },
      { buffer: batch.page.buffer },
      ...own.map((buffer) => ({ buffer })),
      ...slots,
    ];
    return { kernel, bound, workgroups: workgroupsOf(batch, extra) };
  });
}

/** Binds and dispatches one kernel over all batches. */
export function dispatchTiles(
  device: GPUDevice,
  pipelines: Pipelines,
  pass: GPUComputePassEncoder,
  name: TileKernelName,
  batches: readonly PieceBatch[],
  bindings: TileBindings,
): void {
  for (const { kernel, bound, workgroups } of tileDispatches(pipelines, name, batches, bindings)) {
    dispatchKernel(device, pass, kernel, bound, workgroups);
  }
}
