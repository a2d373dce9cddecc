import {
  activityScore,
  constantSparsity,
  createPruner,
  fisherScore,
  gradientScore,
  movementScore,
  type ObservedScore,
  observedScore,
  saliencyScore,
  snipScore,
  wandaScore,
} from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { hostBackend } from '../host-backend.js';
import { createScoreObserver, type HostSignals } from './score-observer.js';

const shape = [2, 3];
const start = [0.5, -2, 1, 3, -0.25, 4];
const gradients = [
  [1, 2, -3, 0.5, 4, -0.125],
  [-2, 1, 1, 0.25, -8, 0.5],
];
const inputs = [
  [0.5, 3],
  [1.5, 1],
];

/** Two steps of a loop that descends by a tenth of the gradient. */
function observed(score: ObservedScore) {
  const weight = { shape, values: Float32Array.from(start) };
  const weights = [{ name: 'kernel', weight }];
  const observer = createScoreObserver({ score, weights });
  for (const [step, gradient] of gradients.entries()) {
    const input = { shape: [2, 1], values: Float32Array.from(inputs[step]!) };
    observer.observe({
      gradient: { kernel: { shape, values: Float32Array.from(gradient) } },
      secondMoment: { kernel: Float32Array.from(gradient.map((g) => g * g * (step + 1))) },
      inputSquare: { kernel: input },
      inputMagnitude: { kernel: input },
      outputMagnitude: { kernel: { shape: [1, 3], values: Float32Array.of(step + 1, 7, 2) } },
    });
    weight.values.forEach((value, i) => {
      weight.values[i] = value - 0.125 * gradient[i]!;
    });
  }
  return { weight, weights, observer };
}

/** What ranks the elements after two steps. */
async function ranks(score: ObservedScore): Promise<number[]> {
  const { weights, observer } = observed(score);
  const [tensor] = (await observer.rank(weights)).tensors;
  return [...(tensor as { values: Float32Array }).values];
}

/** The weights before each step, and after the last. */
const before = [start, start.map((w, i) => w - 0.125 * gradients[0]![i]!)];
const after = before[1]!.map((w, i) => w - 0.125 * gradients[1]![i]!);
const products = before.map((weights, step) => weights.map((w, i) => w * gradients[step]![i]!));

