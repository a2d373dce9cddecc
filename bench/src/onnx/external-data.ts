import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { create, StringStringEntryProtoSchema, TensorProtoSchema } from '@synaprune/onnx';
import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import type { Context } from '../context.js';
import { createRandom } from '../randoms.js';
import { judged, type Row, unmeasured } from '../row.js';

/** Square kernels of 16 Mi floats, 64 MiB each. */
const EDGE = 4096;
const KERNELS = 48;

/** What a pruning in a process of its own took. */
export interface ChildReport {
  readonly peakBytes: number;
  readonly seconds: number;
  readonly sparsity: number;
}

/** The most memory of a process that prunes a model whose weights are 3 GiB in a file beside it, as GiB. */
export async function measureExternalData({ say }: Context, quick: boolean): Promise<Row> {
  const work = 'pruneOnnxFile, 3 GiB of external data';
  const elements = KERNELS * EDGE ** 2;
  const options = { group: 'onnx', elements, goal: 'onnx-file' };
  if (quick) return unmeasured(options, work, 'a smoke run');
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-onnx-'));
  try {
    const { bavail, bsize } = await statfs(folder);
    // The model, the pruned one, and room for everybody else.
    const free = bavail * bsize;
    if (free < 2.5 * 4 * elements) {
      return unmeasured(options, work, `only ${(free / 2 ** 30).toFixed(1)} GiB of disk free`);
    }
    say('onnx, a file of 3 GiB');
    const [model, out] = [join(folder, 'model.onnx'), join(folder, 'out', 'model.onnx')];
    await mkdir(join(folder, 'out'));
    await writeModel(model, join(folder, 'weights.bin'));
    const script = fileURLToPath(new URL('./prune-child.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, model, out]);
    const { peakBytes, seconds, sparsity } = JSON.parse(stdout) as ChildReport;
    return judged('onnx-file', {
      group: 'onnx',
      work,
      against: '1 GiB of memory',
      elements,
      share: peakBytes / 2 ** 30,
      nanoseconds: (1e9 * seconds) / elements,
      samples: 1,
      note: `${(peakBytes / 2 ** 20).toFixed(0)} MiB at most, ${seconds.toFixed(0)} s wall, ${sparsity} of the weights 0`,
    });
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
