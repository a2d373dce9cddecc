/* Model files in a page: an .onnx pruned and shrunk, its weights packed, multiplied and unpacked, a layer refitted. */
import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { shrinkOnnx } from '@synaprune/onnx-shrink';
import { createMoments } from '@synaprune/refit';
import { createSparseKernels, multiply, pack, packSparse, unpack } from '@synaprune/sparse';

/** @param {{ kernels: string }} expected */
export async function trial(expected) {
  const data = Float32Array.from({ length: 256 }, (_, i) => i + 1);
  const file = buildModel({
    inputs: { x: ['batch', 16] },
    tensors: { w1: { shape: [16, 16], data }, w2: { shape: [16, 16], data } },
    nodes: [
      ['MatMul', ['x', 'w1'], ['a']],
      ['Relu', ['a'], ['b']],
      ['MatMul', ['b', 'w2'], ['y']],
    ],
    outputs: ['y'],
  });
  const { model, report } = await pruneOnnx(file, { sparsity: 0.25 });
  same(report.total.zeros.after, 128, 'zeros');
  same(findWeights(model).length, 2, 'weights');
  same(shrinkOnnx(file, { keep: 0.5 }).report.parameters.after, 256, 'parameters');

  const packed = packSparse(Float32Array.of(0, 2, 0, 0, -1, 0, 0, 0.5), [2, 4]);
  same([...multiply(packed, Float32Array.of(1, 10, 100, 1000))].join(), '20,499', 'products');
  same(createSparseKernels() === undefined, expected.kernels === 'script', 'whether sparse has no kernels');
  const { bytes } = await pack({ kernel: { shape: [16, 16], data } });
  same((await unpack(bytes, { kind: 'state' })).kernel.data.join(), data.join(), 'values');

  const moments = createMoments({ features: 4 });
  moments.add(Float32Array.of(1, 2, 3, 4));
  same(moments.finish().samples, 1, 'samples');
  moments.dispose();
  return `${model.length} bytes`;
}

/** @param {unknown} got @param {unknown} needed @param {string} what */
function same(got, needed, what) {
  if (got !== needed) throw new Error(`${what}: needed ${needed}, got ${got}`);
}
