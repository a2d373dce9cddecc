import { describe, expect, it } from 'vitest';
import type { ForecasterSpeed } from './measure-speed.js';
import type { ArmSummary, Results } from './results.js';
import { verdict } from './verdict.js';

const sizes = { denseBytes: 20_000, gzipBytes: 18_000, brotliBytes: 17_000, packedBytes: 16_000 };

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
    lossy: [],
    sparsity: name === 'synaptic-pruning' ? 0.7 : 0,
    runs,
  } as unknown as ArmSummary;
}

function results(arms: readonly ArmSummary[], rest: Partial<Results> = {}): Results {
  const persistence = { mae: 10, rmse: 12 };
  return {
    arms,
    persistence,
    seasonal: null,
    complete: true,
    machine: { runtime: 'tfjs', backend: 'wasm' },
    data: { unit: 'births a day' },
    options: { epochs: 9 },
    speed: null,
    ...rest,
  } as Results;
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

describe('what the pruned model takes on disk', () => {
  it('says all of it, beside the dense file', () => {
    expect(said([none, pruned(-1, 1)])).toContain(
      'still takes 20.0 kB, as before; gzipped it takes 18.0 kB instead of 18.0 kB, by brotli 17.0 kB, and packed by ' +
        '@synaprune/sparse 16.0 kB,',
    );
  });

  it('picks the smallest of the files with fewer bits that forecasts within 1 %, and tells its price', () => {
    const error = { absolute: 0.01, relative: 0.1 };
    const lossy = [
      { values: 'float16', bytes: 8000, error, mae: 8.4 },
      { values: 'int8', bytes: 4000, error, mae: 8.442 },
      { values: 'clustered', bytes: 2000, error, mae: 9.24 },
    ] as const;
    expect(said([none, { ...pruned(-1, 1), lossy }])).toContain(
      'With fewer bits a value (int8) it takes 4.0 kB, 20 % of the dense file, and its MAE is 0.5 % higher.',
    );
    expect(said([none, { ...pruned(-1, 1), lossy: lossy.slice(0, 1) }])).toContain(
      '(float16) it takes 8.0 kB, 40 % of the dense file, and forecasts as well.',
    );
    expect(said([none, { ...pruned(-1, 1), lossy: lossy.slice(2) }])).toContain('its MAE is 10.0 % higher.');
  });
});

describe('what the pruned model takes to predict', () => {
  const speed: ForecasterSpeed = {
    seed: 1,
    largestDifference: 0.000_23,
    layers: [
      {
        name: 'lstm',
        kind: 'LSTM',
        kernel: 'csr',
        sparsity: 0.7,
        why: '70 % of its weights are zero',
        milliseconds: { before: 1, after: 0.1 },
      },
    ],
    speeds: [
      { batch: 1, milliseconds: { dense: 2, accelerated: 0.1 }, speedup: 20 },
      { batch: 64, milliseconds: { dense: 2, accelerated: 2.4 }, speedup: 2 / 2.4 },
    ],
  };

  it('is told at each batch, with where it was measured and how far forecasts move', () => {
    expect(said([none, pruned(-1, 1)], { speed })).toContain(
      'Through accelerate of @synaprune/tfjs it forecasts one window 20 × faster (0.10 ms instead of 2.0 ms) and 64 at ' +
        'once 1.2 × slower (2.4 ms instead of 2.0 ms) on tfjs’s wasm backend; no forecast moves by more than ' +
        '2 · 10⁻⁴ births a day. ',
    );
  });

  it('is no faster on a runtime without such kernels, and nothing is said where a run was cut short', () => {
    const machine = { runtime: 'onnxruntime', backend: 'node' };
    expect(said([none, pruned(-1, 1)], { machine })).toContain(
      'onnxruntime has no kernels that skip zeros: it multiplies them like any number, and runs no faster.',
    );
    expect(said([none, pruned(-1, 1)], { machine, complete: false })).not.toMatch(/faster|slower/);
  });
});

function said(arms: readonly ArmSummary[], rest: Partial<Results> = {}): string {
  return verdict(results(arms, rest)).join(' ').replaceAll('\u00a0', ' ');
}
