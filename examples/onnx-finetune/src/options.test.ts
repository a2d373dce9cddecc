import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { targetsOf } from './arms/training-plan.js';
import { readOptions } from './options.js';

describe('readOptions', () => {
  it('takes the orientation model, to four sparsities, unless told', () => {
    const { settings, runtime } = readOptions([]);
    expect(settings.model).toBe('cls');
    expect(targetsOf(settings.plan)).toEqual([0.5, 0.7, 0.8, 0.9]);
    expect(settings.width).toBe(192);
    expect(runtime).toBe('node');
  });

  it('gives each model a preset of its own', () => {
    const { settings } = readOptions(['--model', 'rec']);
    expect(settings).toMatchObject({ model: 'rec', width: 160, batch: 8 });
    expect(settings.plan).toMatchObject({ steps: 60, learningRate: 0.0015 });
    expect(settings.plan.recipes[0]).toMatchObject({ floor: 0, distribution: 'global', every: 4 });
  });

  it('lets flags win over the preset, quick or not', () => {
    const flags =
      '--quick --steps 7 --batch 3 --width 96 --floor 0 --distribution uniform --learning-rate 0.5';
    const { settings } = readOptions(flags.split(' '));
    expect(settings).toMatchObject({ batch: 3, width: 96 });
    expect(settings.plan).toMatchObject({ steps: 7, learningRate: 0.5 });
    expect(settings.plan.recipes).toEqual([
      {
        schedule: { kind: 'polynomialDecay', from: 0, to: 0.5, start: 0, end: 3 },
        every: 4,
        distribution: 'uniform',
        floor: 0,
      },
    ]);
  });
});

describe('--recipe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'finetune-recipe-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const recipe = { schedule: { kind: 'linearRamp', from: 0, to: 0.6, start: 0, end: 5 }, every: 2 };
  function read(value: object, ...flags: string[]) {
    const path = join(folder, 'recipe.json');
    writeFileSync(path, JSON.stringify(value));
    return readOptions(['--recipe', path, '--steps', '6', ...flags]);
  }

  it('is one stage to the end of its schedule', () => {
    const { plan } = read(recipe).settings;
    expect(plan.recipes).toEqual([recipe]);
    expect(targetsOf(plan)).toEqual([0.6]);
  });

  it('needs a schedule that ends within the steps, and no epochs', () => {
    expect(() => read(recipe, '--steps', '5')).toThrow(/needs to end before step 5 \(--steps\), got 5/);
    expect(() => read({ ...recipe, every: 'epoch' })).toThrow(
      /'batch' or a number of steps here, got 'epoch'/,
    );
    expect(() => read({ ...recipe, flor: 0.1 })).toThrow(/flor.*floor/);
  });
});
