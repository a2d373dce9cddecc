import {
  constantSparsity,
  createPruner,
  linearRamp,
  type NamedWeight,
  type PrunerOptions,
  randomScore,
  tensorScore,
} from '@synaprune/core';
import { type HostMask, type HostWeight, hostBackend, scriptKernels } from '@synaprune/host';
import { expect, it } from 'vitest';
import type { TrainerMask, TrainerWeight } from '../index.js';
import { perceptronBatch } from './models.js';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

type Settings = Pick<PrunerOptions<never, never>, 'pattern' | 'distribution' | 'select' | 'schedule'> & {
  readonly regrow?: { readonly by: ReturnType<typeof randomScore>; readonly fraction: number };
};

/** What is asked of `createPruner` on k1 [6, 8] and k2 [8, 3], edges that divide and edges that do not. */
const asked: readonly (readonly [string, Partial<Settings>])[] = [
  ['blocks of 2×2 by their means', { pattern: { kind: 'block', shape: [2, 2] } }],
  ['blocks of 4×4 by their largest', { pattern: { kind: 'block', shape: [4, 4], pool: 'max' } }],
  ['channels along axis 0', { pattern: { kind: 'channel', axis: 0 } }],
  [
    'channels along axis 1, each weight its share',
    { pattern: { kind: 'channel', axis: 1 }, distribution: 'uniform' },
  ],
  ['2 of 4 along axis 0', { pattern: { kind: 'n:m', keep: 2, of: 4, axis: 0 }, schedule: half }],
  ['1 of 4 along axis 1', { pattern: { kind: 'n:m', keep: 1, of: 4, axis: 1 } }],
  ['elements of one weight', { select: { exclude: 'k1' } }],
  [
    'elements, some of which grow back by chance',
    { regrow: { by: randomScore({ seed: 3 }), fraction: 0.2 } },
  ],
  [
    'blocks, some of which grow back by chance',
    { pattern: { kind: 'block', shape: [2, 2] }, regrow: { by: randomScore({ seed: 4 }), fraction: 0.25 } },
  ],
];

function half(position: number): number {
  return position < 4 ? 0.25 : 0.45;
}

/** Tests that patterns, selections and growth come through a trainer's memory as they come on the host. */
export function patternCases(runtime: TestRuntime): void {
  it.each(asked)('prunes %s as the host does, and steps keep to it', async (_, more) => {
    const trainer = await startTrainer(runtime);
    const settings: Settings = { schedule: linearRamp({ from: 0.2, to: 0.6, start: 0, end: 8 }), ...more };
    const { backend, weights: own } = trainer;
    const pruner = createPruner<TrainerWeight, TrainerMask>({ ...settings, backend, weights: own });
    const copies = new Map<string, Float32Array>();
    const weights: NamedWeight<HostWeight>[] = own.map(({ name, weight: { shape } }) => {
      const values = new Float32Array(shape.reduce((product, edge) => product * edge, 1));
      copies.set(name, values);
      return { name, weight: { values, shape } };
    });
    const reference = createPruner<HostWeight, HostMask>({
      ...settings,
      backend: hostBackend({ kernels: scriptKernels }),
      weights,
    });
    for (const position of [0, 3, 8]) {
      for (const [name, values] of await trainer.read()) copies.get(name)?.set(values);
      const expected = await reference.update(position);
      expect(await pruner.update(position)).toEqual(expected);
      const masks = await pruner.masks();
      expect(masks).toEqual(await reference.masks());
      await trainer.step(perceptronBatch(8, position));
      const values = await trainer.read();
      for (const { name, bits } of masks) {
        const revived = values
          .get(name)!
          .filter((value, i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 0 && value !== 0);
        expect([...revived]).toEqual([]);
      }
    }
    expect((await pruner.report()).total.sparsity).toBeGreaterThan(0.3);
    reference.dispose();
    pruner.dispose();
    await trainer.dispose();
  });

  it('grows back what has the largest gradients, which only dense ones tell', async () => {
    const trainer = await startTrainer(runtime, { gradients: 'dense', optimizer: 'sgd', learningRate: 0.1 });
    const gradients = new Map(trainer.gradients.map(({ name, weight }) => [name, weight]));
    const { backend, weights } = trainer;
    const pruner = createPruner<TrainerWeight, TrainerMask>({
      backend,
      weights,
      schedule: constantSparsity(0.5),
      select: 'k1',
      regrow: { by: tensorScore(({ name }) => gradients.get(name)!), fraction: 0.25 },
    });
    const batch = perceptronBatch(16, 1);
    await pruner.update(0);
    await trainer.step(batch);
    const dropped = async () =>
      (await pruner.masks()).flatMap(({ bits }) =>
        [...Array(48).keys()].filter((i) => !((bits[i >> 3]! >> (i & 7)) & 1)),
      );
    const values = (await trainer.read()).get('k1')!;
    const before = await dropped();
    const ranking = new Float32Array(await backend.read!(gradients.get('k1')!));
    expect(before.every((i) => ranking[i] !== 0)).toBe(true);
    await pruner.update(1);
    // A quarter of the 24 kept go beyond the target: the smallest; of the then 30 dropped the 6 largest gradients come back.
    const kept = [...values.keys()].filter((i) => !before.includes(i));
    const gone = kept.sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!)).slice(0, 6);
    const candidates = [...before, ...gone].sort((a, b) => Math.abs(ranking[b]!) - Math.abs(ranking[a]!));
    expect(await dropped()).toEqual(candidates.slice(6).sort((a, b) => a - b));
    await trainer.step(batch);
    const after = (await trainer.read()).get('k1')!;
    const back = candidates.slice(0, 6).filter((i) => before.includes(i));
    expect(back.length).toBeGreaterThan(0);
    expect(back.every((i) => after[i] !== 0)).toBe(true);
    pruner.dispose();
    await trainer.dispose();
  });
}
