import { expect, it } from 'vitest';
import { readParameters } from './parameters';

it('reads what the address says', () => {
  expect(readParameters('?version=1&task=forecast&backend=wasm&steps=60&batch=32&target=0&seed=3')).toEqual({
    parameters: { version: 1, task: 'forecast', backend: 'wasm', steps: 60, batch: 32, target: 0, seed: 3 },
    complaints: [],
  });
});

it('says nothing where the address says nothing', () => {
  const { parameters, complaints } = readParameters('');
  expect(Object.values(parameters)).toEqual(Array(7).fill(null));
  expect(complaints).toEqual([]);
});

it.each([
  ['?steps=9', 'steps needs to be a whole number from 10 to 20000, got “9”'],
  ['?steps=1e3', 'got “1e3”'],
  ['?batch=', 'batch needs to be a whole number from 1 to 512, got “”'],
  ['?target=100', 'target needs to be a whole number from 0 to 99, got “100”'],
  ['?backend=gpu', 'backend needs to be one of webgpu, webgl, wasm, cpu, got “gpu”'],
  ['?task=', 'task needs to be one of digits, forecast'],
  ['?stepz=60', 'stepz means nothing here'],
  ['?a=1&b=2&c=3', 'a and 2 more means nothing here'],
  ['?steps=1%1b[2J%0a', 'got “1\\u001b[2J\n”'],
  [`?steps=${'9'.repeat(5000)}`, `got “${'9'.repeat(40)}…”`],
])('leaves %s aside and says why', (query, complaint) => {
  const { parameters, complaints } = readParameters(query);
  expect(Object.values(parameters).every((value) => value === null)).toBe(true);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain(complaint);
});

it('takes the settings of a link of another version, and says so', () => {
  const { parameters, complaints } = readParameters('?version=2&steps=60');
  expect(parameters.steps).toBe(60);
  expect(complaints).toEqual([
    expect.stringMatching(/^This link is of version 2 of the page, and this is version 1:/),
  ]);
});
