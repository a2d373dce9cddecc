import {
  create,
  decodeModel,
  encodeModel,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { expect, test } from 'vitest';
import { removeDeadChannels } from '../remove-dead-channels.js';
import { shrinkOnnx } from '../shrink-onnx.js';
import { feedsFor, relativeError, runModel } from '../testing/run-model.js';

/** A model of version 3, which lists its tensors among its inputs. */
function oldModel(): Uint8Array {
  const model = decodeModel(
    buildModel({
      inputs: { x: [1, 2] },
      tensors: {
        a: { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
        c: { shape: [3, 2], data: [1, 2, 0, 0, 3, 4] },
      },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['Relu', ['h'], ['r']],
        ['MatMul', ['r', 'c'], ['y']],
      ],
      outputs: ['y'],
      opset: 8,
    }),
  );
  model.irVersion = 3n;
  for (const { name, dims } of model.graph!.initializer) {
    const dim = dims.map((edge) =>
      create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: edge } }),
    );
    const value = create(TypeProto_TensorSchema, {
      elemType: 1,
      shape: create(TensorShapeProtoSchema, { dim }),
    });
    const type = create(TypeProtoSchema, { value: { case: 'tensorType', value } });
    model.graph!.input.push(create(ValueInfoProtoSchema, { name, type }));
  }
  return encodeModel(model);
}

test('tensors that are listed among the inputs are said to have the shape that they have', async () => {
  const model = oldModel();
  const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [1, 2], grain: 1 }], 0);
  const { y } = await runModel(model, feeds);
  const dead = removeDeadChannels(model);
  expect(dead.report.groups[0]!.kept).toEqual([0, 2]);
  expect(relativeError((await runModel(dead.model, feeds)).y!, y!)).toBe(0);
  const half = await runModel(shrinkOnnx(model, { keep: 0.5 }).model, feeds);
  expect(half.y!.shape).toEqual([1, 2]);
});
