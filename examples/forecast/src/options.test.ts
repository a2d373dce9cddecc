import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('defaults to three seeds, a ramp that ends before the run, and more sparsities for the curve', () => {
  const { seeds, settings, data, curve } = readOptions([]);
  expect(seeds).toEqual([42, 43, 44]);
  expect(data.data).toBe('births');
  expect(settings.recipe).toEqual({
    schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 12 },
    every: 'epoch',
  });
  expect(settings.epochs).toBe(80);
  expect(curve).toEqual([0.5, 0.8, 0.9, 0.95]);
});

it('lets flags overrule --quick', () => {
  const { seeds, settings } = readOptions(['--quick', '--epochs', '10', '--seed', '7']);
  expect(seeds).toEqual([7]);
  expect(settings).toMatchObject({ epochs: 10, hidden: 16, recipe: { schedule: { start: 2, end: 6 } } });
});

it('reads lists and negative codes', () => {
  const { data } = readOptions([
    '--data',
    'x.csv',
    '--target',
    'y',
    '--missing=-200,-1',
    '--columns',
    'a, b',
  ]);
  expect(data).toMatchObject({ missing: { codes: ['-200', '-1'], rows: 'reject' }, columns: ['a', 'b'] });
});

it('leaves it open which backend loads unless told', () => {
  expect(readOptions([])).toMatchObject({ runtime: 'onnxruntime', backend: null });
  expect(readOptions(['--runtime', 'tfjs'])).toMatchObject({ runtime: 'tfjs', backend: null });
  expect(readOptions(['--backend', 'wasm'])).toMatchObject({ runtime: 'onnxruntime', backend: 'wasm' });
});

it('takes each sparsity of the curve once, and not the one that is pruned to anyway', () => {
  expect(readOptions(['--curve', '0.9, 0.7,0.5,0.9']).curve).toEqual([0.5, 0.9]);
  expect(readOptions(['--curve', 'none']).curve).toEqual([]);
  expect(readOptions(['--to', '0.9']).curve).toEqual([0.5, 0.8, 0.95]);
});
