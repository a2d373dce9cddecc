import { constantSparsity, gradientScore, oneShot, rigl, setRegrowth } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { Trainer, TrainerPruning } from '../index.js';
import { perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();

async function advance(trainer: Trainer, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step += 1) await trainer.step(perceptronBatch(8, step));
}

const kept = async ({ pruner }: TrainerPruning) => (await pruner.masks()).map(({ bits }) => [...bits]);

describe('dynamics of a trainer', () => {
  it('alternate between sparse and dense (AC/DC), by a schedule that falls again', async () => {
    const trainer = await startTrainer(runtime);
    // Two steps dense, two at 70 %, and sparse from the eighth step on.
    const alternating = (position: number) => (position >= 8 || position % 4 >= 2 ? 0.7 : 0);
    const pruning = trainer.prune({ schedule: alternating, regrow: { by: gradientScore(), fraction: 0 } });
    const seen: number[] = [];
    for (let step = 0; step < 10; step += 1) {
      await trainer.step(perceptronBatch(8, step));
      seen.push((await pruning.report()).total.dropped);
    }
    // 70 % of 72.
    expect(seen).toEqual([0, 0, 50, 50, 0, 0, 50, 50, 50, 50]);
    // In a dense phase what was dropped learns again, from zero.
    const values = await trainer.read();
    expect([...values.get('k1')!, ...values.get('k2')!].filter((value) => value === 0)).toHaveLength(50);
    await trainer.dispose();
  });

  it('rewind a lottery ticket to a saved step: the weights of then under the masks of now', async () => {
    const trainer = await startTrainer(runtime);
    await advance(trainer, 0, 2);
    const early = await trainer.save();
    const earlyWeights = await trainer.read();
    const pruning = trainer.prune({ schedule: oneShot({ to: 0.5, at: 8 }) });
    await advance(trainer, 2, 9);
    const ticket = await kept(pruning);
    await trainer.restore(early);
    expect(trainer.steps).toBe(2);
    expect(await kept(pruning)).toEqual(ticket);
    const rewound = await trainer.read();
    for (const name of ['k1', 'k2']) {
      for (const [i, value] of rewound.get(name)!.entries()) {
        if (value !== 0) expect(value).toBe(earlyWeights.get(name)![i]);
      }
    }
    const zeros = [...rewound.get('k1')!, ...rewound.get('k2')!].filter((value) => value === 0);
    expect(zeros).toHaveLength(36);
    pruning.detach();
    await advance(trainer, 2, 6);
    expect(await kept(pruning)).toEqual(ticket);
    await trainer.dispose();
  });

  it.each([
    ['SET', () => setRegrowth({ seed: 1, fraction: 0.3, end: 20 })],
    ['RigL', () => rigl({ gradients: gradientScore(), fraction: 0.3, end: 20 })],
  ])('exchange elements at a constant count: %s', async (_, regrow) => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({
      schedule: constantSparsity(0.5),
      regrow: regrow(),
      every: 2,
      distribution: 'erk',
    });
    await advance(trainer, 0, 3);
    const before = await kept(pruning);
    const { dropped } = (await pruning.report()).total;
    for (let step = 3; step < 8; step += 1) {
      await trainer.step(perceptronBatch(8, step));
      expect((await pruning.report()).total.dropped).toBe(dropped);
    }
    expect(await kept(pruning)).not.toEqual(before);
    await trainer.dispose();
  });
});
