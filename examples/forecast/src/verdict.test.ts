import { expect, it } from 'vitest';
import type { ArmSummary, Results } from './results.js';
import { verdict } from './verdict.js';

const sizes = { denseBytes: 20_000, gzipBytes: 18_000, brotliBytes: 17_000 };

function arm(
  name: ArmSummary['name'],
  mae: number,
  againstNone: ArmSummary['againstNone'] = null,
): ArmSummary {
  const runs = [{ bestEpoch: 3 }] as unknown as ArmSummary['runs'];
  return {
    name,
    mae,
    againstNone,
    sizes,
    sparsity: name === 'synaptic-pruning' ? 0.7 : 0,
    runs,
  } as ArmSummary;
}

function results(arms: readonly ArmSummary[], rest: Partial<Results> = {}): Results {
  const persistence = { mae: 10, rmse: 12 };
  return { arms, persistence, seasonal: null, complete: true, options: { epochs: 9 }, ...rest } as Results;
}

const none = arm('none', 8);
const pruned = (low: number, high: number) =>
  arm('synaptic-pruning', 8.4, { mean: 0.4, interval: [low, high], seeds: 3 });

it('calls a difference chance when its interval holds zero', () => {
  expect(verdict(results([none, pruned(-0.8, 1.6)])).join(' ')).toMatch(
    /5\.0.% higher .*−10\.0.% to \+20\.0.%\): within the spread of the seeds/,
  );
});

it('calls a difference real when its interval leaves out zero', () => {
  expect(verdict(results([none, pruned(0.08, 0.72)])).join(' ')).toMatch(/more than the seeds differ/);
});

it('says when no arm beats repeating the last value', () => {
  expect(verdict(results([arm('none', 11)]))[0]).toMatch(
    /^No arm beats .* \(MAE 10\.00 against 11\.00 at best\)\.$/,
  );
});

it('names a season ago only where it is the harder bar', () => {
  const seasonal = (mae: number) => ({ seasonal: { mae, rmse: 9, rows: 7, label: 'a week ago' } });
  expect(verdict(results([none], seasonal(7)))[0]).toMatch(
    /harder bar .* a week ago, MAE 7\.000, and no arm clears it/,
  );
  expect(verdict(results([none], seasonal(20)))[0]).not.toMatch(/a week ago/);
});

it('says when the budget of epochs ended before the learning', () => {
  expect(verdict(results([none], { options: { epochs: 4 } })).join(' ')).toMatch(
    /All 1 trainings had their best/,
  );
});
