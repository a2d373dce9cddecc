import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { create, StringStringEntryProtoSchema, TensorProtoSchema } from '@synaprune/onnx';
import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import type { Context } from '../context.js';
import { median } from '../measure.js';
import { createRandom } from '../randoms.js';
import { judged, type Row, unmeasured } from '../row.js';
import type { ChildReport } from './prune-child.js';

/** Square kernels of 16 Mi floats, 64 MiB each. */
const EDGE = 4096;
const KERNELS = 48;
/** How often it is copied and pruned, by turns. */
const ROUNDS = 3;

/** Pruning a model whose weights are 3 GiB in a file beside it, in a process of its own, against copying that file. */
export async function measureExternalData({ say }: Context, quick: boolean): Promise<Row[]> {
  const work = 'pruneOnnxFile, 3 GiB of external data';
  const elements = KERNELS * EDGE ** 2;
  const options = { group: 'files', elements, goal: 'file-disk' };
  if (quick) return [unmeasured(options, work, 'a smoke run')];
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-files-'));
  try {
    const { bavail, bsize } = await statfs(folder);
    // The model, a copy, the pruned one before it takes the place of another, and room for everybody else.
    const free = bavail * bsize;
    if (free < 4.5 * 4 * elements) {
      return [unmeasured(options, work, `only ${(free / 2 ** 30).toFixed(1)} GiB of disk free`)];
    }
    say('files, 3 GiB of external data');
    const [model, data] = [join(folder, 'model.onnx'), join(folder, 'weights.bin')];
    const out = join(folder, 'out', 'model.onnx');
    await mkdir(join(folder, 'out'));
    await writeModel(model, data);
    const script = fileURLToPath(new URL('./prune-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, model, data, out, `${ROUNDS}`]);
    const report = JSON.parse(stdout) as ChildReport;
    const [own, copied] = [median(report.seconds), median(report.copySeconds)];
    const shared = { group: 'files', work, elements, samples: ROUNDS };
    return [
      judged('file-disk', {
        ...shared,
        against: 'copying the file, synced',
        ratio: own / copied,
        nanoseconds: (1e9 * own) / elements,
        note: `${own.toFixed(1)} s wall against ${copied.toFixed(1)}, ${report.sparsity} of the weights 0`,
      }),
      judged('file-disk-memory', {
        ...shared,
        work: `${work}: peak memory of the process`,
        against: '256 MiB of memory',
        share: report.peakBytes / 2 ** 28,
        note: `${(report.peakBytes / 2 ** 20).toFixed(0)} MiB at most`,
      }),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A chain of products; the same random numbers in every kernel, each scaled by another power of two. */
async function writeModel(path: string, data: string): Promise<void> {
  const bytes = 4 * EDGE ** 2;
  const tensors = Array.from({ length: KERNELS }, (_, i) =>
    create(TensorProtoSchema, {
      name: `k${i}`,
      dataType: 1,
      dims: [BigInt(EDGE), BigInt(EDGE)],
      dataLocation: 1,
      externalData: Object.entries({
        location: 'weights.bin',
        offset: `${i * bytes}`,
        length: `${bytes}`,
      }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    }),
  );
  const model = buildModel({
    inputs: { x: [1, EDGE] },
    tensors,
    nodes: tensors.map(
      ({ name }, i): NodeParts => ['MatMul', [i === 0 ? 'x' : `y${i - 1}`, name], [`y${i}`]],
    ),
    outputs: [`y${KERNELS - 1}`],
  });
  await writeFile(path, model);
  const random = createRandom(1);
  const values = Float32Array.from({ length: EDGE ** 2 }, () => random() - 0.5);
  const file = await open(data, 'w');
  try {
    for (let i = 0; i < KERNELS; i += 1) {
      const scaled = values.map((value) => value * 2 ** ((i % 5) - 2));
      await file.writeFile(new Uint8Array(scaled.buffer));
    }
  } finally {
    await file.close();
  }
}
