import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createReplica, type Replica } from './replica.js';
import { type Training, train } from './train.js';

const options: Training = {
  start: createReplica,
  names: ['a', 'b', 'c'],
  steps: 200,
  every: 10,
  tell: () => {},
};

describe('replicas', () => {
  it('agree at every update, and come to what the same replicas come to again', async () => {
    const trained = await train(options);
    expect(trained.agreed).toBe(21);
    expect(await train(options)).toEqual(trained);
  });

  it('go on where one is lost, and it rejoins from the state of another, in the midst of a round', async () => {
    const told: string[] = [];
    const trained = await train({
      ...options,
      loses: { name: 'b', at: 55, backAt: 123 },
      tell: (text) => told.push(text),
    });
    expect(trained.agreed).toBe(21);
    expect(told).toContain('step 55: b is lost, 2 go on with all of the samples');
    expect(told).toContain('step 123: b goes on from the state of a');
  });

  it('that took another step are found out at the next update, with the weight', async () => {
    let started = 0;
    const start = async (): Promise<Replica> => {
      const replica = await createReplica();
      started += 1;
      if (started !== 3) return replica;
      // The third takes the gradients of its own samples for those of all.
      let own: Awaited<ReturnType<Replica['gradients']>> = [];
      return {
        ...replica,
        gradients: async (shard) => {
          own = await replica.gradients(shard);
          return own;
        },
        step: () => replica.step(own),
      };
    };
    await expect(train({ ...options, start })).rejects.toMatchObject({
      code: 'replica-mismatch',
      message: expect.stringMatching(
        /^at update \d+, "c" differs from "a": \d+ elements of the mask of "(hidden|output)/,
      ),
    });
  });

  it('in threads tell the points apart with half of their weights', () => {
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
    const said = execFileSync(process.execPath, [main], { encoding: 'utf8' });
    expect(said).toMatch(
      /three threads agreed at 101 updates, the last 2000:[0-9a-f]{16}: 50 % of the weights are gone/,
    );
    expect(Number(/([\d.]+) % of the points/.exec(said)?.[1])).toBeGreaterThan(95);
  });
});
