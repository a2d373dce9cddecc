import { constantSparsity } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { findShapes } from '../index.js';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

const wave = (length: number, step: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin((at + 1) * step));
const integers = (...data: number[]) => ({ type: 'int64', shape: [data.length], data }) as const;

/**
 * The sum of the rows that a trained layer finds large, through another layer, and that of a ramp as long as `n` says: which rows,
 * if any, and how long the ramp is follows from numbers alone.
 */
const model = buildModel({
  inputs: { x: ['batch', 6], n: { type: 'int64', shape: [] } },
  tensors: {
    k1: { shape: [6, 8], data: wave(48, 1.7) },
    k2: { shape: [8, 3], data: wave(24, 2.3) },
    limit: { shape: [], data: [4] },
    last: integers(1),
    first: integers(0),
    zero: { type: 'int64', shape: [], data: [0] },
    one: { type: 'int64', shape: [], data: [1] },
    scale: { shape: [1], data: [0.25] },
  },
  nodes: [
    ['MatMul', ['x', 'k1'], ['h']],
    ['Relu', ['h'], ['r']],
    ['ReduceSum', ['r', 'last'], ['size'], { keepdims: 0 }],
    ['Greater', ['size', 'limit'], ['large']],
    ['NonZero', ['large'], ['places']],
    ['Squeeze', ['places', 'first'], ['rows']],
    ['Gather', ['r', 'rows'], ['few'], { axis: 0 }],
    ['MatMul', ['few', 'k2'], ['z']],
    ['ReduceSum', ['z', 'first'], ['picked'], { keepdims: 0 }],
    ['Range', ['zero', 'n', 'one'], ['ramp']],
    ['Cast', ['ramp'], ['floats'], { to: 1 }],
    ['Mul', ['floats', 'scale'], ['slope']],
    ['ReduceSum', ['slope', 'first'], ['sum'], { keepdims: 1 }],
    ['Add', ['picked', 'sum'], ['y']],
  ],
  outputs: ['y'],
});

const batchOf = (rows: number, seed: number, n: number) => ({
  inputs: {
    x: { data: wave(rows * 6, 0.9 + seed), dims: [rows, 6] },
    n: { data: BigInt64Array.of(BigInt(n)), dims: [] },
  },
  targets: { y: Float32Array.of(1, 0, -1) },
});

