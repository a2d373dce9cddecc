import * as tf from '@tensorflow/tfjs';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TfjsArtifacts } from '../decode/model.js';
import type { PackedSource } from '../decode/source.js';
import { packedTfjs } from '../decode/tfjs-handler.js';
import { type UnpackProgress, unpack } from '../decode/unpack.js';
import { pack } from '../encode/pack.js';
import { randoms } from './pruned.js';
import { answer, graphArtifacts, layersModel, onnxModel, samples } from './runtime-models.js';

/** As much of ONNX Runtime as is needed. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: { executionProviders: string[] }): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

/**
 * That runtimes take packed models as those they were made of, in Node and in pages.
 *
 * @param serve a packed file as it is to be read: an address, or a response as one gets it
 */
export function runtimeCases(
  ort: OnnxRuntime,
  serve: (bytes: Uint8Array<ArrayBuffer>) => PackedSource,
): void {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const run = async (model: Uint8Array) => {
    const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
    const { y } = await session.run({ x: new ort.Tensor('float32', samples, [4, 20]) });
    await session.release();
    return y!.data as Float32Array;
  };

  it('an ONNX model makes a session that answers the same to the bit', async () => {
    const model = onnxModel();
    const { bytes } = await pack(model);
    expect(bytes.length).toBeLessThan(model.length / 5);
    const unpacked = await unpack(serve(bytes), { kind: 'onnx' });
    expect(unpacked).toEqual(model);
    const answered = await run(unpacked);
    expect(answered.some((value) => value !== 0)).toBe(true);
    expect(bits(answered)).toEqual(bits(await run(model)));
  });

  it('a layers model is loaded, and predicts the same to the bit', async () => {
    const { model, artifacts } = await layersModel();
    const { bytes } = await pack(artifacts);
    const loaded = await tf.loadLayersModel(packedTfjs(serve(bytes)));
    expect(bits(answer(loaded))).toEqual(bits(answer(model)));
  });

  it('a graph model is loaded, and predicts the same to the bit', async () => {
    const artifacts = graphArtifacts();
    const { bytes } = await pack(artifacts);
    const loaded = await tf.loadGraphModel(packedTfjs(serve(bytes)));
    const dense = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
    expect(bits(answer(loaded))).toEqual(bits(answer(dense)));
  });

  describe('a model of fewer bits', () => {
    it.each(['float16', 'int8', 'clustered'] as const)('in %s predicts nearly the same', async (values) => {
      const { model, artifacts } = await layersModel();
      const { bytes } = await pack(artifacts, { values });
      const loaded = await tf.loadLayersModel(packedTfjs(serve(bytes)));
      const wanted = answer(model);
      for (const [i, value] of answer(loaded).entries()) expect(value).toBeCloseTo(wanted[i]!, 1);
    });
  });

  it('progress is told while it arrives, up to all of it', async () => {
    const next = randoms(5);
    const data = Uint8Array.from({ length: 400_000 }, () => 256 * next());
    const { bytes } = await pack({ noise: { shape: [data.length], data } });
    const told: UnpackProgress[] = [];
    await unpack(new Response(arriving(bytes)), { onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(8);
    expect(told.map(({ loaded }) => loaded)).toEqual(told.map(({ loaded }) => loaded).sort((a, b) => a - b));
    expect(told.at(-1)).toEqual({ loaded: bytes.length, total: bytes.length });
  });

  it('a file that is cut on the way is an error of the load', async () => {
    const { bytes } = await pack(graphArtifacts() as TfjsArtifacts);
    const load = tf.loadGraphModel(packedTfjs(serve(bytes.slice(0, -1))));
    await expect(load).rejects.toMatchObject({ name: 'PruneError', code: 'corrupt-file' });
  });
}

/** Bytes that come in eight parts, as from afar. */
function arriving(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const size = Math.ceil(bytes.length / 8);
  let at = 0;
  return new ReadableStream({
    pull: async (controller) => {
      await new Promise((resolve) => setTimeout(resolve));
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
      if (at >= bytes.length) controller.close();
    },
  });
}

function bits({ buffer, byteOffset, length }: Float32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}
