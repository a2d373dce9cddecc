import { describe, expect, it } from 'vitest';
import { PruneError } from '../checks/errors.js';
import type { ScoreObserver } from '../score/observer.js';
import { packMemory, unpackMemory } from '../score/pack-memory.js';
import { snipScore } from '../score/saliency-score.js';
import { randomScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { type ArrayOptions, prune, values } from '../testing/prune.js';

/** An observer that ranks by what it is told, and counts what it has open. */
function createObserver(ranks: readonly ArrayWeight[]) {
  const log = { open: 0, committed: 0, discarded: 0 };
  let memory: string | undefined = packMemory(ranks);
  const observer: ScoreObserver<ArrayWeight> = {
    kind: 'observer',
    score: snipScore(),
    rank(weights) {
      if (memory === undefined) throw new PruneError('nothing-observed', 'no step yet');
      log.open += 1;
      return {
        tensors: unpackMemory(memory, weights.length),
        close: () => {
          log.open -= 1;
        },
      };
    },
    save: () => memory,
    open(text) {
      return {
        commit() {
          log.committed += 1;
          memory = text;
        },
        discard() {
          log.discarded += 1;
        },
      };
    },
  };
  return { observer, log };
}

const start = () => [arrayWeight(1, 2, 3), arrayWeight(4, 5)];
const backwards = [arrayWeight(5, 4, 3), arrayWeight(2, 1)];

describe('a pruner with an observer', () => {
  it('ranks by what it gives, all weights together, and gives it back', async () => {
    const weights = start();
    const { observer, log } = createObserver(backwards);
    const pruner = prune(weights, { score: observer });
    await pruner.update(0.6);
    expect(weights.map(values)).toEqual([
      [1, 2, 0],
      [0, 0],
    ]);
    expect(log.open).toBe(0);
  });

  it('grows by it, too', async () => {
    const weights = start();
    const { observer, log } = createObserver(backwards);
    const pruner = prune(weights, { regrow: { by: observer, fraction: 0.5 } });
    const { regrown } = await pruner.update(0.6);
    // 3 of 5 are to go, and half of the 2 that stay go beyond them: 1, 2, 3 and 4; of those the first ranks highest.
    expect(regrown).toBe(1);
    const { weights: report } = await pruner.report();
    expect(report.map(({ kept }) => kept)).toEqual([1, 1]);
    expect(log.open).toBe(0);
  });

  it.each<[string, (ranks: ScoreObserver<ArrayWeight>) => ArrayOptions]>([
    [
      'the backend fails',
      (score) => ({ score, backend: { ...createArrayBackend(), drop: fail, dropAndEnforce: fail } }),
    ],
    ['a floor is in the way', (score) => ({ score, floor: 0.9 })],
    [
      'the score of growth fails',
      (score) => ({ score, regrow: { by: { ...score, rank: fail }, fraction: 0.5 } }),
    ],
  ])('gives it back where %s, and is as before', async (_, options) => {
    const weights = start();
    const { observer, log } = createObserver(backwards);
    const pruner = prune(weights, options(observer));
    const before = await pruner.save();
    await expect(pruner.update(0.6)).rejects.toThrow();
    expect(log.open).toBe(0);
    expect(await pruner.save()).toEqual(before);
    expect(weights.map(values)).toEqual(start().map(values));
  });

  it('is not asked where nothing is to go, as before the first step of a ramp', async () => {
    const { observer } = createObserver(backwards);
    const unseen = { ...observer, rank: fail };
    const pruner = prune(start(), { score: unseen });
    expect((await pruner.update(0)).sparsity).toBe(0);
    await expect(pruner.update(0.2)).rejects.toThrow('broken');
  });

  it('refuses ranks of another shape, and gives them back', async () => {
    const { observer, log } = createObserver([arrayWeight(1, 2), arrayWeight(1, 2)]);
    const pruner = prune(start(), { score: observer });
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'score-mismatch' });
    expect(log.open).toBe(0);
  });

  it('saves what it remembers under the name of its score, and restores it with the masks', async () => {
    const { observer } = createObserver(backwards);
    const first = prune(start(), { score: observer });
    await first.update(0.4);
    const saved = JSON.parse(JSON.stringify(await first.save()));
    expect(saved).toMatchObject({ score: { kind: 'snip' }, remembered: { score: packMemory(backwards) } });

    const other = createObserver([arrayWeight(1, 1, 1), arrayWeight(1, 1)]);
    const weights = start();
    const second = prune(weights, { score: other.observer });
    await second.restore(saved);
    expect(other.log.committed).toBe(1);
    await first.update(0.6);
    await second.update(0.6);
    expect(await second.save()).toEqual(await first.save());
  });

  it('keeps two memories apart: what goes, and what comes back', async () => {
    const [going, coming] = [createObserver(backwards), createObserver(start())];
    const options = { score: going.observer, regrow: { by: coming.observer, fraction: 0.5 } };
    const pruner = prune(start(), options);
    const { remembered } = await pruner.save();
    expect(remembered).toEqual({ score: packMemory(backwards), regrow: packMemory(start()) });
  });

  it('lets go of a memory that it has read where masks cannot be written', async () => {
    const { observer, log } = createObserver(backwards);
    const saved = await prune(start(), { score: observer }).save();
    const backend = { ...createArrayBackend(), writeMask: fail };
    const pruner = prune(start(), { score: observer, backend });
    await expect(pruner.restore(saved)).rejects.toThrow('broken');
    expect(log).toEqual({ open: 0, committed: 0, discarded: 1 });
  });

  it('leaves the memory alone where masks come without a state', async () => {
    const { observer, log } = createObserver(backwards);
    const pruner = prune(start(), { score: observer });
    await pruner.restore(await pruner.masks());
    expect(log.committed).toBe(0);
  });

  it.each<[string, unknown]>([
    ['a memory of nothing', {}],
    ['a memory of another role', { grow: '' }],
    ['a memory that is no text', { score: 3 }],
    ['another memory', { score: packMemory(start()) }],
  ])('refuses %s', async (_, remembered) => {
    const { observer, log } = createObserver(backwards);
    const pruner = prune(start(), { score: observer });
    const saved = await pruner.save();
    await expect(pruner.restore({ ...saved, remembered })).rejects.toMatchObject({ code: 'state-corrupt' });
    expect(log.committed).toBe(0);
  });

  it('refuses a memory where no score has one', async () => {
    const pruner = prune(start(), { score: randomScore({ seed: 1 }) });
    const saved = await pruner.save();
    await expect(pruner.restore({ ...saved, remembered: { score: '' } })).rejects.toMatchObject({
      code: 'state-corrupt',
    });
  });
});

describe('unpackMemory', () => {
  const text = packMemory([{ shape: [2, 1], values: Float32Array.of(0.1, Number.NaN) }]);

  it('gives what was packed', () => {
    expect(unpackMemory(text, 1)).toEqual([{ shape: [2, 1], values: Float32Array.of(0.1, Number.NaN) }]);
    expect(unpackMemory('', 0)).toEqual([]);
  });

  it.each([
    ['no base64', '?', 1],
    ['more than it says', text, 0],
    ['less than it says', text, 2],
    // A rank, and edges, of more than anything holds.
    ['a rank without end', '/////w==', 1],
    ['edges without end', 'AwAAAP///////////////w==', 1],
  ])('refuses %s', (_, packed, count) => {
    expect(() => unpackMemory(packed, count)).toThrow('what a score remembers is damaged');
  });
});

function fail(): never {
  throw new Error('broken');
}
