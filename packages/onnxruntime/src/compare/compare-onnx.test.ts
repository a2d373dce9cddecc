import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { OnnxRuntime } from '../runtime/runtime.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { compareOnnx } from './compare-onnx.js';

/** `y = x · w`, two classes of each row. */
const classifier = (w: readonly number[], output = 'y') =>
  buildModel({
    inputs: { x: ['batch', 2] },
    tensors: { w: { shape: [2, 2], data: Float32Array.from(w) } },
    nodes: [
      ['MatMul', ['x', 'w'], ['logits']],
      ['Softmax', ['logits'], [output]],
    ],
    outputs: [output],
  });
/** A model of other inputs. */
const taking = (given: Readonly<Record<string, readonly (string | number)[]>>) =>
  buildModel({
    inputs: given,
    nodes: [['Concat', Object.keys(given), ['y'], { axis: 1 }]],
    outputs: ['y'],
  });
const before = classifier([1, 0, 0, 1]);
const inputs = [{ x: Float32Array.of(1, 0, 0, 1, 3, 1, 1, 3) }, { x: Float32Array.of(2, 1) }];

describe.each([useNode, useWasm])('on a runtime', (use) => {
  it('measures bytes, time and how much the answers agree', async () => {
    const { ort } = await use();
    // Rows answer by their second number: those with the larger first one change their mind.
    const after = classifier([0, 0, 0, 1]);
    const found = await compareOnnx({ ort, before, after, inputs });
    expect(found).toMatchObject({
      before: { bytes: before.length, milliseconds: expect.any(Number) },
      after: { bytes: after.length, milliseconds: expect.any(Number) },
      speedup: expect.any(Number),
      // [0, 1] and [1, 3] stay; [1, 0], a tie that the first class wins, stays too; [3, 1] and [2, 1] go.
      agreement: 0.6,
      sameSamples: 0.6,
      samples: 5,
      outputs: [{ name: 'y', kind: 'classes', agreement: 0.6 }],
      notices: [],
    });
  });
});

describe('compareOnnx', () => {
  const node = async (): Promise<OnnxRuntime> => (await useNode()).ort;

  it('agrees fully with the same model, and tells noise', async () => {
    const { agreement, sameSamples, samples, notices } = await compareOnnx({
      ort: await node(),
      before,
      after: before,
    });
    expect([agreement, sameSamples, samples]).toEqual([1, 1, 8]);
    expect(notices.map(({ code }) => code)).toEqual(['noise-inputs']);
  });

  it('tells answers that are NaN, with which nothing agrees', async () => {
    const broken = classifier([Number.NaN, 0, 0, 1]);
    const { agreement, notices } = await compareOnnx({
      ort: await node(),
      before: broken,
      after: broken,
      inputs,
    });
    expect(agreement).toBe(0);
    expect(notices).toEqual([
      {
        code: 'nan-answers',
        message: expect.stringContaining('the model before answers with NaN, 10 of 10 of "y"'),
      },
    ]);
  });

  it('takes a metric of the caller', async () => {
    const metric = () => 0.25;
    expect((await compareOnnx({ ort: await node(), before, after: before, inputs, metric })).agreement).toBe(
      0.25,
    );
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const comparing = compareOnnx({
      ort: await node(),
      before,
      after: before,
      inputs,
      signal: controller.signal,
      onProgress,
    });
    await expect(comparing).rejects.toThrow(/aborted/);
  });

  it.each<[string, object, string]>([
    ['an option that is none', { befor: before }, 'did you mean "before"'],
    ['a signal that is none', { signal: 1 }, 'compareOnnx needs signal to be an AbortSignal, got 1'],
    ['bytes that are none', { after: 'small.onnx' }, 'needs after to be the bytes of a model'],
    ['a runtime that is none', { ort: {} }, 'compareOnnx needs ort to be a namespace'],
    [
      'a model of more inputs',
      { after: taking({ x: ['batch', 2], z: ['batch', 2] }) },
      'the one before takes "x", the one after "x", "z"',
    ],
    [
      'a model of inputs in another shape',
      { after: taking({ x: ['batch', 3] }) },
      'the one before takes "x" as float32 [batch, 2], the one after "x" as float32 [batch, 3]',
    ],
    ['a model of other outputs', { after: classifier([1, 0, 0, 1], 'z') }, '"y"'],
  ])('refuses %s', async (_, wrong, message) => {
    const options = { ort: await node(), before, after: before, inputs, ...wrong };
    await expect(compareOnnx(options)).rejects.toThrow(message);
  });
});
