import { describe, expect, inject, it } from 'vitest';
import { codeOf } from '../elements/element-type.js';
import { buildModel, type NodeParts } from '../graph.js';
import { decodeModel, pruneOnnx, type TensorProto, tensorFromFloat32 } from '../index.js';
import { rawTensor } from '../testing/small-models.js';
import { type KnownWeight, pruneBySorting, sizeOf } from '../testing/sorted-pruning.js';

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const words = (length: number, of: () => number) => new Uint8Array(Int32Array.from({ length }, of).buffer);
/** Bits of a float32 of a bell, of which narrower types take the upper ones, or read other numbers. */
const bell = () => {
  const [float] = new Int32Array(Float32Array.of(random() + random() + random() - 1.5).buffer);
  return float!;
};

/** The bytes that all types of weights are read from, spread as numbers may be. */
const SPREADS: Record<string, (bytes: number) => Uint8Array> = {
  'any bits at all, NaN among them': (bytes) => words(bytes / 4, () => random() * 2 ** 32),
  'a bell': (bytes) => words(bytes / 4, bell),
  'nothing but zeros': (bytes) => new Uint8Array(bytes),
  'mostly zeros of either sign': (bytes) =>
    words(bytes / 4, () => (random() < 0.4 ? 0 : random() < 0.8 ? 0x80008000 : bell())),
  'all equal': (bytes) => new Uint8Array(bytes).fill(0x3a),
  'few values': (bytes) =>
    words(bytes / 4, () => [0x3c003c00, 0x3c003c01, 0xbc00bc00, 0x3f803f80][Math.floor(4 * random())]!),
  subnormals: (bytes) => words(bytes / 4, () => Math.floor(random() * 64) * 0x00010001),
  'NaN and infinities': (bytes) =>
    words(bytes / 4, () => [0x7c007f80, 0xfc01ff81, 0x7fc07e00, bell()][Math.floor(4 * random())]!),
};

const several = (count: number) => Float32Array.from({ length: count }, (_, i) => (i === 1 ? 0 : random()));
const points = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + (i % 5));

/** One weight of each kind, in shapes that no word of a mask divides. */
function everyType(spread: (bytes: number) => Uint8Array): KnownWeight[] {
  const kinds: Omit<KnownWeight, 'data'>[] = [
    { type: 'float32', shape: [37, 21] },
    { type: 'float16', shape: [19, 33] },
    { type: 'uint8', shape: [40, 17], scales: several(1).fill(0.25), zeroPoints: [128] },
    { type: 'bfloat16', shape: [13, 77] },
    { type: 'int8', shape: [16, 50], scales: several(16), zeroPoints: points(16, -3), axis: 0 },
    { type: 'float64', shape: [9, 31] },
    { type: 'int8', shape: [21, 45], scales: several(45), zeroPoints: points(45, 0), axis: 1 },
    { type: 'int16', shape: [17, 19], scales: several(1).fill(0.001), zeroPoints: [7] },
    { type: 'uint16', shape: [11, 13], scales: several(13), zeroPoints: points(13, 30_000), axis: 1 },
    { type: 'float32', shape: [64, 65] },
    { type: 'int4', shape: [16, 9], scales: several(1).fill(0.5), zeroPoints: [1] },
  ];
  return kinds.map((kind) => {
    const size = sizeOf(kind.type, kind.shape[0] * kind.shape[1]);
    return { ...kind, data: spread(Math.ceil(size / 4) * 4).slice(0, size) };
  });
}

/** Each weight times an input of its own; names of odd lengths, so that raw data begins at any byte. */
function modelWith(weights: readonly KnownWeight[], skew: number): Uint8Array {
  const tensors: TensorProto[] = [];
  const nodes: NodeParts[] = [];
  const inputs: Record<string, (number | string)[]> = {};
  for (const [w, { type, shape, data, scales, zeroPoints, axis }] of weights.entries()) {
    const name = `w${w}${'_'.repeat((skew + w) % 4)}`;
    tensors.push(rawTensor(name, codeOf(type), shape, data));
    inputs[`x${w}`] = [1, shape[0]];
    let factor = name;
    if (scales !== undefined && zeroPoints !== undefined) {
      const edges = scales.length === 1 ? [] : [scales.length];
      const stored = type.endsWith('16')
        ? new Uint8Array(Int16Array.from(zeroPoints).buffer)
        : Uint8Array.from(type === 'int4' ? [zeroPoints[0]! & 15] : zeroPoints);
      tensors.push(
        tensorFromFloat32(`s${w}`, scales, edges),
        rawTensor(`z${w}`, codeOf(type), edges, stored),
      );
      factor = `f${w}`;
      nodes.push(['DequantizeLinear', [name, `s${w}`, `z${w}`], [factor], { axis: axis ?? 0 }]);
    }
    nodes.push(['MatMul', [`x${w}`, factor], [`y${w}`]]);
  }
  return buildModel({ opset: 21, inputs, tensors, nodes, outputs: weights.map((_, w) => `y${w}`) });
}

describe.each(Object.keys(SPREADS))('weights of every type are pruned as one sorted list is: %s', (name) => {
  it.each([0, 1, 2, 3])('raw data of any alignment, by %i', async (skew) => {
    const weights = everyType(SPREADS[name]!);
    const bytes = modelWith(weights, skew);
    const before = bytes.slice();
    for (const sparsity of inject('whole') ? [0.3, 0.8, 1] : [[0.3, 0.8, 1, 0.8][skew]!]) {
      const { model, report } = await pruneOnnx(bytes, { sparsity, select: { minElements: 1 } });
      const wanted = pruneBySorting(weights, sparsity);
      const raw = new Map(decodeModel(model).graph!.initializer.map((each) => [each.name, each.rawData]));
      expect(report.weights).toHaveLength(weights.length);
      for (const [w, { data, zeros }] of wanted.entries()) {
        const { name: own, zeros: told } = report.weights[w]!;
        expect([w, Buffer.compare(raw.get(own)!, data)]).toEqual([w, 0]);
        expect([w, told]).toEqual([w, zeros]);
      }
    }
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

describe.each([
  ['all of eight bits', ['uint8', 'int8']],
  ['all of sixteen bits', ['float16', 'bfloat16']],
  ['all float16', ['float16']],
] as const)('weights of narrow types alone, %s', (_, types) => {
  it.each(Object.keys(SPREADS))('%s', async (name) => {
    const weights = everyType(SPREADS[name]!).filter(({ type }) =>
      (types as readonly string[]).includes(type),
    );
    const { model } = await pruneOnnx(modelWith(weights, 1), { sparsity: 0.7, select: { minElements: 1 } });
    const kept = decodeModel(model).graph!.initializer.filter((each) => each.name.startsWith('w'));
    for (const [w, { data }] of pruneBySorting(weights, 0.7).entries()) {
      expect([w, Buffer.compare(kept[w]!.rawData, data)]).toEqual([w, 0]);
    }
  });
});
