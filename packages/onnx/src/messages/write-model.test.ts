import { toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildModel } from '../graph.js';
import { create, ModelProtoSchema, NodeProtoSchema, SparseTensorProtoSchema } from '../index.js';
import { readRealModel, realModels } from '../testing/real-models.js';
import { decodeModel, encodeModel, viewMessages } from './codec.js';

const tensor = (count: number, seed = 0) => ({
  type: 'uint8' as const,
  shape: [count],
  data: Array.from({ length: count }, (_, i) => (i * 7 + seed) & 0xff),
});

test('data of any length, wherever it lies, is written as it would be whole', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 9 }), (lengths) => {
      const [inNode = 0, inBranch = 0, inFunction = 0, ...rest] = lengths;
      const constant = (count: number, name: string) =>
        ['Constant', [], [name], { value: { tensor: tensor(count, 3) } }] as const;
      const bytes = buildModel({
        tensors: Object.fromEntries(rest.map((count, i) => [`t${i}`, tensor(count, i)])),
        nodes: [
          constant(inNode, 'a'),
          [
            'If',
            ['t0'],
            ['b'],
            { then_branch: { graph: { tensors: { c: tensor(inBranch, 9) }, nodes: [constant(16, 'd')] } } },
          ],
        ],
        functions: { 'own::F': { inputs: [], nodes: [constant(inFunction, 'e')], outputs: ['e'] } },
      });
      const model = decodeModel(bytes);
      expect(Buffer.compare(encodeModel(model), toBinary(ModelProtoSchema, model))).toBe(0);
      // The messages have their data again.
      expect(Buffer.compare(encodeModel(model), bytes)).toBe(0);
    }),
  );
});

test('data of 16 bytes that is no tensor of a graph stays what it is', () => {
  const model = decodeModel(buildModel({ tensors: { a: tensor(64), b: tensor(16) } }));
  const [, b] = model.graph!.initializer;
  model.graph!.sparseInitializer = [
    create(SparseTensorProtoSchema, { values: b!, indices: b!, dims: [16n] }),
  ];
  model.graph!.node = [create(NodeProtoSchema, { opType: 'Relu', docString: 'sixteen letters!' })];
  expect(Buffer.compare(encodeModel(model), toBinary(ModelProtoSchema, model))).toBe(0);
});

test.each(realModels)('%s is read in place and written as it was', (name) => {
  const bytes = readRealModel(name);
  const untouched = bytes.slice();
  expect(Buffer.compare(encodeModel(viewMessages(Buffer.from(bytes.buffer))), untouched)).toBe(0);
  expect(Buffer.compare(bytes, untouched)).toBe(0);
});