describe('createScoreObserver', () => {
  // Every number above is a small multiple of a power of two, so that sums and products are exact.
  it('reckons each score by its formula', async () => {
    expect(await ranks(saliencyScore())).toEqual(products[1]);
    expect(await ranks(snipScore())).toEqual(products[0]!.map((p, i) => p + products[1]![i]!));
    expect(await ranks(gradientScore())).toEqual(gradients[1]);
    const squares = gradients[0]!.map((g, i) => g * g + gradients[1]![i]! ** 2);
    expect(await ranks(fisherScore())).toEqual(after.map((w, i) => w * w * squares[i]!));
    expect(await ranks(fisherScore({ of: 'secondMoment' }))).toEqual(
      after.map((w, i) => w * w * 2 * gradients[1]![i]! ** 2),
    );
    expect(await ranks(wandaScore())).toEqual(after.map((w, i) => w * w * (i < 3 ? 2 : 4)));
    // 0.5 · (0.5 · 0 + 0.5 · first) + 0.5 · second
    expect(await ranks(activityScore({ decay: 0.5 }))).toEqual(
      after.map((w, i) => w * (i < 3 ? 0.875 : 1.25)),
    );
    expect(await ranks(activityScore({ decay: 0.5, of: 'unit' }))).toEqual([
      1.25, 5.25, 1.5, 1.25, 5.25, 1.5,
    ]);
  });

  it('lets go first what moved most towards zero, and last what moved most away', async () => {
    const movement = products[0]!.map((p, i) => -(p + products[1]![i]!));
    const { weight, weights, observer } = observed(movementScore());
    const order = [...movement.keys()].sort((a, b) => movement[a]! - movement[b]!);
    const pruner = createPruner({
      backend: hostBackend(),
      weights,
      schedule: (count) => count / 6,
      score: observer,
    });
    for (let count = 1; count <= 6; count += 1) {
      await pruner.update(count);
      const dropped = [...weight.values.keys()].filter((i) => weight.values[i] === 0);
      expect(dropped.sort()).toEqual(order.slice(0, count).sort());
    }
  });

  it('goes on from a saved state as if never interrupted', async () => {
    const whole = observed(movementScore());
    const pruner = (run: ReturnType<typeof observed>) =>
      createPruner({
        backend: hostBackend(),
        weights: run.weights,
        schedule: constantSparsity(0.5),
        score: run.observer,
      });
    const saved = JSON.parse(JSON.stringify(await pruner(whole).save()));
    expect(saved.score).toEqual({ kind: 'movement' });

    const weight = { shape, values: whole.weight.values.slice() };
    const weights = [{ name: 'kernel', weight }];
    const later = { weight, weights, observer: createScoreObserver({ score: movementScore(), weights }) };
    const resumed = pruner(later);
    await resumed.restore(saved);
    for (const run of [whole, later]) {
      run.observer.observe({ gradient: { kernel: { shape, values: Float32Array.of(3, 1, 4, 1, 5, 9) } } });
    }
    await pruner(whole).update(1);
    await resumed.update(1);
    expect(later.weight.values).toEqual(whole.weight.values);
    expect((await resumed.save()).remembered).toEqual((await pruner(whole).save()).remembered);
  });

  it('refuses the state of another score, and one that is damaged, and is as before', async () => {
    const { weights, observer } = observed(snipScore());
    const pruner = createPruner({
      backend: hostBackend(),
      weights,
      schedule: constantSparsity(0),
      score: observer,
    });
    const saved = await pruner.save();
    const other = observed(movementScore());
    await expect(
      createPruner({
        backend: hostBackend(),
        weights: other.weights,
        schedule: constantSparsity(0),
        score: other.observer,
      }).restore(saved),
    ).rejects.toMatchObject({ code: 'state-mismatch' });
    const damaged = { ...saved, remembered: { score: `AAAA${saved.remembered!.score!.slice(4)}` } };
    await expect(pruner.restore(damaged)).rejects.toMatchObject({ code: 'state-corrupt' });
    expect(await pruner.save()).toEqual(saved);
  });

  it('forgets what it saw where a state from before the first step is restored', async () => {
    const { weights, observer } = observed(saliencyScore());
    const options = { backend: hostBackend(), weights, schedule: constantSparsity(0.5) };
    const fresh = createScoreObserver({ score: saliencyScore(), weights });
    const saved = await createPruner({ ...options, score: fresh }).save();
    const pruner = createPruner({ ...options, score: observer });
    await pruner.restore(saved);
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'nothing-observed' });
  });

  it('refuses an update before the first step, and changes nothing', async () => {
    const weights = [{ name: 'kernel', weight: Float32Array.of(1, 2) }];
    const observer = createScoreObserver({ score: saliencyScore(), weights });
    const pruner = createPruner({
      backend: hostBackend(),
      weights,
      schedule: constantSparsity(0.5),
      score: observer,
    });
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'nothing-observed' });
    expect(weights[0]!.weight).toEqual(Float32Array.of(1, 2));
    expect((await pruner.report()).position).toBeNull();
  });

  it('takes in all weights of a step or none', () => {
    const weights = [
      { name: 'a', weight: Float32Array.of(1, 2) },
      { name: 'b', weight: Float32Array.of(1, 2) },
    ];
    const observer = createScoreObserver({ score: snipScore(), weights });
    const signals: HostSignals = { gradient: { a: Float32Array.of(1, 1), b: Float32Array.of(1, 1, 1) } };
    expect(() => observer.observe(signals)).toThrow('observe needs gradient of "b" as a Float32Array');
    expect(() => observer.observe({ gradient: { a: Float32Array.of(1, 1) } })).toThrow(
      'observe needs gradient of "b"',
    );
    expect(() => observer.observe({ gradients: {} } as HostSignals)).toThrow('did you mean "gradient"');
    expect(observer.save(weights)).toBeUndefined();
  });

  it('keeps nothing of the caller’s that may change', async () => {
    const weights = [{ name: 'kernel', weight: Float32Array.of(1, 2) }];
    const observer = createScoreObserver({ score: gradientScore(), weights });
    const gradient = Float32Array.of(5, 6);
    observer.observe({ gradient: { kernel: gradient } });
    gradient.fill(0);
    const [tensor] = (await observer.rank(weights)).tensors;
    expect(tensor).toEqual({ shape: [2], values: Float32Array.of(5, 6) });
  });

  it('says which weights it does not look at', () => {
    const observer = createScoreObserver({
      score: gradientScore(),
      weights: [{ name: 'kernel', weight: Float32Array.of(1) }],
    });
    expect(() => observer.rank([{ name: 'other', weight: Float32Array.of(1) }])).toThrow('not at "other"');
  });

  it('refuses what is no score that looks at training', () => {
    const score = { kind: 'magnitude' } as unknown as ObservedScore;
    expect(() => createScoreObserver({ score, weights: [] })).toThrow('such as movementScore()');
    const bare = saliencyScore() as never;
    expect(() =>
      createPruner({
        backend: hostBackend(),
        weights: [{ name: 'kernel', weight: Float32Array.of(1) }],
        schedule: constantSparsity(0),
        score: bare,
      }),
    ).toThrow('createScoreObserver');
  });

  it('takes a score of the user’s own', async () => {
    const last = observedScore({
      name: 'last two',
      needs: ['gradient'],
      memory: { now: 'gradient', before: 'gradient' },
      observe: (_, { gradient }, { now }) => ({ now: gradient, before: now! }),
      rank: ({ add }, _, { now, before }) => add(now!, before!),
    });
    expect(await ranks(last)).toEqual(gradients[0]!.map((g, i) => g + gradients[1]![i]!));
  });
});
