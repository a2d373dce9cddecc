import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { type Context, isSmall } from '../context.js';
import { chainOf, EDGE, type Storage } from '../files/chain-model.js';
import { measureExternalData } from '../files/external-data.js';
import type { InMemoryReport } from '../files/in-memory-child.js';
import { measure } from '../measure.js';
import { judged, type Row, rowOf } from '../row.js';

/** Finding and pruning the weights of ONNX models, against copying their bytes. */
export async function measureFiles(context: Context): Promise<Row[]> {
  const quick = isSmall(context);
  const rows: Row[] = [];
  for (const storage of ['float32', 'float16', 'uint8'] as const) {
    rows.push(...(await measureInMemory(context, storage, quick)));
  }
  return [...rows, ...(await measureExternalData(context, quick))];
}

async function measureInMemory({ say, rounds }: Context, storage: Storage, quick: boolean): Promise<Row[]> {
  const kernels = quick ? 1 : storage === 'float32' ? 20 : 42;
  const elements = kernels * EDGE ** 2;
  say(`files, ${(elements / 1e6).toFixed(0)} million weights of ${storage}`);
  const model = chainOf(storage, kernels);
  const [found, pruned, copied] = await measure(
    [
      { name: `findWeights, ${storage}`, run: () => findWeights(model) },
      { name: `pruneOnnx, ${storage}`, run: () => pruneOnnx(model, { sparsity: 0.8 }) },
      { name: 'copying the bytes', run: () => new Uint8Array(model) },
    ],
    { samples: Math.min(9, rounds(elements).samples), warmups: 2, collect: true },
  );
  const shared = { group: 'files', elements, ...(quick && { reported: 'a smoke run, a smaller model' }) };
  const times = `${(pruned!.median / copied!.median).toFixed(2)} × a copy`;
  const row = rowOf(pruned!, copied!, {
    ...shared,
    goal: storage === 'float32' ? 'file-prune' : 'file-narrow',
    note: times,
  });
  if (storage === 'float32') return [rowOf(found!, copied!, { ...shared, goal: 'file-find' }), row];
  return [row, await measureMemory(model, storage, elements, quick)];
}

/** The most that a process of its own takes beyond what it had with the file in it. */
async function measureMemory(
  model: Uint8Array,
  storage: Storage,
  elements: number,
  quick: boolean,
): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-files-'));
  try {
    const path = join(folder, 'model.onnx');
    await writeFile(path, model);
    const script = fileURLToPath(new URL('../files/in-memory-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, path]);
    const { beforeBytes, peakBytes } = JSON.parse(stdout) as InMemoryReport;
    const row = judged('file-memory', {
      group: 'files',
      work: `pruneOnnx, ${storage}: peak memory beyond the file`,
      against: 'the bytes of the file',
      elements,
      share: (peakBytes - beforeBytes) / model.length,
      samples: 1,
      note: `${((peakBytes - beforeBytes) / 2 ** 20).toFixed(0)} MiB beyond a file of ${(model.length / 2 ** 20).toFixed(0)}`,
    });
    return quick ? { ...row, verdict: 'reported: a smoke run, a smaller model' } : row;
  } finally {
    await rm(folder, { recursive: true });
  }
}
