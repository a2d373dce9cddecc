import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { quantiseValues } from '../elements/quantise.js';
import { readFloats } from '../elements/read-values.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import { loadLayers, recurrentModel, smallestFirst, weightsOf } from '../testing/layer-models.js';
import { findTfjsWeights } from '../weights/find-weights.js';
import { pruneTfjs } from './prune-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a pruned layers model', () => {
  it('has zeros where the smallest elements of all kernels were, and nothing else differs', async () => {
    const dense = await artifactsOf(recurrentModel());
    const { artifacts, report } = await pruneTfjs(dense, { sparsity: 0.6 });
    const before = weightsOf(dense);
    const after = weightsOf(artifacts);
    const kernels = report.weights.map(({ name }) => name);
    expect(kernels).toEqual([
      'conv/kernel',
      'each/kernel',
      'bi/forward_bl/kernel',
      'bi/forward_bl/recurrent_kernel',
      'bi/backward_bl/kernel',
      'bi/backward_bl/recurrent_kernel',
      'deep/kernel',
    ]);
    const dropped = smallestFirst(kernels.map((name) => before.get(name)!));
    const count = Math.floor(0.6 * report.total.elements);
    for (const { weight, index } of dropped.slice(0, count)) before.get(kernels[weight]!)![index] = 0;
    expect(after).toEqual(before);
    expect(report.total.zeros).toEqual({ before: 0, after: count });
  });

  it('predicts what the dense model predicts with the same weights zeroed', async () => {
    const model = recurrentModel();
    const dense = await artifactsOf(model);
    const { artifacts } = await pruneTfjs(dense, { sparsity: 0.5 });
    const pruned = await loadLayers(artifacts);
    const x = tf.randomNormal([2, 8, 6], 0, 1, 'float32', 3);
    const got = await (pruned.predict(x) as tf.Tensor).data();
    const values = weightsOf(artifacts);
    for (const weight of model.weights)
      weight.write(tf.tensor(values.get(weight.originalName)!, weight.shape as number[]));
    expect(got).toEqual(await (model.predict(x) as tf.Tensor).data());
  });

  it('leaves what it was given as it was', async () => {
    const dense = await artifactsOf(recurrentModel());
    const copy = structuredClone(dense);
    const { artifacts } = await pruneTfjs(dense, { sparsity: 0.9 });
    expect(dense).toEqual(copy);
    expect(artifacts.weightData).not.toBe(dense.weightData);
    expect({ ...artifacts, weightData: null }).toEqual({ ...dense, weightData: null });
  });

  it('keeps the optimizer that was saved with it', async () => {
    const model = recurrentModel();
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.fit(tf.ones([2, 8, 6]), tf.ones([2, 4]), { epochs: 1, verbose: 0 });
    const dense = await artifactsOf(model, { includeOptimizer: true });
    const { artifacts, report } = await pruneTfjs(dense, { sparsity: 0.5 });
    const slots = report.leftAlone.filter(({ reason }) => reason === 'of the optimizer');
    expect(slots.length).toBeGreaterThan(10);
    const [before, after] = [weightsOf(dense), weightsOf(artifacts)];
    for (const { name } of slots) expect(after.get(name)).toEqual(before.get(name));
  });

  it('comes back in the buffers that it was given in, whatever lies across two of them', async () => {
    const dense = await artifactsOf(recurrentModel());
    const whole = dense.weightData as ArrayBuffer;
    const cuts = [0, 1, 1, 130, 131, 777, whole.byteLength];
    const weightData = cuts.slice(1).map((end, i) => whole.slice(cuts[i], end));
    const split = await pruneTfjs({ ...dense, weightData }, { sparsity: 0.5 });
    const parts = split.artifacts.weightData as readonly ArrayBuffer[];
    expect(parts.map(({ byteLength }) => byteLength)).toEqual(weightData.map(({ byteLength }) => byteLength));
    const joined = tf.io.concatenateArrayBuffers([...parts]);
    expect(new Uint8Array(joined)).toEqual(
      new Uint8Array((await pruneTfjs(dense, { sparsity: 0.5 })).artifacts.weightData as ArrayBuffer),
    );
  });

  it('is pruned by patterns, scores, floors and masks of its own, as the options say', async () => {
    const dense = await artifactsOf(recurrentModel());
    const channels = await pruneTfjs(dense, {
      sparsity: 0.5,
      select: 'deep/kernel',
      pattern: { kind: 'channel', axis: 1 },
    });
    const deep = weightsOf(channels.artifacts).get('deep/kernel')!;
    const emptied = [0, 1, 2, 3].filter((unit) => deep.every((value, i) => i % 4 !== unit || value === 0));
    expect(emptied.length).toBe(2);
    const scored = await pruneTfjs(dense, {
      sparsity: 0.25,
      select: 'deep/kernel',
      score: {
        kind: 'tensor',
        of: ({ weight: { elements } }) => Float32Array.from({ length: elements }, (_, i) => i),
      },
    });
    const kept = weightsOf(scored.artifacts).get('deep/kernel')!;
    expect(kept.findIndex((value) => value !== 0)).toBe(kept.length / 4);
  });
});