/** Tests of sizes that follow from data, on a runtime. */
export function foundShapeCases(runtime: TestRuntime): void {
  const { ort, executionProviders } = runtime;
  const shapesOf = (inputs: ReturnType<typeof batchOf>['inputs']) =>
    findShapes({ ort, model, inputs, ...(executionProviders ? { executionProviders } : {}) });
  const squares = (y: Float32Array) =>
    [1, 0, -1].reduce((sum, target, at) => sum + (y[at]! - target) ** 2, 0) / 3;

  describe('sizes that follow from data', () => {
    it('are found by running the model, and nothing is where the inputs tell all', async () => {
      const { inputs } = batchOf(5, 0.3, 4);
      const { places, ramp, ...rest } = await shapesOf(inputs);
      expect([ramp, rest]).toEqual([[4], {}]);
      const session = await ort.InferenceSession.create(
        buildModel({
          inputs: { x: [5, 6] },
          tensors: { k1: { shape: [6, 8], data: wave(48, 1.7) } },
          nodes: [['MatMul', ['x', 'k1'], ['h']]],
          outputs: ['h'],
        }),
      );
      const { h } = await session.run({ x: new ort.Tensor('float32', inputs.x.data, [5, 6]) });
      const all = h!.data as Float32Array;
      const large = [0, 1, 2, 3, 4].filter(
        (row) => all.slice(row * 8, row * 8 + 8).reduce((sum, value) => sum + Math.max(value, 0), 0) > 4,
      );
      expect(places).toEqual([1, large.length]);
      await session.release();
      const plain = buildModel({
        inputs: { x: [2, 3] },
        nodes: [['Relu', ['x'], ['y']]],
        outputs: ['y'],
      });
      expect(await findShapes({ ort, model: plain, inputs: { x: new Float32Array(6) } })).toEqual({});
    });

    it('are those of each batch for a trainer with a sample, with the weights and masks of then', async () => {
      const trainer = await startTrainer(runtime, {
        model,
        loss: 'mse',
        optimizer: 'sgd',
        learningRate: 1e-3,
        sample: batchOf(5, 0.3, 4).inputs,
        masked: [/^k/],
      });
      const counts = new Set<number>();
      for (const [index, rows] of [5, 5, 7, 5].entries()) {
        const batch = batchOf(rows, 0.3 + index / 5, 3 + index);
        counts.add((await shapesOf(batch.inputs)).places![1]!);
        const { y } = await trainer.predict(batch.inputs);
        expect((await trainer.step(batch)).loss / squares(y!.data as Float32Array)).toBeCloseTo(1, 5);
      }
      expect(counts.size).toBeGreaterThan(1);
      // The next step drops half of what tells which rows are large, before it looks.
      const pruning = trainer.prune({ schedule: constantSparsity(0.5) });
      const batch = batchOf(6, 0.4, 2);
      const { loss } = await trainer.step({ ...batch, learningRate: 0 });
      const { y } = await trainer.predict(batch.inputs);
      expect(loss).toBeCloseTo(squares(y!.data as Float32Array), 4);
      const parts = await trainer.step({ batches: [batch, batchOf(4, 0.9, 5)], learningRate: 0 });
      const other = await trainer.evaluate(batchOf(4, 0.9, 5));
      expect(parts.loss).toBeCloseTo((loss + other.loss) / 2, 4);
      expect((await pruning.report()).total.sparsity).toBe(0.5);
      await trainer.dispose();
    });

    it('are found of an image that is padded and resized by numbers of the batch', async () => {
      const image = buildModel({
        inputs: { x: [1, 1, 3, 4], n: { type: 'int64', shape: [8] }, size: { type: 'int64', shape: [4] } },
        tensors: { w: { shape: [4, 4], data: wave(16, 1.3) } },
        nodes: [
          ['MatMul', ['x', 'w'], ['h']],
          ['Pad', ['h', 'n'], ['padded']],
          ['Resize', ['padded', '', '', 'size'], ['y'], { mode: 'linear' }],
        ],
        outputs: ['y'],
      });
      const numbers = (...all: number[]) => ({ data: BigInt64Array.from(all, BigInt), dims: [all.length] });
      const inputs = {
        x: { data: wave(12, 0.7), dims: [1, 1, 3, 4] },
        n: numbers(0, 0, 1, 0, 0, 0, 0, 2),
        size: numbers(1, 1, 6, 9),
      };
      const options = { ort, inputs, ...(executionProviders ? { executionProviders } : {}) };
      expect(await findShapes({ ...options, model: image })).toEqual({
        padded: [1, 1, 4, 6],
        y: [1, 1, 6, 9],
      });
      const sample = {
        model: image,
        loss: 'mse',
        optimizer: 'sgd',
        learningRate: 0.05,
        sample: inputs,
      } as const;
      const trainer = await startTrainer(runtime, sample);
      const batch = { inputs, targets: { y: new Float32Array(54).fill(0.5) } };
      const { loss } = await trainer.step(batch);
      expect((await trainer.step(batch)).loss).toBeLessThan(loss);
      // Of another batch, other sizes.
      const other = { ...inputs, n: numbers(0, 0, 0, 0, 0, 0, 1, 0), size: numbers(1, 1, 2, 2) };
      await trainer.step({ inputs: other, targets: { y: new Float32Array(4) } });
      await trainer.dispose();
    });

    it('are asked for by name, and a sample that is none is refused', async () => {
      const { inputs } = batchOf(5, 0.3, 4);
      const start = (more: object) => startTrainer(runtime, { model, loss: 'mse', ...more });
      await expect(start({ inputs: { x: [5, 6], n: [] } })).rejects.toMatchObject({
        code: 'unsupported-operator',
        message: expect.stringMatching(/shapes: \{ "(places|ramp)": .* \}, as findShapes .* with a sample/),
      });
      await expect(start({ sample: { x: inputs.x } })).rejects.toThrow(
        'sample needs "x", "n"; "n" is missing',
      );
      await expect(start({ sample: inputs, batch: 4 })).rejects.toThrow('takes sample or batch');
      await expect(start({ sample: inputs, inputs: { x: [5, 6] } })).rejects.toThrow(
        'takes sample or inputs',
      );
      for (const [wrong, message] of [
        [{ input: 1 }, 'findShapes has no option "input"'],
        [{ model: 'a.onnx' }, 'findShapes needs model to be the bytes of an .onnx file'],
        [{ inputs: undefined }, 'inputs'],
        [{ executionProviders: 'cpu' }, 'findShapes needs executionProviders to be a list of names'],
        [{ sessionOptions: 3 }, 'findShapes needs sessionOptions to be an object'],
      ] as const) {
        const find = findShapes({ ort, model, inputs, ...wrong } as never);
        await expect(find).rejects.toThrow(TypeError);
        await expect(find).rejects.toThrow(message);
      }
    });
  });
}
