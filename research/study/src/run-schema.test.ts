import { describe, expect, it } from 'vitest';
import { trainingSchema } from './run-schema.js';

const schedule = { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 10 };

describe('a training from a file', () => {
  function read(recipe: unknown) {
    const { success, data, error } = trainingSchema.safeParse({
      learningRate: 1e-3,
      dropout: 0,
      weightDecay: 0,
      narrowed: 0,
      noisyValidation: false,
      pruning: { recipe, everyBatches: null },
    });
    return success ? data.pruning?.recipe : `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`;
  }

  it('holds the recipe as it was written', () => {
    const recipe = { schedule, score: { kind: 'random', seed: 0 }, floor: 0.1 };
    expect(read(recipe)).toEqual(recipe);
  });

  it.each([
    ['nothing', undefined, /^pruning\.recipe: /],
    ['a typo', { schedule, rul: 'exact' }, /^pruning\.recipe: .*did you mean "rule"/],
    ['a target above 1', { schedule: { ...schedule, to: 1.2 } }, /^pruning\.recipe: .*to/],
    ['steps', { schedule, every: 5 }, /needs every to be "epoch", got 5/],
    [
      'blocks',
      { schedule, pattern: { kind: 'block', shape: [2, 2] } },
      /needs pattern to be "element", got "block"/,
    ],
    ['an end that never comes', { schedule: { ...schedule, end: 1e6 } }, /end by epoch 10000, got 1000000/],
  ])('is refused with %s', (_, recipe, message) => {
    expect(read(recipe)).toMatch(message);
  });
});
