import { tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, readModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

/** A test of a trainer with a large tensor that it does not train. */
export function frozenCase(runtime: TestRuntime): void {
  it('reads large tensors that nobody trains from one place, whatever the size of a batch', async () => {
    const [rows, columns] = [64, 80];
    const numbers = (length: number, scale: number) =>
      Float32Array.from({ length }, (_, at) => scale * Math.sin(at + 1));
    const base = numbers(rows * columns, 0.2);
    const model = buildModel({
      inputs: { x: ['batch', rows] },
      tensors: {
        base: { shape: [rows, columns], data: base },
        head: { shape: [columns, 1], data: numbers(columns, 0.1) },
      },
      nodes: [
        ['MatMul', ['x', 'base'], ['h']],
        ['MatMul', ['h', 'head'], ['y']],
      ],
      outputs: ['y'],
    });
    const trainer = await startTrainer(runtime, {
      model,
      loss: 'mse',
      optimizer: 'sgd',
      learningRate: 0.05,
      trainable: 'head',
      masked: [],
    });
    const head = Float64Array.from(numbers(columns, 0.1));
    for (const batch of [3, 2, 3]) {
      const x = numbers(batch * rows, 0.3);
      const y = numbers(batch, 1);
      const hidden = Array.from({ length: batch }, (_, row) =>
        Array.from({ length: columns }, (_, column) =>
          sum(Array.from({ length: rows }, (_, k) => x[row * rows + k]! * base[k * columns + column]!)),
        ),
      );
      const errors = hidden.map((h, row) => sum(h.map((each, k) => each * head[k]!)) - y[row]!);
      const { loss } = await trainer.step({ inputs: { x }, targets: { y } });
      expect(loss).toBeCloseTo(sum(errors.map((error) => error ** 2)) / batch, 4);
      for (let k = 0; k < columns; k += 1) {
        head[k]! -= (0.05 * 2 * sum(errors.map((error, row) => error * hidden[row]![k]!))) / batch;
      }
    }
    const trained = (await trainer.read()).get('head')!;
    for (const [k, value] of trained.entries()) expect(value).toBeCloseTo(head[k]!, 4);
    const kept = readModel(await trainer.export()).tensors.get('base')!;
    expect(tensorToFloat32(kept)).toEqual(base);
    await trainer.dispose();
  });
}

const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
