import { expect } from 'vitest';
import { type ShrinkOnnxOptions, type ShrunkOnnx, shrinkOnnx } from '../index.js';
import { maskedDense } from './masked-dense.js';
import { type Feeds, relativeError, runModel } from './run-model.js';

/** Shrinks a model, and holds what comes out against the masked dense one in the runtime. */
export async function checkedShrink(
  bytes: Uint8Array,
  feeds: Feeds,
  options: ShrinkOnnxOptions = { keep: 0.5 },
): Promise<ShrunkOnnx> {
  const before = bytes.slice();
  const shrunk = shrinkOnnx(bytes, options);
  expect(bytes).toEqual(before);
  const [got, expected] = [
    await runModel(shrunk.model, feeds),
    await runModel(maskedDense(bytes, shrunk.report), feeds),
  ];
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, result] of Object.entries(got)) {
    expect(relativeError(result, expected[name]!), name).toBeLessThan(1e-5);
  }
  return shrunk;
}
