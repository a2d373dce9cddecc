import type { Item, TensorBackend } from '@synaprune/core';
import { elementBudget } from '@synaprune/core';
import {
  createWasmKernels,
  type HostKernels,
  type HostMask,
  type HostWeight,
  hostBackend,
  type Part,
} from '@synaprune/host';
import type { Distribution } from './distributions.js';
import { createFloors, type Floors, type Span } from './floors.js';
import { createScratchArea, type ScratchArea } from './scratch-area.js';
import { tensorSizes } from './tensor-sizes.js';

/** Weights with masks, pruned by one set of kernels. */
export interface Plot {
  readonly kernels: HostKernels;
  readonly backend: TensorBackend<HostWeight, HostMask>;
  readonly items: readonly Item<HostWeight, HostMask>[];
  /** The same as the kernels see it. */
  readonly parts: readonly Part[];
}

/** Weights in a WebAssembly memory, and all that is needed to measure on them again and again. */
export interface Bed {
  readonly elements: number;
  readonly floors: Floors;
  readonly spans: readonly Span[];
  /** The weights where they are, pruned by WASM kernels in that same memory. */
  readonly plot: Plot;
  readonly scratch: ScratchArea;
  /** Where the weights are, as one array with a few unused elements between tensors. */
  readonly values: Float32Array;
  /** What {@link Bed.restore} puts back. */
  readonly originals: Float32Array;
  /** What the weights look like. */
  distribution(): Distribution;
  /** Fills in other weights. */
  fill(distribution: Distribution): void;
  /** Puts back weights that were changed, and masks that keep everything. */
  restore(): void;
}

const PAGE = 65536;
/** Tensors begin at multiples of this, as those of a runtime's allocator do. */
const ALIGNMENT = 16;
/** Room for the kernels to work in: more than they are allowed. */
const SCRATCH_BYTES = 2 ** 24;

/** How many elements go. */
export function budgetOf(bed: Bed): number {
  return elementBudget(bed.distribution().sparsity, bed.elements);
}

/** Weights of very different sizes, `elements` together. */
export async function createBed(elements: number, distribution: Distribution): Promise<Bed> {
  const spans: Span[] = [];
  let end = PAGE;
  for (const size of tensorSizes(elements)) {
    spans.push({ byteOffset: end, elements: size });
    end += ALIGNMENT * Math.ceil((4 * size) / ALIGNMENT);
  }
  const scratchEnd = end + SCRATCH_BYTES + Math.ceil(0.2 * elements);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(scratchEnd / PAGE) });
  const scratch = createScratchArea(end, scratchEnd);
  const kernels = createWasmKernels({
    memory,
    allocate: scratch.allocate,
    release: scratch.release,
  });
  if (kernels === undefined) throw new Error('this runtime has no WASM SIMD; the bench needs it');
  const weights = spans.map(({ byteOffset, elements: size }) => ({ memory, byteOffset, shape: [size] }));
  const plot = createPlot(kernels, weights);
  const values = new Float32Array(memory.buffer, PAGE, (end - PAGE) / 4);
  const originals = new Float32Array(values.length);
  let current = distribution;
  const fill = (next: Distribution) => {
    current = next;
    next.fill(
      spans.map(({ byteOffset, elements: size }) => {
        const from = (byteOffset - PAGE) / 4;
        return originals.subarray(from, from + size);
      }),
    );
    values.set(originals);
    keepAll(plot);
  };
  fill(distribution);
  return {
    elements,
    floors: await createFloors(memory),
    spans,
    plot,
    scratch,
    values,
    originals,
    distribution: () => current,
    fill,
    restore() {
      values.set(originals);
      keepAll(plot);
    },
  };
}

/** Weights with masks that keep everything. */
export function createPlot(kernels: HostKernels, weights: readonly HostWeight[]): Plot {
  const backend = hostBackend({ kernels });
  const items = weights.map((weight) => ({
    weight,
    mask: backend.createMask(weight) as HostMask,
    score: { kind: 'magnitude' } as const,
  }));
  const parts = items.map(({ weight, mask }) => {
    const bits = bitsOf(weight);
    return { elements: mask.elements, bits, ranking: bits, words: mask.words };
  });
  return { kernels, backend, items, parts };
}

function bitsOf(weight: HostWeight): Int32Array {
  if (weight instanceof Float32Array) return new Int32Array(weight.buffer, weight.byteOffset, weight.length);
  if ('memory' in weight) return new Int32Array(weight.memory.buffer, weight.byteOffset, weight.shape[0]!);
  throw new TypeError('the bench has bare arrays and weights in a memory only');
}

/** The tensors of a bed, as views of its originals or of its values. */
export function tensorsOf({ spans, originals }: Bed, values: Float32Array = originals): Float32Array[] {
  const begin = spans[0]!.byteOffset;
  return spans.map(({ byteOffset, elements }) => {
    const from = (byteOffset - begin) / 4;
    return values.subarray(from, from + elements);
  });
}

/** Makes masks keep everything again. */
export function keepAll({ items }: Pick<Plot, 'items'>): void {
  for (const { mask } of items) {
    mask.words.fill(-1);
    const odd = mask.elements % 32;
    if (odd > 0) mask.words[mask.words.length - 1] = ~(-1 << odd);
  }
}

/** Finds the cut and drops what is below: the whole of an update, but for its bookkeeping. */
export function pruneNow({ backend, items }: Plot, count: number): void {
  const cut = backend.findCut(items, count);
  if (cut instanceof Promise) throw new TypeError('a host backend answers at once');
  backend.dropAndEnforce!([{ items, cut }]);
}