describe('a quantised model', () => {
  it.each(['uint8', 'uint16', 'float16'] as const)(
    'in %s stays in as many bytes, and what is dropped is zero in tfjs',
    async (dtype) => {
      const dense = await quantised(await artifactsOf(recurrentModel()), dtype);
      const { artifacts, report } = await pruneTfjs(dense, { sparsity: 0.5 });
      expect((artifacts.weightData as ArrayBuffer).byteLength).toBe(
        (dense.weightData as ArrayBuffer).byteLength,
      );
      expect(artifacts.weightSpecs).toEqual(dense.weightSpecs);
      expect(report.notices).toEqual([]);
      const [before, after] = await Promise.all([dense, artifacts].map(loadLayers));
      let zeros = 0;
      for (const [i, weight] of after!.weights.entries()) {
        const [was, is] = [before!.weights[i]!, weight].map((each) => each.read().dataSync());
        const pruned = report.weights.some(({ name }) => name === weight.originalName);
        is!.forEach((value, k) => {
          if (pruned && value === 0) zeros += 1;
          else expect(value).toBe(was![k]);
        });
      }
      expect(zeros).toBe(report.total.zeros.after);
      expect(zeros).toBe(Math.floor(report.total.elements / 2));
    },
  );

  it('without a code for zero gets the code nearest to zero, and the report says so', async () => {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const quantization = { dtype: 'uint8', scale: 0.01, min: -1.2345 } as const;
    const artifacts = {
      weightSpecs: [{ name: 'a/kernel', shape: [16, 16], dtype: 'float32', quantization }],
      weightData: codes.buffer,
    };
    const { report, artifacts: pruned } = await pruneTfjs(artifacts, { sparsity: 0.5 });
    // -1.2345 + 123 · 0.01 is -0.0045, and 124 · 0.01 is 0.0055 away.
    const made = new Uint8Array(pruned.weightData);
    const at = (code: number) => Math.abs(code * 0.01 - 1.2345);
    const order = [...codes].sort((a, b) => at(a) - at(b));
    const dropped = new Set(order.slice(0, 128));
    expect([...made]).toEqual([...codes].map((code) => (dropped.has(code) ? 123 : code)));
    expect(report.weights[0]?.zero).toBeCloseTo(-0.0045, 6);
    expect(report.notices.map(({ code, weights }) => ({ code, weights }))).toEqual([
      { code: 'zero-not-exact', weights: ['a/kernel'] },
    ]);
  });

  it('over a range without zero is left alone, and the report says so', async () => {
    const weight = (name: string, min: number) => ({
      name,
      shape: [8, 8],
      dtype: 'float32',
      quantization: { dtype: 'uint8' as const, scale: 0.01, min },
    });
    const artifacts = {
      weightSpecs: [
        weight('a/kernel', 5),
        weight('b/kernel', -1.28),
        { ...weight('c/kernel', 3), quantization: { dtype: 'uint8' as const, scale: 0, min: 3 } },
      ],
      weightData: Uint8Array.from({ length: 192 }, (_, i) => i).buffer,
    };
    const { report } = await pruneTfjs(artifacts, { sparsity: 0.5 });
    expect(report.weights.map(({ name }) => name)).toEqual(['b/kernel']);
    expect(report.leftAlone.map(({ reason }) => reason)).toEqual([
      'kernel, by its name, quantised, and no code is near zero: the nearest is 5',
      'kernel, by its name, quantised, and every code is 3',
    ]);
    expect(report.notices.map(({ code }) => code)).toEqual(['no-zero-code']);
    await expect(pruneTfjs(artifacts, { sparsity: 0.5, select: 'a/kernel' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('what cannot be pruned is refused', () => {
  it('with the reason', async () => {
    const dense = await artifactsOf(recurrentModel());
    const codeOf = async (artifacts: object, options: object = { sparsity: 0.5 }) =>
      await pruneTfjs(artifacts as never, options as never).then(
        () => 'nothing',
        (error: Error & { code?: string }) => error.code ?? error.name,
      );
    expect(await codeOf({ ...dense, weightData: undefined })).toBe('external-data');
    expect(await codeOf({ ...dense, weightData: new ArrayBuffer(8) })).toBe('bad-model');
    expect(await codeOf({ ...dense, weightData: new ArrayBuffer(1 << 20) })).toBe('bad-model');
    expect(await codeOf({ ...dense, modelTopology: { a: 1 } })).toBe('bad-model');
    expect(await codeOf({ ...dense, modelTopology: new ArrayBuffer(8) })).toBe('bad-model');
    expect(await codeOf({ modelTopology: dense.modelTopology })).toBe('no-weights');
    expect(await codeOf(dense, { sparsity: 0.5, select: 'none/kernel' })).toBe('unmatched-selector');
    expect(await codeOf(dense, { sparsity: 2 })).toBe('RangeError');
    expect(await codeOf(dense, { sparsity: 0.5, scope: 'global' })).toBe('TypeError');
    expect(await codeOf({ ...dense, weightData: new Uint8Array(8) })).toBe('TypeError');
    expect(await codeOf(null as never)).toBe('TypeError');
  });
});

it('values that are read are those that tfjs decodes', async () => {
  const dense = await artifactsOf(recurrentModel());
  for (const dtype of ['uint8', 'uint16', 'float16'] as const) {
    const artifacts = await quantised(dense, dtype);
    const { weights, bytes } = openArtifacts('test', artifacts);
    const decoded = tf.io.decodeWeights(artifacts.weightData!, artifacts.weightSpecs!);
    for (const weight of weights) {
      expect(readFloats(weight, bytes)).toEqual(decoded[weight.name]!.dataSync());
    }
  }
});

it('lists every weight with its role, its place and why', async () => {
  const dense = await artifactsOf(recurrentModel());
  expect(
    findTfjsWeights(dense).map(({ place, role, pruned, reason }) => [place, role, pruned, reason]),
  ).toEqual([
    ['conv/kernel', 'kernel', true, 'kernel of Conv1D'],
    ['conv/bias', 'bias', false, 'bias of Conv1D'],
    ['each/inside/kernel', 'kernel', true, 'kernel of Dense'],
    ['each/inside/bias', 'bias', false, 'bias of Dense'],
    ['bi/forward_bl/kernel', 'kernel', true, 'kernel of LSTM'],
    ['bi/forward_bl/recurrent_kernel', 'recurrent kernel', true, 'recurrent kernel of LSTM'],
    ['bi/forward_bl/bias', 'bias', false, 'bias of LSTM'],
    ['bi/backward_bl/kernel', 'kernel', true, 'kernel of LSTM'],
    ['bi/backward_bl/recurrent_kernel', 'recurrent kernel', true, 'recurrent kernel of LSTM'],
    ['bi/backward_bl/bias', 'bias', false, 'bias of LSTM'],
    ['norm/gamma', 'normalisation', false, 'normalisation of BatchNormalization'],
    ['norm/beta', 'normalisation', false, 'normalisation of BatchNormalization'],
    ['inner/deep/kernel', 'kernel', true, 'kernel of Dense'],
    ['inner/deep/bias', 'bias', false, 'bias of Dense'],
    ['norm/moving_mean', 'statistic', false, 'statistic of BatchNormalization'],
    ['norm/moving_variance', 'statistic', false, 'statistic of BatchNormalization'],
  ]);
});

/** The model with its float32 weights in fewer bits, as the converter of TensorFlow.js does it. */
async function quantised(
  artifacts: tf.io.ModelArtifacts,
  dtype: 'uint8' | 'uint16' | 'float16',
): Promise<tf.io.ModelArtifacts> {
  const { weights, bytes } = openArtifacts('test', artifacts);
  const made = weights.map((weight) => ({ weight, ...quantiseValues(readFloats(weight, bytes), dtype)! }));
  return {
    ...artifacts,
    weightSpecs: made.map(({ weight: { spec }, quantization }) => ({
      ...(spec as tf.io.WeightsManifestEntry),
      quantization,
    })),
    weightData: tf.io.concatenateArrayBuffers(made.map((each) => each.bytes.buffer)),
  };
}
