import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('readOptions', () => {
  it('takes the orientation model, to four sparsities, unless told', () => {
    const { settings, runtime } = readOptions([]);
    expect(settings.model).toBe('cls');
    expect(settings.plan.sparsities).toEqual([0.5, 0.7, 0.8, 0.9]);
    expect(settings.width).toBe(192);
    expect(runtime).toBe('node');
  });

  it('gives each model a recipe of its own', () => {
    const { settings } = readOptions(['--model', 'rec']);
    expect(settings).toMatchObject({ model: 'rec', width: 160, batch: 8, floor: 0 });
    expect(settings.plan).toMatchObject({ steps: 60, learningRate: 0.0015 });
  });

  it('lets flags win over the recipe, quick or not', () => {
    const flags =
      '--quick --steps 7 --batch 3 --width 96 --floor 0 --distribution uniform --learning-rate 0.5';
    const { settings } = readOptions(flags.split(' '));
    expect(settings).toMatchObject({ batch: 3, width: 96, floor: 0, distribution: 'uniform' });
    expect(settings.plan).toMatchObject({ sparsities: [0.5], steps: 7, learningRate: 0.5 });
  });
});
