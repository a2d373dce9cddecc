import { constantSparsity, gradientScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { createMovingAverage } from '../index.js';
import { perceptronBatch } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { straightThroughCases } from '../testing/straight-through-cases.js';
import { startTrainer } from '../testing/trainer-cases.js';

const node = await useNode();
const wasm = await useWasm();

describe('a trainer whose dropped elements learn on, on onnxruntime-node', () => {
  straightThroughCases(node);
});
describe('a trainer whose dropped elements learn on, on onnxruntime-web, wasm', () => {
  straightThroughCases(wasm);
});

describe('a trainer whose dropped elements learn on', () => {
  it('has the masks from before when an update fails', async () => {
    const trainer = await startTrainer(node, { straightThrough: true });
    const pruning = trainer.prune({ schedule: (position) => (position < 1 ? 0.5 : 0.9), floor: 0.2 });
    await trainer.step(perceptronBatch(8, 0));
    const before = await pruning.pruner.masks();
    await expect(pruning.pruner.update(1)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(await pruning.pruner.masks()).toEqual(before);
    await trainer.dispose();
  });

  it('keeps what learns on under its masks when what was read is written back', async () => {
    const trainer = await startTrainer(node, { straightThrough: true });
    trainer.prune({ schedule: constantSparsity(0.5) });
    await trainer.step(perceptronBatch(8, 0));
    const before = await trainer.save();
    const values = await trainer.read();
    expect([...values.get('k1')!].filter((value) => value === 0).length).toBeGreaterThan(0);
    await trainer.write(values);
    expect(await trainer.save()).toEqual(before);
    await trainer.write(new Map([...values].map(([name, list]) => [name, list.map(() => 7)])));
    const written = (await trainer.read()).get('k1')!;
    expect(new Set(written)).toEqual(new Set([0, 7]));
    await trainer.dispose();
  });

  it('is averaged as it is, and what the average reads is masked', async () => {
    const trainer = await startTrainer(node, { straightThrough: true });
    trainer.prune({ schedule: constantSparsity(0.5) });
    const average = await createMovingAverage(trainer, { decay: 0 });
    await trainer.step(perceptronBatch(8, 0));
    await average.update();
    expect(await average.read()).toEqual(await trainer.read());
    await trainer.dispose();
  });

  it('takes no regrowth, no kept zeros and no groups, which make no sense there', async () => {
    const trainer = await startTrainer(node, { straightThrough: true });
    const schedule = constantSparsity(0.5);
    for (const [more, message] of [
      [{ regrow: { by: gradientScore(), fraction: 0.1 } }, 'regrow'],
      [{ keepZeros: true }, 'keepZeros'],
      [{ pattern: { kind: 'channel', groups: 'graph' } }, 'channels of groups'],
    ] as const) {
      expect(() => trainer.prune({ schedule, ...more })).toThrow(message);
    }
    await trainer.dispose();
    await expect(startTrainer(node, { straightThrough: 1 as never })).rejects.toThrow(TypeError);
  });
});
