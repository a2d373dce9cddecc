import { availableParallelism } from 'node:os';
import { createThreadedBackend } from '@synaprune/host/threads';
import { type Bed, budgetOf, keepAll, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { measure, wallNanoseconds } from '../measure.js';
import { type Row, rowOf } from '../row.js';

const THREADS = 2;
const PAGE = 65536;

/** A whole prune on two threads against one, wall time; the results have to be the same, bit for bit. */
export async function measureThreads({ sizes, rounds, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`threads, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    const count = budgetOf(ground);
    const shared = await createSharedPlot(ground);
    const [one, two] = await measure(
      [
        { name: 'one thread', run: () => pruneNow(ground.plot, count) },
        { name: 'two threads: findCut, dropAndEnforce', run: () => shared.prune(count) },
      ],
      {
        ...rounds(elements),
        clock: wallNanoseconds,
        prepare: () => {
          ground.restore();
          shared.restore();
        },
      },
    );
    ground.restore();
    shared.restore();
    pruneNow(ground.plot, count);
    await shared.prune(count);
    const same = shared.equals(ground);
    await shared.dispose();
    rows.push(
      rowOf(two!, one!, {
        group: 'threads',
        elements,
        cheaper: true,
        goal: 'threads',
        note: same ? 'equals one thread, bit for bit' : 'WRONG: differs from one thread',
        ...(availableParallelism() < THREADS && { reported: 'one core' }),
      }),
    );
  }
  return rows;
}

/** The weights of a bed in a shared memory, and threads that prune them. */
interface SharedPlot {
  prune(count: number): Promise<void>;
  restore(): void;
  equals(bed: Bed): boolean;
  dispose(): Promise<void>;
}

async function createSharedPlot({ spans, originals, elements }: Bed): Promise<SharedPlot> {
  const begin = spans[0]!.byteOffset;
  const initial = Math.ceil((begin + originals.byteLength) / PAGE);
  // Masks are a bit an element, and threads take some megabytes each.
  const maximum = initial + Math.ceil(elements / PAGE) + 1024;
  const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
  const values = new Float32Array(memory.buffer, begin, originals.length);
  const backend = await createThreadedBackend({ memory, threads: THREADS });
  const items = spans.map(({ byteOffset, elements: size }) => {
    const weight = { memory, byteOffset, shape: [size] };
    return { weight, mask: backend.createMask(weight), score: { kind: 'magnitude' } as const };
  });
  return {
    async prune(count) {
      const cut = await backend.findCut(items, count);
      await backend.dropAndEnforce!([{ items, cut }]);
    },
    restore() {
      values.set(originals);
      keepAll({ items });
    },
    equals: (bed) =>
      isSame(values, bed.values) &&
      items.every(({ mask }, i) => isSame(mask.words, bed.plot.items[i]!.mask.words)),
    dispose: () => backend.dispose(),
  };
}

function isSame(a: Float32Array | Int32Array, b: Float32Array | Int32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: typeof a) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}
