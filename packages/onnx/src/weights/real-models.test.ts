import { beforeAll, describe, expect, it } from 'vitest';
import { findWeights, type OnnxReport, type OnnxWeight, pruneOnnx, replaceWeights } from '../index.js';
import { type RealModel, readRealModel, realModels } from '../testing/real-models.js';
import { loadRuntime, type Runtime } from '../testing/runtime.js';

let ort: Runtime;
beforeAll(async () => {
  ort = await loadRuntime();
});

/** What each of them takes for one run. */
const feeds: Record<RealModel, () => Record<string, unknown>> = {
  'silero v5': () => ({
    input: ort.tensor('float32', [1, 512]),
    state: ort.tensor('float32', [2, 1, 128]),
    sr: new ort.Tensor('int64', BigInt64Array.of(16000n), []),
  }),
  'silero legacy': () => ({
    input: ort.tensor('float32', [1, 1536]),
    sr: new ort.Tensor('int64', BigInt64Array.of(16000n), []),
    h: ort.tensor('float32', [2, 1, 64]),
    c: ort.tensor('float32', [2, 1, 64]),
  }),
  'PP-OCR cls': () => ({ x: ort.tensor('float32', [1, 3, 48, 192]) }),
};

const summary = (weights: readonly OnnxWeight[]) => {
  const pruned = weights.filter((weight) => weight.pruned);
  return { tensors: pruned.length, elements: pruned.reduce((sum, { elements }) => sum + elements, 0) };
};

describe('findWeights on real models', () => {
  it('finds kernels among initializers of If branches', () => {
    const weights = findWeights(readRealModel('silero legacy'));
    expect(summary(weights)).toEqual({ tensors: 48, elements: 307_252 });
    const inside = weights.filter(({ place }) => place.includes('_branch/'));
    expect(inside.some(({ pruned, uses }) => pruned && uses.some(({ op }) => op === 'LSTM'))).toBe(true);
  });

  it('finds kernels among Constant nodes', () => {
    expect(summary(findWeights(readRealModel('PP-OCR cls')))).toEqual({ tensors: 52, elements: 124_040 });
  });

  it('finds kernels behind Concat, Slice and Unsqueeze', () => {
    const weights = findWeights(readRealModel('silero v5')).filter(({ pruned }) => pruned);
    expect(weights.some(({ uses }) => uses.some(({ op }) => op === 'LSTM'))).toBe(true);
    expect(summary(weights)).toEqual({ tensors: 14, elements: 459_776 });
  });
});

it.each([
  ['silero v5', 2, 'stft.forward_basis_buffer'],
  ['silero legacy', 2, 'feature_extractor.forward_basis_buffer'],
  ['PP-OCR cls', 0, ''],
] as const)('takes of %s %i Fourier bases for what nobody learned, and nothing else', (name, count, end) => {
  const fixed = findWeights(readRealModel(name)).filter(({ reason }) => reason.startsWith('fixed basis'));
  expect(fixed).toHaveLength(count);
  expect(fixed.every((weight) => weight.name.endsWith(end) && !weight.pruned)).toBe(true);
});

/** The model without what is in these weights: whatever else differs would show. */
const blank = (model: Uint8Array, weights: OnnxReport['weights']): Uint8Array =>
  replaceWeights(
    model,
    new Map(weights.map(({ name, elements }) => [name, new Float32Array(elements).fill(7)])),
  );

describe.each(realModels)('pruneOnnx on %s', (name) => {
  it('drops exactly the budget, changes nothing else, and the result runs', async () => {
    const bytes = readRealModel(name);
    const original = bytes.slice();
    const { model, report } = await pruneOnnx(bytes, { sparsity: 0.5 });
    expect(Buffer.compare(bytes, original)).toBe(0);
    expect(model.length).toBe(bytes.length);
    expect(report.total.zeros.after).toBe(Math.floor(report.total.elements / 2));

    const counted = findWeights(model).filter(({ pruned }) => pruned);
    expect(counted.map((weight) => weight.zeros)).toEqual(report.weights.map(({ zeros }) => zeros.after));
    expect(Buffer.compare(blank(model, report.weights), blank(bytes, report.weights))).toBe(0);

    const outputs = await ort.run(model, feeds[name]());
    expect(Object.values(outputs).every((values) => values.every(Number.isFinite))).toBe(true);
  });
});
