import {
  create,
  decodeModel,
  encodeModel,
  StringStringEntryProtoSchema,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { buildModel, type ModelParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { shrinkOnnx } from '../index.js';
import { checkedShrink } from '../testing/checked-shrink.js';
import { feedsFor } from '../testing/run-model.js';

const matrix = (shape: readonly number[], seed = 1): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i * i * 1.3)),
});
const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [3, 4] }], 0);
const perceptron = (more: Partial<ModelParts> = {}): Uint8Array =>
  buildModel({
    inputs: { x: [3, 4] },
    tensors: { first: matrix([4, 8]), second: matrix([8, 2], 3) },
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['Relu', ['h'], ['r']],
      ['MatMul', ['r', 'second'], ['y']],
    ],
    outputs: ['y'],
    ...more,
  });

describe('weights that are inputs of the graph too', () => {
  const listed = (irVersion: bigint) => {
    const model = decodeModel(perceptron());
    model.irVersion = irVersion;
    const declared = decodeModel(perceptron({ inputs: { x: [3, 4], first: [4, 8], second: [8, 2] } }));
    model.graph!.input = declared.graph!.input;
    return encodeModel(model);
  };

  it('are cut, and what the graph declares of them is put right', async () => {
    const { model, report } = await checkedShrink(listed(3n), feeds);
    expect(report.notices).toEqual([]);
    const dims = decodeModel(model).graph!.input.map(({ type }) =>
      type?.value.case === 'tensorType' ? type.value.value.shape?.dim.map(({ value }) => value.value) : [],
    );
    expect(dims).toEqual([
      [3n, 4n],
      [4n, 4n],
      [4n, 2n],
    ]);
  });

  it('are named where a caller may feed them', async () => {
    const { report } = await checkedShrink(listed(8n), feeds);
    expect(report.notices).toEqual([
      {
        code: 'fed-weights',
        message:
          '"first", "second" are inputs of the graph too: who feeds them has to feed the smaller shapes',
        weights: ['first', 'second'],
      },
    ]);
  });

  it('and weights that are outputs stay', async () => {
    const model = decodeModel(perceptron());
    model.graph!.output.push(create(ValueInfoProtoSchema, { name: 'first' }));
    const { report } = await checkedShrink(encodeModel(model), feeds);
    expect(report.groups).toEqual([]);
    expect(report.held.map(({ heldBy }) => heldBy)).toContain('the output "first", axis 1: it is given out');
  });
});

describe('weights that are read twice', () => {
  it('as an embedding that the output is projected with go once', async () => {
    const model = buildModel({
      inputs: { ids: { type: 'int64', shape: [3] } },
      tensors: { words: matrix([6, 8]), mix: matrix([8, 8], 5) },
      nodes: [
        ['Identity', ['words'], ['table']],
        ['Gather', ['table', 'ids'], ['e']],
        ['MatMul', ['e', 'mix'], ['m']],
        ['Relu', ['m'], ['r']],
        ['Add', ['e', 'r'], ['s']],
        ['Transpose', ['words'], ['turned'], { perm: [1, 0] }],
        ['MatMul', ['s', 'turned'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = await checkedShrink(
      model,
      feedsFor([{ name: 'ids', type: 'int64', shape: [3], limit: 6 }], 1),
    );
    expect(report.tensors.map(({ name, shape }) => [name, shape.after])).toEqual([
      ['words', [6, 4]],
      ['mix', [4, 4]],
    ]);
  });
});

describe('bases that nobody learned', () => {
  /** Cosines under no window, as a spectrum is made with. */
  const cosines = (bins: number, taps: number): TensorParts => ({
    shape: [bins, 1, taps],
    data: Array.from({ length: bins * taps }, (_, i) =>
      Math.cos((2 * Math.PI * Math.floor(i / taps) * (i % taps)) / taps),
    ),
  });

  it('stay, by name and with the reason', () => {
    const model = buildModel({
      inputs: { x: [1, 1, 64] },
      tensors: { basis: cosines(17, 32), kernel: matrix([8, 17, 1], 2), last: matrix([2, 8, 1], 4) },
      nodes: [
        ['Conv', ['x', 'basis'], ['s']],
        ['Relu', ['s'], ['a']],
        ['Conv', ['a', 'kernel'], ['h']],
        ['Relu', ['h'], ['r']],
        ['Conv', ['r', 'last'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = shrinkOnnx(model, { keep: 0.5 });
    expect(report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([['kernel[0]', 4]]);
    expect(report.held.find(({ name }) => name === 'basis[0]')?.heldBy).toMatch(
      /^tensor "basis", axis 0: .*/,
    );
  });

  it('alone come back byte for byte, and a notice says why', () => {
    const model = buildModel({
      inputs: { x: [1, 1, 64] },
      tensors: { basis: cosines(17, 32), back: { shape: [17, 1, 32], data: cosines(17, 32).data } },
      nodes: [
        ['Conv', ['x', 'basis'], ['s']],
        ['ConvTranspose', ['s', 'back'], ['y']],
      ],
      outputs: ['y'],
    });
    const { model: same, report } = shrinkOnnx(model, { keep: 0.5 });
    expect(same).toEqual(model);
    expect(report.notices).toMatchObject([
      { code: 'nothing-to-remove', message: expect.stringContaining('tensor "basis", axis 0') },
    ]);
  });
});

describe('weights in other files', () => {
  const model = decodeModel(perceptron());
  const data = model.graph!.initializer[0]!.rawData;
  const [first] = model.graph!.initializer;
  first!.rawData = new Uint8Array(0);
  first!.dataLocation = 1;
  first!.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: 'first.bin' })];
  const bytes = encodeModel(model);

  it('come into the model with the option, and the smaller model is one file', () => {
    const { model: small } = shrinkOnnx(bytes, { keep: 0.5, externalData: { 'first.bin': data } });
    expect(small).toEqual(shrinkOnnx(perceptron(), { keep: 0.5 }).model);
  });

  it('are external-data without', () => {
    expect(() => shrinkOnnx(bytes, { keep: 0.5 })).toThrow(
      expect.objectContaining({ code: 'external-data' }),
    );
  });
});
