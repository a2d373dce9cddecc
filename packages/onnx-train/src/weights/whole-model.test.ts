import { decodeModel, encodeModel } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor } from '../testing/models.js';
import { moveOutside } from '../testing/move-outside.js';

const whole = buildModel({
  inputs: { x: { shape: [4, 3] } },
  tensors: { w: randomTensor([3, 2], 1), b: randomTensor([2], 2) },
  nodes: [['Gemm', ['x', 'w', 'b'], ['y']]],
  outputs: ['y'],
});
const options = { loss: 'mse', optimizer: 'adam' } as const;
const { model, externalData } = moveOutside(whole);

describe('a model with weights in another file', () => {
  it('trains as if they were in it, and is exported as one file', () => {
    const before = [model.slice(), externalData['model.onnx.data']!.slice()];
    const step = buildTrainingStep(model, { ...options, externalData });
    const expected = buildTrainingStep(whole, options);
    expect(step.model).toEqual(expected.model);
    expect(step.weights).toEqual(expected.weights);
    expect([model, externalData['model.onnx.data']]).toEqual(before);
    const values = new Map([['b', Float32Array.of(7, 8)]]);
    const exported = decodeModel(step.export(values));
    expect(exported).toEqual(decodeModel(expected.export(values)));
    expect(exported.graph!.initializer.map(({ externalData }) => externalData)).toEqual([[], []]);
  });

  it('is refused without the file, with what to give', () => {
    expect(() => buildTrainingStep(model, options)).toThrow(
      expect.objectContaining({
        code: 'external-data',
        message:
          'tensor "w" has its data in "model.onnx.data", which a model given as bytes cannot reach; ' +
          'give the bytes of the file as well, externalData: { "model.onnx.data": bytes }',
      }),
    );
  });

  it('is refused with a file of another name, a file too short, and a file that it has nothing in', () => {
    const data = externalData['model.onnx.data']!;
    const refused = (files: object) =>
      expect(() => buildTrainingStep(model, { ...options, externalData: files as never }));
    refused({ 'model.onnx_data': data }).toThrow(
      /has its data in "model\.onnx\.data", which externalData has not; it has "model\.onnx_data"/,
    );
    refused({ 'model.onnx.data': data.subarray(0, 70) }).toThrow(/bytes 64 to 72 of .*, which has 70/);
    const pointer = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n');
    refused({ 'model.onnx.data': pointer }).toThrow(/which has 43 and is a git-lfs pointer, .*git lfs pull$/);
    refused({ ...externalData, more: data }).toThrow(/"more", in which the model has no tensor/);
    refused(true as never).toThrow(TypeError);
  });

  it('is refused where model and file are too large for one file, before anything is copied', () => {
    const large = decodeModel(model);
    const [w] = large.graph!.initializer;
    w!.dims = [2n ** 29n, 1n];
    w!.externalData = w!.externalData.filter(({ key }) => key === 'location');
    large.graph!.initializer.length = 1;
    // Memory that nobody touches is not there.
    const data = new Uint8Array(2 ** 31);
    expect(() =>
      buildTrainingStep(encodeModel(large), { ...options, externalData: { 'model.onnx.data': data } }),
    ).toThrow(/have 21\d{8} bytes; the most that one file may have is 2147483647/);
  });
});

it('what is no model is told by what it is', () => {
  const page = new TextEncoder().encode('<!doctype html><title>404</title>');
  expect(() => buildTrainingStep(page, options)).toThrow(
    expect.objectContaining({ code: 'bad-model', message: expect.stringMatching(/got an HTML page/) }),
  );
});
