import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aimOf } from './pruning-aim.js';
import { recipeFor } from './recipe.js';

const folder = mkdtempSync(join(tmpdir(), 'forecast-recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const recipe = { schedule: { kind: 'linearRamp', from: 0, to: 0.6, start: 0, end: 5 } } as const;

function read(value: object, epochs = 6) {
  const path = join(folder, 'recipe.json');
  writeFileSync(path, JSON.stringify(value));
  return recipeFor(path, epochs);
}

describe('recipeFor', () => {
  it('takes a recipe whose schedule ends before the run', () => {
    expect(read(recipe)).toEqual(recipe);
    expect(() => read(recipe, 5)).toThrow(/needs to end before the last of 5 epochs .*got 5/);
  });

  it('counts in epochs only', () => {
    expect(() => read({ ...recipe, every: 10 })).toThrow(/every needs to be 'epoch' here, got 10/);
  });

  it('names the nearest word for a typo', () => {
    expect(() => read({ ...recipe, evry: 'epoch' })).toThrow(/did you mean "every"/);
  });

  it('says of a recipe for another model what there is, and what did match', () => {
    const select = { include: ['conv1/kernel', { matches: '^lstm' }] };
    expect(() => read({ ...recipe, select })).toThrow(
      /no weight matches "conv1\/kernel".*matched "lstm\/kernel", "lstm\/recurrent_kernel".*"dense\/kernel"/,
    );
  });
});

it('aims at the first whole epoch after the schedule has ended', () => {
  const { end, to } = aimOf({ schedule: { ...recipe.schedule, end: 4.5 } });
  expect([end, to]).toEqual([5, 0.6]);
  expect(aimOf({ schedule: { kind: 'constantSparsity', sparsity: 0.4 } })).toMatchObject({ end: 0, to: 0.4 });
});
