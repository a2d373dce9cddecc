import { expect, it } from 'vitest';
import { formatGoals, formatGroup, formatSetting } from './report.js';
import { rowOf, unmeasured } from './row.js';

const timing = (name: string, median: number) => ({ name, median, min: median / 2, samples: 7 });
const rows = [
  rowOf(timing('kernels.select', 4.2e8), timing('read', 2e8), {
    group: 'select',
    elements: 1e8,
    goal: 'select',
  }),
];

it('puts the ratio first, then nanoseconds a weight, the goal and whether it was met', () => {
  const line = formatGroup('select', rows, false)
    .split('\n')
    .find((text) => text.includes('kernels.select'))!;
  const cells = line
    .split('│')
    .map((cell) => cell.trim())
    .slice(1, -1);
  expect(cells).toEqual([
    'kernels.select',
    '1e8',
    '2.10 ×',
    '2.10 ×',
    'read',
    '4.200',
    '2.100',
    '2.000',
    '7',
    '≤ 1.50 ×',
    'missed',
  ]);
});

it('has colours only where they are asked for', () => {
  const control = String.fromCharCode(27);
  expect(formatGroup('select', rows, false) + formatGoals(rows, false)).not.toContain(control);
  expect(formatGroup('select', rows, true)).toContain(control);
});

it('lists every goal, with the reason where one was not measured', () => {
  const missing = unmeasured(
    { group: 'peers', elements: 1e7, goal: 'peer-numpy' },
    'numpy.partition',
    'python3 has no numpy',
  );
  const text = formatGoals([...rows, missing], false);
  expect(text).toContain('not measured: python3 has no numpy');
  expect(text).toContain('not measured: not asked for');
});

const machine = {
  processor: 'Some Processor',
  cores: 2,
  memoryGiB: 8,
  system: 'linux x64',
  loadAtStart: 0.5,
  loadAtEnd: 1.25,
};

it('names the GPU that was measured on', () => {
  const gpu = 'Some Adapter, a software device';
  const text = formatSetting({ machine: { ...machine, gpu }, versions: {}, date: '2026-01-01' });
  expect(text.split('\n')[1]).toBe('GPU: Some Adapter, a software device');
});

it('names the machine and the versions', () => {
  const text = formatSetting({ machine, versions: { node: '20.20.2' }, date: '2026-01-01' });
  expect(text).toBe(
    'Some Processor, 2 cores, 8 GiB, linux x64\nload 0.5 at the start, 1.25 at the end; 2026-01-01\nnode 20.20.2',
  );
});
