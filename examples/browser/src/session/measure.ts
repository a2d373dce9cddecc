import type * as tf from '@tensorflow/tfjs';
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
}

/** Tests a run's model and weighs the file that a user would take away. */
export async function measure(run: Run): Promise<Measurement> {
  const [kept, all] = (await run.masks()).reduce(
    ([keptSoFar, allSoFar], { kept, shape }) => [
      keptSoFar + kept,
      allSoFar + shape.reduce((product, edge) => product * edge, 1),
    ],
    [0, 0],
  );
  const bytes = weightBytes(await run.save({ optimizer: false }));
  return {
    step: run.position(),
    score: await run.evaluate(),
    sparsity: 1 - kept / all,
    rawBytes: bytes.length,
    gzipBytes: await gzipSize(bytes),
  };
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

/** How many bytes are left after the browser's own gzip. */
export async function gzipSize(bytes: Uint8Array): Promise<number> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const zipped = await new Response(stream.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  return zipped.byteLength;
}
