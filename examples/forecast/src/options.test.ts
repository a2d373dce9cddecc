import { afterEach, expect, it, vi } from 'vitest';
import { readOptions } from './options.js';

afterEach(() => vi.restoreAllMocks());

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

it.each<[string, string[], RegExp]>([
  ['a sparsity of 1', ['--to', '1'], /Needed a number from 0 up to/],
  ['a falling ramp', ['--from', '0.8', '--to', '0.7'], /needs from ≤ to/],
  ['a sparsity of the curve that is none', ['--curve', '0.5,all'], /Needed a number from 0 up to/],
  ['a ramp longer than the run', ['--epochs', '5', '--end', '9'], /must end before the last/],
  ['a backend that is none', ['--backend', 'cuda'], /onnxruntime has the backends node, wasm; got cuda/],
  [
    'a backend of another runtime',
    ['--runtime', 'tfjs', '--backend', 'node'],
    /tfjs has the backends wasm, cpu; got node/,
  ],
  ['a runtime that is none', ['--runtime', 'torch'], /Allowed choices are onnxruntime, tfjs/],
])('refuses %s', (_, argv, message) => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const ended = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended');
  });
  expect(() => readOptions(argv)).toThrow('ended');
  expect(ended).toHaveBeenCalledWith(2);
  expect(said.mock.calls.join('')).toMatch(message);
});
