import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { shrinkOnnx } from '../shrink-onnx.js';
import { random } from '../testing/cut.js';
import { maskedDense } from '../testing/masked-dense.js';
import { relativeError, runModel } from '../testing/run-model.js';

const files = createRequire(import.meta.url);
const floats = (shape: readonly number[], seed: number, scale: number) =>
  new Tensor('float32', Float32Array.from(random(shape, seed, { scale }).data as readonly number[]), [
    ...shape,
  ]);

test.each([
  ['silero_vad_legacy.onnx', ['h', 'c'], [2, 1, 64]],
  ['silero_vad_v5.onnx', ['state'], [2, 1, 128]],
] as const)(
  '%s, whose layers stand in branches, computes what the masked one does',
  async (name, states, shape) => {
    const bytes = new Uint8Array(readFileSync(files.resolve(`@ricky0123/vad-web/dist/${name}`)));
    const { model, report } = shrinkOnnx(bytes, { keep: 0.5 });
    expect(report.parameters.after).toBeLessThan(0.8 * report.parameters.before);
    const masked = maskedDense(bytes, report);
    for (const rate of [8000n, 16000n]) {
      const feeds = {
        input: floats([1, rate === 8000n ? 256 : 512], 1, 0.1),
        sr: new Tensor('int64', BigInt64Array.of(rate), []),
        ...Object.fromEntries(states.map((state, i) => [state, floats(shape, i + 2, 0.3)])),
      };
      const [got, wanted] = [await runModel(model, feeds), await runModel(masked, feeds)];
      for (const [output, value] of Object.entries(wanted)) {
        expect(relativeError(got[output]!, value)).toBeLessThan(1e-5);
      }
    }
  },
);
