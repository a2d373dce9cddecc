import { type PackModelOptions, pack, packedTfjs } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';
import type { Run } from '../training/run';

/** What a model is worth at one moment. */
export interface Measurement {
  readonly step: number;
  readonly score: number;
  /** Share of the prunable weights that are dropped. */
  readonly sparsity: number;
  /** The file of weights as it is, and gzipped. */
  readonly rawBytes: number;
  readonly gzipBytes: number;
  /** The same by brotli; `null` where the browser does not compress with it. */
  readonly brotliBytes: number | null;
  /** The model, with its layers, in one sparse file. */
  readonly packedBytes: number;
  /** The same with weights of 8 bits, and how good it is when it is read again; `null` where nobody asked. */
  readonly int8: { readonly packedBytes: number; readonly score: number | null };
}

/**
 * Tests a run's model and weighs the file that a user would take away.
 *
 * @param testInt8 whether the model of 8 bits is read again and tested, too
 */
export async function measure(run: Run, { testInt8 }: { readonly testInt8: boolean }): Promise<Measurement> {
  const [kept, all] = (await run.masks()).reduce(
    ([keptSoFar, allSoFar], { kept, shape }) => [
      keptSoFar + kept,
      allSoFar + shape.reduce((product, edge) => product * edge, 1),
    ],
    [0, 0],
  );
  const artifacts = await run.save({ optimizer: false });
  const bytes = weightBytes(artifacts);
  return {
    step: run.position(),
    score: await run.evaluate(),
    sparsity: 1 - kept / all,
    rawBytes: bytes.length,
    gzipBytes: (await compressedSize(bytes, 'gzip'))!,
    brotliBytes: await compressedSize(bytes, 'brotli'),
    packedBytes: (await packModel(artifacts)).length,
    int8: await measureInt8(run, artifacts, testInt8),
  };
}

async function measureInt8(
  run: Run,
  artifacts: tf.io.ModelArtifacts,
  tested: boolean,
): Promise<Measurement['int8']> {
  const bytes = await packModel(artifacts, { values: 'int8' });
  if (!tested) return { packedBytes: bytes.length, score: null };
  const model = await tf.loadLayersModel(packedTfjs(bytes));
  try {
    return { packedBytes: bytes.length, score: await run.evaluate(model) };
  } finally {
    model.dispose();
  }
}

/** A saved model in one sparse file: what predicting takes, without masks and optimizer. */
export async function packModel(
  { modelTopology, weightSpecs = [], weightData }: tf.io.ModelArtifacts,
  options?: PackModelOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await pack(
    {
      modelTopology: modelTopology as object,
      weightSpecs,
      weightData: weightData as ArrayBuffer | ArrayBuffer[],
    },
    options,
  );
  return bytes;
}

/** The weights of a saved model as one file. */
export function weightBytes({ weightData }: tf.io.ModelArtifacts): Uint8Array {
  const parts = (Array.isArray(weightData) ? weightData : [weightData ?? new ArrayBuffer(0)]).map(
    (part) => new Uint8Array(part),
  );
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** How many bytes the browser's own compression leaves; `null` where it has no such format. */
export async function compressedSize(bytes: Uint8Array, format: 'gzip' | 'brotli'): Promise<number | null> {
  let compression: CompressionStream;
  try {
    compression = new CompressionStream(format as CompressionFormat);
  } catch {
    return null;
  }
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  return (await new Response(stream.pipeThrough(compression)).arrayBuffer()).byteLength;
}
