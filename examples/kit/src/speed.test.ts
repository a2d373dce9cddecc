import { describe, expect, it } from 'vitest';
import {
  accelerationText,
  compareAcceleration,
  compareSpeeds,
  largestDifference,
  speedText,
} from './speed.js';

it('compares at each batch, by the clock it is given', async () => {
  let time = 0;
  const takes = (milliseconds: number) => (batch: number) => {
    time += milliseconds * batch;
  };
  const speeds = await compareSpeeds({ dense: takes(6), accelerated: takes(1.5) }, [1, 4], {
    now: () => time,
  });
  expect(speeds).toEqual([
    { batch: 1, milliseconds: { dense: 6, accelerated: 1.5 }, speedup: 4 },
    { batch: 4, milliseconds: { dense: 24, accelerated: 6 }, speedup: 4 },
  ]);
});

it('says faster, slower, or neither', () => {
  const text = (dense: number, accelerated: number) =>
    speedText({ batch: 1, milliseconds: { dense, accelerated }, speedup: dense / accelerated }).replaceAll(
      '\u00a0',
      ' ',
    );
  expect(text(0.41, 0.1)).toBe('4.1 × faster (0.10 ms instead of 0.41 ms)');
  expect(text(46, 2)).toBe('23 × faster (2.0 ms instead of 46 ms)');
  expect(text(1, 1.3)).toBe('1.3 × slower (1.3 ms instead of 1.0 ms)');
  expect(text(1, 1.04)).toBe('no faster and no slower (1.0 ms instead of 1.0 ms)');
});

it('finds the largest difference, and NaN where there is no number', () => {
  expect(largestDifference([1, 2, 3], [1, 2.5, 2.75])).toBe(0.5);
  expect(largestDifference([1, Number.NaN], [1, 2])).toBeNaN();
});

it('accelerates one of two copies, looks how far apart they are, and gives everything back', async () => {
  let [time, open] = [0, 0];
  const predict = (milliseconds: () => number, value: () => number) => (count: number) => {
    time += milliseconds();
    return Array<number>(count).fill(value());
  };
  const parts = {
    dense: predict(
      () => 8,
      () => 1,
    ),
    accelerated: predict(
      () => (open === 1 ? 4 : 8),
      () => (open === 1 ? 1.25 : 1),
    ),
    accelerate: (count: number) => {
      open += 1;
      return {
        report: { layers: [`for ${count}`] },
        release() {
          open -= 1;
        },
      };
    },
    batches: [1, 64],
    compared: 3,
  };
  expect(await compareAcceleration(parts, { now: () => time })).toEqual({
    speeds: [1, 64].map((batch) => ({ batch, milliseconds: { dense: 8, accelerated: 4 }, speedup: 2 })),
    largestDifference: 0.25,
    layers: ['for 1'],
  });
  expect(open).toBe(0);
});

describe('an acceleration in words', () => {
  const layer = (kernel: string) => ({ kernel, why: '70 % of its weights are zero' });
  const told = (
    kernel: string,
    accelerated: readonly number[],
    unit?: string,
    largestDifference = 0.000_23,
  ) =>
    accelerationText(
      {
        speeds: accelerated.map((milliseconds, i) => ({
          batch: [1, 64][i]!,
          milliseconds: { dense: 2, accelerated: milliseconds },
          speedup: 2 / milliseconds,
        })),
        largestDifference,
        layers: [layer('dense'), layer(kernel)],
      },
      {
        verb: 'predicts',
        one: 'one',
        where: 'on wasm',
        output: 'output',
        ...(unit === undefined ? {} : { unit }),
      },
    ).replaceAll('\u00a0', ' ');

  it('has every batch, and how far predictions moved', () => {
    expect(told('csr', [0.1, 0.5], 'births')).toBe(
      'Through accelerate of @synaprune/tfjs it predicts one 20 × faster (0.10 ms instead of 2.0 ms) and 64 at once ' +
        '4.0 × faster (0.50 ms instead of 2.0 ms) on wasm; no output moves by more than 2 · 10⁻⁴ births. ' +
        'Left alone, it multiplies zeros like any number.',
    );
  });

  it('says that nothing moved where nothing did', () => {
    expect(told('csr', [0.1], 'births', 0)).toContain('on wasm; no output moves. ');
  });

  it('does not hide that it is slower, or no faster', () => {
    expect(told('csr', [4, 2.4])).toMatch(
      / one 2\.0 × slower .* and 64 at once 1\.2 × slower .* Here it does not pay\.$/,
    );
    expect(told('csr', [1.95])).toMatch(/no faster and no slower .* Here it does not pay\.$/);
  });

  it('says why where every layer stayed dense', () => {
    expect(told('dense', [1.5])).toBe(
      'Through accelerate of @synaprune/tfjs it predicts one 1.3 × faster (1.5 ms instead of 2.0 ms) on wasm; no output ' +
        'moves by more than 2 · 10⁻⁴. Nothing is skipped: every layer stayed dense (70 % of its weights are zero).',
    );
  });
});
