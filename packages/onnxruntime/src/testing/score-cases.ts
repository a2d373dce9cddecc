import {
  activityScore,
  constantSparsity,
  createPruner,
  fisherScore,
  gradientScore,
  movementScore,
  type ObservedScore,
  saliencyScore,
  snipScore,
  wandaScore,
} from '@synaprune/core';
import { createScoreObserver, hostBackend } from '@synaprune/host';
import { expect, it } from 'vitest';
import type { Trainer, TrainerPruning } from '../index.js';
import { perceptronBatch } from './models.js';
import { meanOver, type OracleStep, oracleStep } from './perceptron-oracle.js';
import type { TestRuntime } from './runtimes.js';
import { startTrainer } from './trainer-cases.js';

type Kernel = 'k1' | 'k2';
type Oracle = (history: readonly OracleStep[], now: readonly number[], name: Kernel) => readonly number[];

const STEPS = 5;
/** Nothing is dropped before that many steps, and then half of everything. */
const late = (position: number): number => (position < STEPS ? 0 : 0.5);

const summed =
  (of: (weight: number, gradient: number) => number): Oracle =>
  (history, now, name) =>
    now.map((_, i) =>
      history.reduce((sum, { weights, gradients }) => sum + of(weights[name][i]!, gradients[name][i]!), 0),
    );

/** From what comes into each of the inputs: `[6, 8]` reads x, `[8, 3]` what is hidden. */
const byInput = (name: Kernel, values: readonly number[], now: readonly number[]): number[] =>
  now.map((_, i) => values[Math.floor(i / (name === 'k1' ? 8 : 3))]!);
const inputsOf = ({ x, hidden }: OracleStep, name: Kernel) => (name === 'k1' ? x : hidden);
const average = (history: readonly OracleStep[], of: (step: OracleStep) => readonly number[]) =>
  history.reduce<readonly number[]>(
    (before, step) => of(step).map((value, i) => 0.9 * (before[i] ?? 0) + 0.1 * value),
    [],
  );

/** Each score, and what it is by its formula. */
const scores: readonly (readonly [string, () => ObservedScore, Oracle])[] = [
  [
    'saliency: |w·g| of the last step',
    saliencyScore,
    (history, now, name) => summed((w, g) => w * g)(history.slice(-1), now, name).map(Math.abs),
  ],
  [
    'SNIP: |Σ w·g|',
    snipScore,
    (history, now, name) => summed((w, g) => w * g)(history, now, name).map(Math.abs),
  ],
  ['movement: Σ −w·g, with its sign', movementScore, summed((w, g) => -w * g)],
  [
    'Wanda: |w|·‖x‖',
    wandaScore,
    (history, now, name) => {
      const squares = history.map((step) => meanOver(inputsOf(step, name), (x) => x * x));
      const norms = squares[0]!.map((_, i) => Math.sqrt(squares.reduce((sum, each) => sum + each[i]!, 0)));
      const spread = byInput(name, norms, now);
      return now.map((w, i) => Math.abs(w) * spread[i]!);
    },
  ],
  [
    'Fisher: w²·Σ g²',
    fisherScore,
    (history, now, name) => {
      const information = summed((_, g) => g * g)(history, now, name);
      return now.map((w, i) => w * w * information[i]!);
    },
  ],
  [
    "Fisher of Adam's second moment",
    () => fisherScore({ of: 'secondMoment' }),
    (history, now, name) =>
      now.map((w, i) => {
        const v = history.reduce((sum, { gradients }) => 0.999 * sum + 0.001 * gradients[name][i]! ** 2, 0);
        return w * w * v;
      }),
  ],
  [
    'activity of connections: |w|·E|x|',
    () => activityScore({ decay: 0.9 }),
    (history, now, name) => {
      const activity = average(history, (step) => meanOver(inputsOf(step, name), Math.abs));
      const spread = byInput(name, activity, now);
      return now.map((w, i) => Math.abs(w) * spread[i]!);
    },
  ],
];

const kernels: readonly Kernel[] = ['k1', 'k2'];

/** Steps of a trainer, noted by the oracle, up to the step before the update that counts. */
async function trainNoted(trainer: Trainer, from = 0, to = STEPS): Promise<OracleStep[]> {
  const history: OracleStep[] = [];
  for (let step = from; step < to; step += 1) {
    const batch = perceptronBatch(8, step);
    history.push(oracleStep(await trainer.read(), batch));
    await trainer.step(batch);
  }
  return history;
}

/** Which elements are dropped, by weight. */
async function droppedOf({ pruner }: Pick<TrainerPruning, 'pruner'>): Promise<Record<string, number[]>> {
  const masks = await pruner.masks();
  return Object.fromEntries(
    masks.map(({ name, shape, bits }) => [
      name,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i).filter(
        (i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 0,
      ),
    ]),
  );
}

/** The lowest `count` of all, by weight, and that no rounding decides which they are. */
function lowest(ranks: Readonly<Record<Kernel, readonly number[]>>, count: number): Record<string, number[]> {
  const all = kernels.flatMap((name) => ranks[name].map((rank, i) => ({ name, rank, i })));
  all.sort((a, b) => a.rank - b.rank);
  const [last, first] = [all[count - 1]!.rank, all[count]!.rank];
  expect(first - last).toBeGreaterThan(1e-5 * Math.abs(last));
  const chosen = all.slice(0, count);
  return Object.fromEntries(
    kernels.map((name) => [
      name,
      chosen
        .filter((one) => one.name === name)
        .map(({ i }) => i)
        .sort((a, b) => a - b),
    ]),
  );
}

