import { expect, it } from 'vitest';
import type { ArmSummary, Results } from './results.js';
import { bytesTable, kernelTable, resultRows, speedTable } from './worth.js';

const plain = (rows: readonly (readonly string[])[] | undefined) =>
  rows?.map((row) => row.map((text) => text.replaceAll('\u00a0', ' ')));
const arm = (name: string, factor: number) =>
  ({
    name,
    mae: 200,
    sizes: {
      denseBytes: 10_000,
      gzipBytes: 9000 * factor,
      brotliBytes: 8000 * factor,
      packedBytes: 7000 * factor,
    },
    lossy: [{ values: 'int8', bytes: 2000 * factor, error: { absolute: 0.0034, relative: 0.1 }, mae: 201 }],
  }) as unknown as ArmSummary;

it('has the pruned arm first and what the arms have to beat last, all by the better naive forecast', () => {
  const row = (name: string, mae: number) => ({
    ...arm(name, 1),
    mae,
    maeDeviation: 2,
    numbers: 1234,
    sparsity: 0.7,
    seconds: 3,
    runs: [{ bestEpoch: 20 }, { bestEpoch: 9 }],
  });
  const { head, rows } = resultRows({
    arms: [row('synaptic-pruning', 200), row('none', 150)],
    naive: { label: 'a week ago', mae: 250, rmse: 300 },
    seasonal: { label: 'a week ago', rows: 7, mae: 250, rmse: 300 },
    persistence: { mae: 500, rmse: 600 },
    linear: { mae: 225, rmse: 300, weights: 155, ridge: 1, validationMae: 1 },
  } as unknown as Results);
  expect(head[2]).toBe('÷ a week ago');
  expect(rows.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'arm synaptic-pruning',
    'arm none',
    'baseline linear',
    'baseline a week ago',
    'baseline last value',
  ]);
  expect(plain(rows.map(({ cells }) => cells))?.slice(1, 4)).toEqual([
    ['150.0 ± 2.0', '0.60 ×', '70.0 %', '1,234', '7.0 kB', '9 to 20', '3.0'],
    ['225.0', '0.90 ×', '–', '155', '–', '–', '–'],
    ['250.0', '1.00 ×', '–', '–', '–', '–', '–'],
  ]);
});

it('has a row for each kind of file, the pruned model beside the one that was not', () => {
  expect(plain(bytesTable({ arms: [arm('none', 1), arm('synaptic-pruning', 0.5)] })?.rows)).toEqual([
    ['dense, float32', '10.0 kB', '10.0 kB', '100 %', '–', '–'],
    ['gzip -9', '9.0 kB', '4.5 kB', '45 %', '–', '–'],
    ['brotli 11', '8.0 kB', '4.0 kB', '40 %', '–', '–'],
    ['packed, exact', '7.0 kB', '3.5 kB', '35 %', '200.0', '0'],
    ['packed, int8', '2.0 kB', '1.0 kB', '10 %', '201.0 (+0.5 %)', '0.003'],
  ]);
  expect(bytesTable({ arms: [arm('none', 1)] })).toBeNull();
});

it('has a row for each batch, and one for each layer', () => {
  const speed = {
    speeds: [{ batch: 64, milliseconds: { dense: 4.2, accelerated: 1.31 }, speedup: 3.21 }],
    layers: [
      {
        name: 'lstm',
        kind: 'LSTM',
        kernel: 'csr',
        sparsity: 0.7,
        why: '70 % of its weights are zero',
        milliseconds: { before: 1.4, after: 0.2 },
      },
    ],
  } as unknown as Results['speed'];
  expect(plain(speedTable({ speed })?.rows)).toEqual([['64', '4.2 ms', '1.3 ms', '3.2 ×']]);
  expect(plain(kernelTable({ speed })?.rows)).toEqual([
    ['lstm', 'csr', '70.0 %', '70 % of its weights are zero'],
  ]);
  expect([speedTable({ speed: null }), kernelTable({ speed: null })]).toEqual([null, null]);
});
