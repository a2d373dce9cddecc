import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { legacyArtefacts } from './legacy-artefacts.js';
import { numbers } from './models.js';

/** Rows of the batch that a session is made for. */
export const BATCH = 8;
/** The parameters of the linear classifier that it trains. */
export const kernel = { name: 'fc.kernel', shape: [20, 5], values: numbers(100, 1, 0.3) };
export const bias = { name: 'fc.bias', shape: [5], values: numbers(5, 2, 0.1) };

/** A real session of onnxruntime-web 1.19.2 in Node, and one batch for it. */
export async function openSession() {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web-training'));
  const ort = await import('onnxruntime-web-training/training');
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = `${pathToFileURL(folder).href}/`;
  ort.env.wasm.wasmBinary = (await readFile(join(folder, 'ort-training-wasm-simd-threaded.wasm'))).buffer;
  const session = await ort.TrainingSession.create(legacyArtefacts(kernel, bias, BATCH), {
    executionProviders: ['wasm'],
  });
  const x = new ort.Tensor('float32', numbers(BATCH * 20, 3), [BATCH, 20]);
  const labels = new ort.Tensor(
    'int64',
    BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i % 5)),
    [BATCH],
  );
  return {
    session,
    x: x.data as Float32Array,
    labels: labels.data as BigInt64Array,
    async train() {
      await session.lazyResetGrad();
      const { loss } = await session.runTrainStep({ x, labels });
      await session.runOptimizerStep();
      return loss!.data[0]!;
    },
    parameters: async () => (await session.getContiguousParameters(true)).data as Float32Array,
  };
}