/** Tests that scores see on this runtime what their formulas say. */
export function scoreCases(runtime: TestRuntime, { few = false } = {}): void {
  // A device in software takes a second to compile what a trainer runs: one score of each way to be ranked will do there.
  it.each(few ? scores.filter(([name]) => /^(movement|activity)/.test(name)) : scores)(
    'ranks by %s, as the formula does in float64',
    async (_, score, oracle) => {
      const trainer = await startTrainer(runtime);
      const pruning = trainer.prune({ score: score(), schedule: late });
      const history = await trainNoted(trainer);
      const now = await trainer.read();
      await trainer.step(perceptronBatch(8, STEPS));
      const ranks = {
        k1: oracle(history, [...now.get('k1')!], 'k1'),
        k2: oracle(history, [...now.get('k2')!], 'k2'),
      };
      expect(await droppedOf(pruning)).toEqual(lowest(ranks, 36));
      expect((await pruning.report()).total).toMatchObject({ dropped: 36, zeros: 36 });
      await trainer.dispose();
    },
  );

  it('drops the least active units whole, by what they put out after bias and activation', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({
      score: activityScore({ of: 'unit', decay: 0.9 }),
      schedule: late,
      pattern: { kind: 'channel', axis: 1 },
    });
    const history = await trainNoted(trainer);
    await trainer.step(perceptronBatch(8, STEPS));
    const units = [
      ...average(history, ({ hidden }) => meanOver(hidden, Math.abs)).map((rank, i) => ({
        name: 'k1',
        rank,
        i,
      })),
      ...average(history, ({ logits }) => meanOver(logits, Math.abs)).map((rank, i) => ({
        name: 'k2',
        rank,
        i,
      })),
    ].sort((a, b) => a.rank - b.rank);
    // Half of 11 units.
    const gone = new Set(units.slice(0, 5).map(({ name, i }) => `${name} ${i}`));
    const dropped = await droppedOf(pruning);
    const found = [...dropped.k1!.map((i) => `k1 ${i % 8}`), ...dropped.k2!.map((i) => `k2 ${i % 3}`)];
    expect(new Set(found)).toEqual(gone);
    await trainer.dispose();
  });

  it('ranks by what was remembered as the host does, bit for bit, with every score at once', async () => {
    const trainer = await startTrainer(runtime);
    const started = [...scores.map(([, score]) => score()), activityScore({ of: 'unit' }), gradientScore()];
    const prunings = started.map((score) => trainer.prune({ score, schedule: late }));
    await trainNoted(trainer);
    for (const [i, { pruner }] of prunings.entries()) {
      const state = JSON.parse(JSON.stringify(await pruner.save()));
      const values = await trainer.read();
      const weights = trainer.weights.map(({ name, weight: { shape } }) => ({
        name,
        weight: { shape, values: values.get(name)! },
      }));
      const score = createScoreObserver({ score: started[i]!, weights });
      const onHost = createPruner({ backend: hostBackend(), weights, schedule: late, score });
      await onHost.restore(state);
      await onHost.update(STEPS);
      await pruner.update(STEPS);
      expect(await pruner.masks(), started[i]!.name).toEqual(await onHost.masks());
    }
    await trainer.dispose();
  });

  it('takes two scores at once, each beside the other as it is alone', async () => {
    const options = [
      { score: movementScore(), schedule: late, select: 'k1' },
      { score: wandaScore(), schedule: late, select: 'k2' },
    ];
    const both = await startTrainer(runtime);
    const prunings = options.map((each) => both.prune(each));
    await trainNoted(both);
    for (const { pruner } of prunings) await pruner.update(STEPS);
    for (const [i, each] of options.entries()) {
      const alone = await startTrainer(runtime);
      const pruning = alone.prune(each);
      await trainNoted(alone);
      await pruning.pruner.update(STEPS);
      expect(await droppedOf(prunings[i]!)).toEqual(await droppedOf(pruning));
      await alone.dispose();
    }
    await both.dispose();
  });

  it('goes on with what scores remember, bit for bit as if it had never stopped', async () => {
    const run = async (interrupted: boolean) => {
      let trainer = await startTrainer(runtime);
      const start = () => ({
        goes: trainer.prune({ score: activityScore({ decay: 0.5 }), schedule: late, select: 'k1' }),
        saved: trainer.prune({
          score: snipScore(),
          schedule: late,
          select: 'k2',
          regrow: { by: gradientScore(), fraction: 0.2 },
        }),
      });
      let prunings = start();
      for (let step = 0; step < 8; step += 1) {
        if (interrupted && step === 3) {
          const weights = JSON.parse(JSON.stringify(await prunings.saved.save()));
          const other = JSON.parse(JSON.stringify(await prunings.goes.pruner.save()));
          await trainer.dispose();
          trainer = await startTrainer(runtime);
          prunings = start();
          await prunings.saved.restore(weights);
          await prunings.goes.pruner.restore(other);
        }
        await trainer.step(perceptronBatch(8, step));
      }
      const state = await prunings.saved.save();
      const other = await prunings.goes.pruner.save();
      await trainer.dispose();
      return { state, other };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('refuses to rank before anything was seen, and waits for the first step by itself', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ score: snipScore(), schedule: constantSparsity(0.5) });
    await expect(pruning.pruner.update(0)).rejects.toMatchObject({ code: 'nothing-observed' });
    await trainer.step({ ...perceptronBatch(8, 0), learningRate: 0 });
    expect((await pruning.report()).position).toBe(null);
    await trainer.step(perceptronBatch(8, 1));
    expect((await pruning.report()).total.dropped).toBe(36);
    await trainer.dispose();
  });
}
