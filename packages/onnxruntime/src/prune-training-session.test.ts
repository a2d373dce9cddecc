import { constantSparsity } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { type LegacyTrainingSession, pruneTrainingSession } from './index.js';
import { bias, kernel, openSession } from './testing/legacy-session.js';

describe('a training session of onnxruntime-web 1.19.2', () => {
  it('has dropped weights at exactly 0 after every optimizer step, and learns', async () => {
    const { session, train, parameters } = await openSession();
    const first = await train();
    await train();
    const pruned = await pruneTrainingSession({
      session,
      parameters: [kernel, bias],
      schedule: constantSparsity(0.6),
    });
    expect((await pruned.update(0)).dropped).toBe(60);
    let last = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 30; step += 1) {
      last = await train();
      const zeros = (await parameters()).slice(0, 100).filter((value) => value === 0);
      expect(zeros.length).toBe(60);
    }
    expect(last).toBeLessThan(first);
    const saved = await pruned.save();
    pruned.dispose();
    pruned.dispose();
    await train();
    // Without the masks the moments revive what was dropped, which is why they are needed.
    expect((await parameters()).slice(0, 100).filter((value) => value === 0).length).toBeLessThan(60);
    const again = await pruneTrainingSession({
      session,
      parameters: [kernel, bias],
      schedule: constantSparsity(0.6),
    });
    await again.restore(saved);
    expect((await parameters()).slice(0, 100).filter((value) => value === 0).length).toBe(60);
    again.dispose();
    await session.release();
  });

  it('is refused where the shapes do not add up, or it is none', async () => {
    const { session } = await openSession();
    const schedule = constantSparsity(0.5);
    await expect(pruneTrainingSession({ session, parameters: [kernel], schedule })).rejects.toThrow(
      /105.*100/,
    );
    await expect(
      pruneTrainingSession({ session: {} as LegacyTrainingSession, parameters: [kernel], schedule }),
    ).rejects.toThrow(/runOptimizerStep/);
    await session.release();
  });
});
