import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('defaults to three seeds and a ramp that ends before the run', () => {
  const { seeds, settings, data } = readOptions([]);
  expect(seeds).toEqual([42, 43, 44]);
  expect(data.data).toBe('births');
  expect(settings.recipe).toEqual({
    schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 9 },
    every: 'epoch',
  });
  expect(settings.epochs).toBe(14);
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

it('takes the first backend of a runtime unless told', () => {
  expect(readOptions([])).toMatchObject({ runtime: 'tfjs', backend: 'wasm' });
  expect(readOptions(['--runtime', 'onnxruntime'])).toMatchObject({ backend: 'node' });
  expect(readOptions(['--runtime', 'onnxruntime', '--backend', 'wasm'])).toMatchObject({ backend: 'wasm' });
});
