import { describe, expect, inject, test } from 'vitest';
import { blockLabels, generateGraph } from './generate-graph.js';
import { feedsFor, relativeError, runModel, withAllValues } from './run-model.js';

const graphs = inject('whole') ? 400 : 100;
const chunk = 100;

describe('generated graphs', () => {
  for (let first = 0; first < graphs; first += chunk) {
    const seeds = Array.from({ length: chunk }, (_, i) => first + i);
    test(`load, run and have the shapes they are said to have, seeds ${first} to ${first + chunk - 1}`, async () => {
      const wrong: string[] = [];
      for (const seed of seeds) {
        const { model, inputs, values } = generateGraph(seed);
        const feeds = feedsFor(inputs, seed);
        const all = await runModel(withAllValues(model), feeds);
        for (const { name, shape } of values) {
          const got = all[name]?.shape ?? shape;
          if (got.join() !== shape.join()) wrong.push(`seed ${seed}: ${name} is [${got}], not [${shape}]`);
        }
        // What rounding alone can do is far below what is asked of shrinking.
        for (const [name, result] of Object.entries(await runModel(model, feeds, 'all'))) {
          if (!result.data.every(Number.isFinite)) wrong.push(`seed ${seed}: ${name} is not finite`);
          const error = relativeError(result, all[name]!);
          if (!(error <= 3e-6)) wrong.push(`seed ${seed}: ${name} differs by ${error} when it is optimised`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  test('are the same for the same seed, and every step can be left out', async () => {
    const { model, steps } = generateGraph(5);
    expect(generateGraph(5).model).toEqual(model);
    for (const [step] of steps.entries()) {
      const less = generateGraph(5, { without: [step] });
      expect(less.steps.length).toBe(steps.length - 1);
      await runModel(less.model, feedsFor(less.inputs, 0));
    }
    expect(generateGraph(5, { steps: 1 }).steps).toEqual(steps.slice(0, 1));
  });

  test('are of every kind', () => {
    const seen = new Set(Array.from({ length: 4 * graphs }, (_, seed) => generateGraph(seed).steps).flat());
    expect(blockLabels.filter((label) => !seen.has(label))).toEqual([]);
  });
});
