import type { Column } from '@synaprune/examples-kit/series/series';
import { describe, expect, it } from 'vitest';
import { ARMS, stoppingOf } from '../arms/arms.js';
import type { LoadedSeries } from '../data/load-series.js';
import { makePlan } from './make-plan.js';
import { cellsOf } from './plan.js';
import { surveyTask } from './survey.js';

const ROWS = 300;

/** A saw of known steps: repeating its last value is wrong by 1, and by 9 where a tooth ends. */
function saw(): LoadedSeries {
  const column: Column = { name: 'value', values: Float64Array.from({ length: ROWS }, (_, row) => row % 10) };
  const facts = { name: 'saw', unit: '', step: 'row', provenance: 'made up', licence: 'CC0-1.0' };
  return {
    identity: { ...facts, source: 'saw', target: 'value', sha256: '0' },
    series: { ...facts, columns: [column], dates: null, season: null, inputs: 'levels', ignored: [] },
    inputs: 'levels',
    remarks: [],
  };
}

describe('a series with one length', () => {
  it('has the error of its last value, with nothing trained', () => {
    const { persistence, impossible } = surveyTask(saw(), 'honest', 5, ['rnn', 'patchtst']);
    // 45 rows of test, the first five of them only shown: 36 small steps and 4 large ones.
    expect(persistence?.mae).toBeCloseTo((36 * 1 + 4 * 9) / 40, 12);
    expect(impossible).toEqual([]);
  });

  it('lacks every model where a part has too few windows, and says how many rows would do', () => {
    const { persistence, impossible } = surveyTask(saw(), 'honest', 60, ['rnn', 'lstm']);
    expect(persistence).toBeNull();
    expect(impossible).toEqual([
      { model: null, reason: expect.stringMatching(/needs 16 whole windows of 60 rows.*rows would do/) },
    ]);
  });

  it('lacks the one model that cannot be built for it', () => {
    const { impossible } = surveyTask(saw(), 'honest', 1, ['rnn', 'patchtst']);
    expect(impossible).toEqual([
      { model: 'patchtst', reason: expect.stringMatching(/length of at least 2, got 1/) },
    ]);
  });
});

describe('a plan', () => {
  const wishes = {
    protocol: 'honest',
    data: [{ source: 'births' }],
    seeds: [42],
    tuningSeeds: [7],
    arms: ['none', 'persistence'],
  } as const;
  const surroundings = {
    arms: ARMS,
    stoppingOf,
    runtime: 'none 1',
    machine: { cpu: 'made up', cores: 1, node: 'v20' },
  };

  it('leaves out what cannot be had, and keeps the rest', () => {
    const plan = makePlan({ ...wishes, models: ['rnn', 'patchtst'], lengths: [1, 7] }, surroundings);
    expect(plan.impossible).toMatchObject([{ series: 0, length: 1, model: 'patchtst' }]);
    expect(plan.persistence.map(({ length }) => length)).toEqual([1, 7]);
    expect(new Set(cellsOf(plan).map(({ model, length }) => `${model} ${length}`))).toEqual(
      new Set(['rnn 1', 'rnn 7', 'patchtst 7']),
    );
  });

  it('is refused when nothing is left of it', () => {
    expect(() => makePlan({ ...wishes, models: ['patchtst'], lengths: [1] }, surroundings)).toThrowError(
      expect.objectContaining({ code: 'bad-data', message: expect.stringMatching(/length of at least 2/) }),
    );
  });
});
