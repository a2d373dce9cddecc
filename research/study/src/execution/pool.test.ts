import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult, RunSpec } from '../run.js';
import { keyOf } from '../store/key.js';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { createLocalExecutor } from './local-executor.js';
import { createPool, type Pool } from './pool.js';

const STUB = fileURLToPath(new URL('./testing/stub-child.mjs', import.meta.url));
let dir: string;
let pool: Pool;
beforeAll(() => {
  const built = fileURLToPath(new URL('../../dist/execution/serve-runs.js', import.meta.url));
  expect(existsSync(built), 'needs npm run build').toBe(true);
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pool-'));
  pool = createPool({ path: STUB, args: [dir] }, 2);
});
afterEach(async () => {
  await pool.close();
  rmSync(dir, { recursive: true });
});

const lives = (id: number) => {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a pool', () => {
  it('gives back what a process made of a run', async () => {
    const ending = await pool.carryOut(madeUpSpec({ seed: 5 }));
    expect(ending).toMatchObject({ kind: 'done', result: { test: { off: { scaledMae: 5 } } } });
  });

  it('tells why a run failed, and goes on', async () => {
    expect(await pool.carryOut(madeUpSpec({ model: 'rnn', seed: 1 }))).toEqual({
      kind: 'failed',
      message: 'seed 1 diverged',
    });
    expect(await pool.carryOut(madeUpSpec({ seed: 13 }))).toEqual({
      kind: 'failed',
      message: expect.stringMatching(/^its result cannot be stored: test\.off\.mae: /),
    });
    expect(await pool.carryOut(madeUpSpec({ runtime: 'other 2' }))).toEqual({
      kind: 'failed',
      message: 'the run needs other 2, this process has made up 1.0.0',
    });
    expect(await pool.carryOut(madeUpSpec({ seed: 2 }))).toMatchObject({ kind: 'done' });
  });

  it('tries the run of a killed process once more, on a new one', async () => {
    expect(await pool.carryOut(madeUpSpec({ model: 'patch', seed: 1 }))).toMatchObject({
      kind: 'done',
      result: { test: { off: { scaledMae: 1 } } },
    });
    expect(readdirSync(dir)).toEqual(['died-1']);
  });

  it('gives a run up that two processes died of, with the last thing they said', async () => {
    expect(await pool.carryOut(madeUpSpec({ model: 'gru' }))).toEqual({
      kind: 'failed',
      message: 'the process ended with 9: out of luck (tried twice)',
    });
  });

  it.each([
    ['cannot start', /no runtime here/],
    ['dies at once', /the process ended with 3/],
  ])('tells when a process %s', async (manner, message) => {
    const broken = createPool({ path: STUB, args: [dir, manner] }, 2);
    await expect(broken.carryOut(madeUpSpec())).rejects.toThrow(message);
    await expect(broken.carryOut(madeUpSpec())).rejects.toThrow(message);
    await broken.close();
  });

  it('ends its processes, whatever they are doing', async () => {
    const run = pool.carryOut(madeUpSpec({ model: 'patchtst', seed: 1 }));
    run.catch(() => {});
    await expect.poll(() => readdirSync(dir).length).toBe(1);
    const id = Number(readdirSync(dir)[0]!.split('-')[2]);
    expect(lives(id)).toBe(true);
    await pool.close();
    expect(lives(id)).toBe(false);
    await expect(run).rejects.toThrow(/were ended/);
  });

  it('takes no more memory after thousands of runs', async () => {
    const rss: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const endings = await Promise.all(
        Array.from({ length: 200 }, (_, i) => pool.carryOut(madeUpSpec({ seed: 100 + i }))),
      );
      // The stub reports its process's memory as the size of the weights.
      const sizes = endings.map((ending) => (ending.kind === 'done' ? ending.result.gzipBytes : Number.NaN));
      rss.push(Math.max(...sizes));
      own.push(process.memoryUsage().rss);
    }
    const growth = (sizes: readonly number[]) =>
      (Math.max(...sizes.slice(10)) - Math.max(...sizes.slice(0, 10))) / 2 ** 20;
    expect(growth(rss)).toBeLessThan(30);
    expect(growth(own)).toBeLessThan(60);
  });
});

describe('the executor of this machine', () => {
  const runsOf = (specs: readonly RunSpec[]) => new Map(specs.map((spec) => [keyOf(spec), spec]));
  const seeds = (count: number) =>
    Array.from({ length: count }, (_, seed) => madeUpSpec({ seed: 20 + seed }));

  it('tells once of every run', async () => {
    const done = new Map<number, RunResult>();
    const failed: string[] = [];
    const executor = createLocalExecutor(pool);
    await executor.run(
      runsOf([...seeds(9), madeUpSpec({ model: 'rnn', seed: 1 }), madeUpSpec({ model: 'patch', seed: 2 })]),
      {
        done: ({ seed }, result) => {
          expect(done.has(seed)).toBe(false);
          done.set(seed, result);
        },
        failed: (_, message) => failed.push(message),
      },
      new AbortController().signal,
    );
    expect([...done.keys()].sort((a, b) => a - b)).toEqual([2, 20, 21, 22, 23, 24, 25, 26, 27, 28]);
    for (const [seed, result] of done) expect(result.test.off.scaledMae).toBe(seed);
    expect(failed).toEqual(['seed 1 diverged']);
  });

  it('ends with what its listener throws, and tells of nothing after that', async () => {
    let told = 0;
    const listener = {
      done: () => {
        told += 1;
        throw new Error('the disk is full');
      },
      failed: () => {},
    };
    const run = createLocalExecutor(pool).run(runsOf(seeds(20)), listener, new AbortController().signal);
    await expect(run).rejects.toThrow('the disk is full');
    await pool.close();
    expect(told).toBe(1);
  });

  it('ends soon after the signal, and tells of nothing after that', async () => {
    const controller = new AbortController();
    let told = 0;
    await createLocalExecutor(pool).run(
      runsOf([...seeds(3), madeUpSpec({ model: 'patchtst' })]),
      {
        done: () => {
          told += 1;
          controller.abort();
        },
        failed: () => {},
      },
      controller.signal,
    );
    await pool.close();
    expect(told).toBe(1);
  });
});
