import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModel, type ForwardModel, type ModelPlan } from './build-model.js';
import { normals, planOf } from './testing/plans.js';
import { erf, type Rows, tensorsOf, transformerReference } from './testing/transformer-reference.js';

const BATCH = 2;

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

/** What the graph answers, and the masks it was given by name, one row a window. */
async function answer(model: ForwardModel, plan: ModelPlan) {
  const window = normals(BATCH * plan.length * plan.features, 'window');
  const masks = model.noise.map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b);
    const data = normals(BATCH * size, name).map((value) => (value > 0 ? 2 : 0));
    return { name, shape, size, data };
  });
  const session = await ort.InferenceSession.create(model.bytes);
  const { forecast } = await session.run({
    window: new ort.Tensor('float32', window, [BATCH, plan.length, plan.features]),
    ...Object.fromEntries(
      masks.map(({ name, shape, data }) => [name, new ort.Tensor('float32', data, [BATCH, ...shape])]),
    ),
  });
  /** Rows of a place, times the mask of a window, from its element `from` on. */
  const drop =
    (at: number, from: (size: number) => number) =>
    (place: string, rows: Rows): number[][] => {
      const mask = masks.find(({ name }) => name === `${place}/noise`);
      if (mask === undefined) return rows.map((row) => [...row]);
      let i = at * mask.size + from(mask.size);
      return rows.map((row) => row.map((value) => value * mask.data[i++]!));
    };
  const rowsOf = (at: number): number[][] =>
    Array.from({ length: plan.length }, (_, row) => {
      const start = (at * plan.length + row) * plan.features;
      return [...window.subarray(start, start + plan.features)];
    });
  return { forecast: forecast!, drop, rowsOf };
}

describe('the patch transformer', () => {
  it.each([
    [3, 1, 0],
    [7, 1, 0.5],
    [9, 2, 0.5],
    [16, 3, 0],
  ] as const)(
    'forecasts %i rows in patches of %i as its definition says, dropout %f',
    async (length, rows, dropout) => {
      const plan = planOf({ model: 'patch', length, dropout });
      const model = buildModel(plan);
      const reference = transformerReference(tensorsOf(model.bytes));
      const { forecast, drop, rowsOf } = await answer(model, plan);
      expect(forecast.dims).toEqual([BATCH, 1]);
      for (let at = 0; at < BATCH; at += 1) {
        const window = rowsOf(at);
        while (window.length % rows !== 0) window.push(window.at(-1)!);
        const patches = Array.from({ length: window.length / rows }, (_, i) =>
          window.slice(i * rows, (i + 1) * rows).flat(),
        );
        const masked = drop(at, () => 0);
        const variant = {
          heads: 4,
          activation: (x: number) => Math.max(0, x),
          norm: reference.layerNorm,
          drop: masked,
        };
        let tokens = reference.withPositions(reference.linear('patches', patches));
        for (const name of ['block1', 'block2']) tokens = reference.block(name, tokens, variant);
        const last = masked('norm', tokens).map((token) => reference.layerNorm('norm', token));
        const mean = last[0]!.map((_, i) => last.reduce((sum, token) => sum + token[i]!, 0) / last.length);
        expect(forecast.data[at]).toBeCloseTo(reference.linear('head', [mean])[0]![0]!, 4);
      }
    },
  );
});

describe('PatchTST', () => {
  it.each([
    [2, 2, 0],
    [7, 2, 0.5],
    [14, 4, 0.5],
  ] as const)(
    'forecasts %i rows in patches of %i as its definition says, dropout %f',
    async (length, rows, dropout) => {
      const plan = planOf({ model: 'patchtst', length, dropout });
      const model = buildModel(plan);
      const reference = transformerReference(tensorsOf(model.bytes));
      const { forecast, drop, rowsOf } = await answer(model, plan);
      expect(forecast.dims).toEqual([BATCH, plan.channels]);
      for (let at = 0; at < BATCH; at += 1) {
        for (let channel = 0; channel < plan.channels; channel += 1) {
          const values = rowsOf(at).map((row) => row[channel]!);
          const mean = values.reduce((a, b) => a + b) / length;
          const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / length + 1e-5);
          const scaled = values.map((value) => (value - mean) / deviation);
          // The end repeated for one more patch, and what is left over dropped.
          scaled.push(...Array<number>(rows / 2).fill(scaled.at(-1)!));
          const patches: number[][] = [];
          for (let from = 0; from + rows <= scaled.length; from += rows / 2) {
            patches.push(scaled.slice(from, from + rows));
          }
          const masked = drop(at, (size) => (channel * size) / plan.channels);
          const variant = {
            heads: 4,
            activation: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
            norm: reference.freshBatchNorm,
            drop: masked,
          };
          let tokens = masked('positions', reference.withPositions(reference.linear('patches', patches)));
          for (const name of ['block1', 'block2', 'block3']) tokens = reference.block(name, tokens, variant);
          const output = reference.linear('head', [tokens.flat()])[0]![0]!;
          const got = forecast.data[at * plan.channels + channel];
          expect(got).toBeCloseTo(output * deviation + mean, 4);
        }
      }
    },
  );

  it('gives back a shift and a stretch of a channel in its forecast', async () => {
    const plan = planOf({ model: 'patchtst', features: 1, channels: 1, targetChannel: 0 });
    const session = await ort.InferenceSession.create(buildModel(plan).bytes);
    const window = normals(7, 'window');
    const run = async (data: Float32Array) =>
      Number((await session.run({ window: new ort.Tensor('float32', data, [1, 7, 1]) })).forecast!.data[0]);
    expect(await run(window.map((value) => 3 * value + 10))).toBeCloseTo(3 * (await run(window)) + 10, 3);
  });
});
