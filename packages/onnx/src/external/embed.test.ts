import { describe, expect, it } from 'vitest';
import type { GraphParts } from '../graph.js';
import {
  create,
  decodeModel,
  embedExternalData,
  encodeModel,
  findWeights,
  TensorProtoSchema,
} from '../index.js';
import { perceptron } from '../testing/external-model.js';
import { bytes, given, tensors, whole } from '../testing/given-perceptron.js';
import { kernel, matMulModel, modelOf } from '../testing/small-models.js';

describe('embedExternalData', () => {
  it('puts everything into the model, which then is what it would have been', () => {
    expect(decodeModel(embedExternalData(bytes, given))).toEqual(decodeModel(whole()));
    expect(findWeights(embedExternalData(bytes, given))).toEqual(findWeights(whole()));
  });

  it('reaches Constant nodes in branches, and gives a model without files back', () => {
    const inside = matMulModel(kernel());
    expect(embedExternalData(inside, {})).toEqual(inside);
    expect(embedExternalData(inside, {})).not.toBe(inside);
    const t = create(TensorProtoSchema, {
      dims: [2n],
      dataType: 1,
      dataLocation: 1,
      externalData: [
        { key: 'location', value: 'c' },
        { key: 'offset', value: '4' },
      ],
    });
    const branch: GraphParts = { nodes: [['Constant', [], ['k'], { value: { tensor: t } }]] };
    const nested = modelOf({ nodes: [['If', ['c'], ['y'], { then_branch: { graph: branch } }]] });
    const embedded = decodeModel(
      embedExternalData(nested, { c: Uint8Array.from({ length: 12 }, (_, i) => i) }),
    );
    const constant = embedded.graph!.node[0]!.attribute[0]!.g!.node[0]!.attribute[0]!.t!;
    expect([...constant.rawData]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(constant.externalData).toEqual([]);
    expect(constant.dataLocation).toBe(0);
  });

  it('lets two tensors that stay be one range of a file, and gives each its own bytes', () => {
    const { model } = perceptron(tensors);
    const [first, , second] = model.graph!.initializer;
    second!.externalData = first!.externalData;
    second!.dims = [16n, 8n];
    const embedded = decodeModel(embedExternalData(encodeModel(model), given)).graph!.initializer;
    expect(embedded[2]!.rawData).toEqual(tensors[0]!.rawData);
  });
});
