import { expect, it } from 'vitest';
import { findWeights, pruneOnnx, replaceWeights } from '../index.js';
import { changedRanges } from '../testing/changed-ranges.js';
import { readRealModel } from '../testing/real-models.js';
import { kernel, matMulModel } from '../testing/small-models.js';

it('replaceWeights writes values where they belong and nothing else', () => {
  const bytes = readRealModel('PP-OCR cls');
  const before = bytes.slice();
  const weight = findWeights(bytes).find(({ pruned }) => pruned)!;
  const model = replaceWeights(bytes, new Map([[weight.name, new Float32Array(weight.elements)]]));
  expect(Buffer.compare(bytes, before)).toBe(0);
  const [first, last] = [changedRanges(bytes, model)[0]!, changedRanges(bytes, model).at(-1)!];
  expect(last.end - first.start).toBeLessThanOrEqual(4 * weight.elements);
  expect(findWeights(model).find(({ name }) => name === weight.name)?.zeros).toBe(weight.elements);
});

it('replaceWeights keeps what pruning did', async () => {
  const { model } = await pruneOnnx(matMulModel(kernel()), { sparsity: 0.5 });
  const [weight] = findWeights(replaceWeights(model, new Map()));
  expect(weight?.zeros).toBe(64);
});

it.each([
  ['unmatched-selector', new Map([['v', new Float32Array(128)]])],
  [undefined, new Map([['w', new Float32Array(3)]])],
  [undefined, new Map([['w', [1, 2] as unknown as Float32Array]])],
])('replaceWeights refuses (%s) what does not fit', (code, values) => {
  const act = () => replaceWeights(matMulModel(kernel()), values);
  if (code === undefined) expect(act).toThrow(/^graph\/w .*needs/);
  else expect(act).toThrow(expect.objectContaining({ code }));
});
