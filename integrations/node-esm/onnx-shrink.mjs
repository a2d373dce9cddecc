/* A model with half of its channels, and what that takes compressed. */
import assert from 'node:assert/strict';
import { buildModel } from '@synaprune/onnx/graph';
import { channelGroups, removeDeadChannels, shrinkOnnx } from '@synaprune/onnx-shrink';
import { compressedBytes } from '@synaprune/onnx-shrink/node';

const wave = (/** @type {number} */ length) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));
const bytes = buildModel({
  inputs: { x: ['batch', 8] },
  tensors: { w1: { shape: [8, 16], data: wave(128) }, w2: { shape: [16, 4], data: wave(64) } },
  nodes: [
    ['MatMul', ['x', 'w1'], ['a']],
    ['Relu', ['a'], ['b']],
    ['MatMul', ['b', 'w2'], ['y']],
  ],
  outputs: ['y'],
});
assert.deepEqual(
  channelGroups(bytes).groups.map(({ channels }) => channels),
  [16],
);
const { model, report } = shrinkOnnx(bytes, { keep: 0.5 });
assert.deepEqual(report.parameters, { before: 192, after: 96 });
assert.ok((await compressedBytes(model)).gzip < (await compressedBytes(bytes)).gzip);
assert.equal(removeDeadChannels(model).model.length, model.length);
