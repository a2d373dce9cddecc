import { create, decodeModel, encodeModel, tensorToFloat32, ValueInfoProtoSchema } from '@synaprune/onnx';
import { buildModel, codeOf } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { layers, lstm, sparseTensor } from '../testing/adapted-models.js';
import { randomTensor, type TestModel } from '../testing/models.js';
import { load } from '../testing/runtime.js';
import { addAdapters } from './add-adapters.js';
import { mergeAdapters } from './merge-adapters.js';

/** The model in float16, but for what it gives: its first output, cast. */
function halved(model: TestModel): Uint8Array {
  const tensors = Object.fromEntries(
    Object.entries(model.tensors!).map(([name, tensor]) => [
      name,
      tensor.type === undefined ? { ...tensor, type: 'float16' as const } : tensor,
    ]),
  );
  const nodes: TestModel['nodes'] = [
    ...model.nodes,
    ['Cast', [model.outputs[0] as string], ['answer'], { to: codeOf('float32') }],
  ];
  const message = decodeModel(buildModel({ ...model, tensors, nodes }));
  message.graph!.output = [create(ValueInfoProtoSchema, { name: 'answer' })];
  return encodeModel(message);
}

async function answerOf(bytes: Uint8Array): Promise<readonly number[]> {
  const runner = await load(bytes);
  const { answer } = await runner.run({});
  await runner.release();
  return answer!.data;
}

const tensorsOf = (bytes: Uint8Array) =>
  new Map(decodeModel(bytes).graph!.initializer.map((tensor) => [tensor.name, tensor]));

// Scales and factors that float16 cannot hold: the products of all are about 1.
it.each([
  [2e7, 1e-4, 1e-3],
  [1e-7, 1e5, 200],
])('a float16 model has adapters of float32, of alpha %d and factors of %d and %d', async (alpha, a, b) => {
  const models: [string, TestModel, string[]][] = Object.entries(layers).flatMap(([what, layer]) => [
    [what, layer(randomTensor), ['w']],
    [`${what}, with zeros`, layer(sparseTensor), ['w']],
  ]);
  for (const [what, model, select] of [
    ...models,
    ['LSTM', lstm(randomTensor), ['w', 'r']] as [string, TestModel, string[]],
  ]) {
    const bytes = halved(model);
    const adapted = addAdapters(bytes, { select, rank: 2, alpha });
    const before = await answerOf(bytes);
    expect(await answerOf(adapted.training.model), what).toEqual(before);
    const values = new Map(
      adapted.adapters.flatMap((each, i) =>
        [
          [each.a, a],
          [each.b, b],
        ].map(([factor, size], k) => {
          const { name, shape } = factor as typeof each.a;
          return [name, Float32Array.from(randomTensor(shape, 20 + 2 * i + k, size as number).data)] as const;
        }),
      ),
    );
    const file = adapted.save(values);
    const again = addAdapters(bytes, { adapters: file });
    const resumed = tensorsOf(again.training.model);
    for (const [name, given] of values) expect(tensorToFloat32(resumed.get(name)!), what).toEqual(given);
    expect(again.save(values), what).toEqual(file);
    const trained = await answerOf(again.training.model);
    const merged = await answerOf(mergeAdapters(bytes, file));
    const largest = Math.max(...merged.map(Math.abs));
    // Sums of at most 24 products of 11 bits each; what adapters change is far above that.
    const apart = (one: readonly number[]) =>
      Math.max(...one.map((value, i) => Math.abs(value - merged[i]!)));
    expect(apart(trained), what).toBeLessThan(largest * 2 ** -8);
    expect(apart(before), what).toBeGreaterThan(largest * 2 ** -5);
  }
});
