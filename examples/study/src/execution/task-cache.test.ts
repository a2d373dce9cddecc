import { expect, it } from 'vitest';
import { loadSeries } from '../data/load-series.js';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { createTaskCache } from './task-cache.js';

const { source, target, sha256 } = loadSeries({ source: 'births' }).identity;
const spec = madeUpSpec({ series: { source, target, sha256 }, length: 7 });

it('the windows of a run are made once for its neighbours', () => {
  const taskOf = createTaskCache();
  const task = taskOf(spec);
  expect(task.series.sha256).toBe(sha256);
  expect(taskOf({ ...spec, seed: 99 })).toBe(task);
  expect(taskOf({ ...spec, length: 8 }).length).toBe(8);
});

it('a machine whose file holds other numbers refuses the run, and says which file', () => {
  const other = { ...spec, series: { ...spec.series, sha256: 'f'.repeat(64) } };
  expect(() => createTaskCache()(other)).toThrowError(
    expect.objectContaining({
      code: 'bad-data',
      message: `births holds other numbers here than where the study was started: needed SHA-256 ffffffffffff…, got ${sha256.slice(0, 12)}…; every machine needs the same file`,
    }),
  );
});
