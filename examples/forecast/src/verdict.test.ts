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
  const runs = [{ seed: 1, bestEpoch: 3, mae, ending: 'learned' }] as unknown as ArmSummary['runs'];
  return {
    name,
    mae,
    naiveRatio: mae / 10,
    numbers: 1234,
    hidden: name === 'narrow' ? 8 : 32,
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
    naive: { label: 'last value', ...persistence },
    linear: null,
    curve: [],
    seasonal: null,
    complete: true,
    data: { unit: 'births a day' },
    options: { epochs: 9, patience: 4, seeds: [1] },
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

describe('the first sentence', () => {
  const naive = { label: 'a week ago', mae: 10, rmse: 12 };

  it('holds the pruned model against the better naive forecast, and against itself unpruned', () => {
    expect(verdict(results([none, pruned(-0.8, 1.6)], { naive }))[0]!.replaceAll('\u00a0', ' ')).toBe(
      'With 70 % of its weights dropped while it trained, the LSTM errs by 8.400 births a day (MAE): 0.84 × the error of ' +
        'repeating the value of a week ago (10.00) and 5.0 % more than unpruned (−10.0 % to +20.0 %, 95 %). Its file takes ' +
        '16.0 kB instead of 20.0 kB.',
    );
  });

  it('says of the file that it has fewer bits, and how that one errs', () => {
    const lossy = [
      { values: 'int8', bytes: 4000, error: { absolute: 0.01, relative: 0.01 }, mae: 8.41 },
    ] as const;
    const [first] = verdict(results([none, { ...pruned(-0.8, 1.6), lossy }], { naive }));
    expect(first!.replaceAll('\u00a0', ' ')).toMatch(
      /Its file takes 4\.0 kB \(int8, MAE 8\.410\) instead of 20\.0 kB\.$/,
    );
  });

  it('says "as much" where the difference would be shown as 0.0 %', () => {
    const same = arm('synaptic-pruning', 8.0001, { mean: 0.0001, interval: null, seeds: 1 });
    const sentences = said([none, same]);
    expect(sentences).toContain('and as much as unpruned (one seed).');
    expect(sentences).toContain('MAE of synaptic-pruning is that without regularisation;');
    expect(sentences).not.toMatch(/\b0\.0 % (higher|lower|more|less)/);
  });

  it('is of the arm that errs least where nothing has been pruned', () => {
    expect(verdict(results([none]))[0]).toMatch(/^The LSTM errs by 8\.000 births a day \(MAE, none\), 0\.80/);
  });
});

describe('what there is to beat', () => {
  const linear = { mae: 8.2, rmse: 9, weights: 155, ridge: 0.1, validationMae: 8 };

  it('says when no arm beats the naive forecast', () => {
    expect(said([arm('none', 11)])).toContain('No arm beats repeating the last value (MAE 10.00).');
  });

  it('names who beats the linear model', () => {
    expect(said([none, pruned(-1, 1)], { linear })).toContain(
      'Every arm beats repeating the last value (MAE 10.00). Only none beats a linear model of the same windows (MAE 8.200, ' +
        '155 numbers).',
    );
    expect(said([none], { linear })).toContain(
      'Every arm beats repeating the last value (MAE 10.00) and a linear model of the same windows (MAE 8.200, 155 numbers).',
    );
  });

  it('holds the dense model of the same size against the pruned one', () => {
    expect(said([none, pruned(-1, 1), arm('narrow', 8.82)])).toContain(
      'Trained dense with 8 units, an LSTM of the same size (1,234 numbers; 1,234 are left of the pruned one) errs by 8.820, ' +
        '5.0 % more than the pruned one; one seed says nothing about chance. Packed, exact, it takes 16.0 kB, the pruned one ' +
        '16.0 kB.',
    );
  });
});

describe('how the trainings ended', () => {
  it('says that they had stopped learning, and where they were best', () => {
    expect(said([none])).toContain(
      'The one training went on until 4 epochs in a row had brought less than 0.25 %; best epochs 3, counted from 0.',
    );
  });

  it('names the arms that were still learning', () => {
    const cut = {
      ...none,
      runs: [...none.runs, { ...none.runs[0]!, ending: 'epochs' }],
    } as unknown as ArmSummary;
    expect(said([cut])).toMatch(
      /1 of 2 trainings of the table \(none\) were still learning when the 9 epochs ended/,
    );
  });
});

it('says how far pruning can go, and what the sparsest model costs', () => {
  const point = (sparsity: number, mae: number) => ({ sparsity, mae }) as Results['curve'][number];
  const curve = [point(0, 8), point(0.5, 7.9), point(0.7, 8.1), point(0.9, 10)];
  expect(said([none, pruned(-1, 1)], { curve })).toContain(
    "Of the models of seed 1 the one with 70 % of its weights dropped is the sparsest within 2 % of the unpruned one's MAE " +
      'of 8.000; at 90 % the MAE is 10.00 (+25.0 %).',
  );
  expect(said([none, pruned(-1, 1)], { curve: [curve[0]!, curve[3]!] })).toContain(
    "none that is pruned stays within 2 % of the unpruned one's MAE of 8.000; at 90 % the MAE is 10.00 (+25.0 %).",
  );
});

describe('what the pruned model takes on disk', () => {
  it('says all of it, beside the dense file', () => {
    expect(said([none, pruned(-1, 1)])).toContain(
      'As it is saved the pruned model still takes 20.0 kB, as before; gzipped it takes 18.0 kB instead of 18.0 kB, by brotli 17.0 kB, and packed by ' +
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
    backend: 'wasm',
    versions: {},
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

  it('is left out where a run was cut short', () => {
    expect(said([none, pruned(-1, 1)], { complete: false })).not.toMatch(/faster|slower|as fast/);
  });
});

function said(arms: readonly ArmSummary[], rest: Partial<Results> = {}): string {
  return verdict(results(arms, rest)).join(' ').replaceAll('\u00a0', ' ');
}
