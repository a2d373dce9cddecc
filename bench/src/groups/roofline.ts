import { readFile } from 'node:fs/promises';
import { type Bed, budgetOf } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import type { Span } from '../floors.js';
import { type Candidate, measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';

/** The two loops of the host's kernels that go over all weights, as `packages/host/assembly` exports them. */
interface Loops {
  collect(...pointersAndNumbers: number[]): number;
  dropBelow(...pointersAndNumbers: number[]): number;
}

/** Elements that a loop is given at a time, as the host gives them where weights are in the memory. */
const CHUNK = 2 ** 17;
/** Elements that stay in the second cache of any processor. */
const CACHED = 2 ** 15;
/** Bytes for results, bits, mask words of a chunk. */
const WORK = 65536;

/**
 * What binds the two passes, memory or arithmetic: each alone, over all weights and as often over the same few of them,
 * which stay in the cache, beside the floors of both. No pass is faster than its floor, nor than itself in the cache.
 */
export async function measureRoofline({ sizes, rounds, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`roofline, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    const everywhere = chunksOf(ground.spans);
    const largest = ground.spans.reduce((most, span) => (span.elements > most.elements ? span : most));
    const few = { byteOffset: largest.byteOffset, elements: Math.min(CACHED, largest.elements) };
    const cached = Array.from({ length: Math.ceil(elements / few.elements) }, () => few);
    const loops = await createLoops(ground);
    const { floors } = ground;
    const both = (name: string, of: (chunks: readonly Span[]) => void): Candidate[] => [
      { name, run: () => of(everywhere) },
      { name: `${name}, in the cache`, run: () => of(cached) },
    ];
    const [read, readCached, collect, collectCached, write, writeCached, drop, dropCached] = await measure(
      [
        ...both('read', floors.read),
        ...both('collecting alone', loops.collect),
        ...both('read-write', floors.readWrite),
        ...both('dropping alone', loops.drop),
      ],
      { ...rounds(elements), prepare: ground.restore },
    );
    loops.release();
    const options = { group: 'roofline', elements };
    rows.push(
      rowOf(collect!, read!, options),
      rowOf(collectCached!, readCached!, options),
      rowOf(drop!, write!, options),
      rowOf(dropCached!, writeCached!, options),
    );
  }
  return rows;
}

function chunksOf(spans: readonly Span[]): Span[] {
  return spans.flatMap(({ byteOffset, elements }) =>
    Array.from({ length: Math.ceil(elements / CHUNK) }, (_, i) => ({
      byteOffset: byteOffset + 4 * CHUNK * i,
      elements: Math.min(CHUNK, elements - CHUNK * i),
    })),
  );
}

/** The loops over chunks of a bed, at the bracket and the cut that a selection would find there. */
async function createLoops(ground: Bed) {
  const { plot, scratch, elements } = ground;
  const { kernels, parts } = plot;
  const memory = kernels.memory!;
  const count = budgetOf(ground);
  // As wide as a sample makes it: 3.2 standard deviations to each side.
  const sample = Math.min(2 ** 18, 1.5 * elements ** (2 / 3));
  const margin = Math.round((3.2 * elements * Math.sqrt(0.16)) / Math.sqrt(sample));
  const at = (rank: number): number => kernels.select(parts, Math.min(elements, Math.max(1, rank))).magnitude;
  const [low, cut, high] = [at(count - margin), at(count), at(count + margin)];
  const bytes = await readFile(new URL('../../dist/kernels.wasm', import.meta.url));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const wasm = instance.exports as unknown as Loops;
  const room = 4 * CHUNK;
  const pointer = scratch.allocate(WORK + room);
  const words = pointer + 1024;
  const out = pointer + WORK;
  const heap = new Int32Array(memory.buffer);
  const keepAll = (): void => void heap.fill(-1, words / 4, words / 4 + CHUNK / 32);
  return {
    collect(chunks: readonly Span[]) {
      for (const { byteOffset, elements: size } of chunks) {
        wasm.collect(byteOffset, 0, size, low, high, out, out + room, pointer + 16, pointer);
      }
    },
    drop(chunks: readonly Span[]) {
      for (const { byteOffset, elements: size } of chunks) {
        keepAll();
        wasm.dropBelow(byteOffset, byteOffset, words, size, cut, 0, 1);
      }
    },
    release: () => scratch.release(pointer),
  };
}
