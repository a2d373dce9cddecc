import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, inject, test } from 'vitest';
import { removeDeadChannels } from '../remove-dead-channels.js';
import { generateGraph } from '../testing/generate-graph.js';
import { feedsFor, relativeError, runModel } from '../testing/run-model.js';
import { wholeNumberGraph, wholeNumberInput } from '../testing/whole-number-graph.js';
import { withDeadChannels } from '../testing/with-dead-channels.js';

const graphs = inject('whole') ? 300 : 100;
const chunk = 100;
const seedsFrom = (first: number) => Array.from({ length: chunk }, (_, i) => first + i);

describe('a model without its dead channels', () => {
  for (let first = 0; first < graphs; first += chunk) {
    test(`computes what the model did over all operators, seeds ${first} to ${first + chunk - 1}`, async () => {
      const wrong: string[] = [];
      let smaller = 0;
      for (const seed of seedsFrom(first)) {
        const { model: dense, inputs } = generateGraph(seed);
        const model = withDeadChannels(dense, seed);
        const feeds = feedsFor(inputs, seed);
        const expected = await runModel(model, feeds);
        // Zeros where something is divided by them: there is nothing to compare.
        if (!Object.values(expected).every(({ data }) => data.every(Number.isFinite))) continue;
        const { model: small, report } = removeDeadChannels(model);
        if (report.tensors.length > 0) smaller += 1;
        const got = await runModel(small, feeds);
        for (const [name, result] of Object.entries(expected)) {
          // Sums in another order, and biases that were added up before.
          const error = relativeError(got[name]!, result);
          if (!(error <= 1e-5)) wrong.push(`seed ${seed}: ${name} differs by ${error}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(smaller).toBeGreaterThan(chunk / 3);
    });
  }

  for (let first = 0; first < graphs; first += chunk) {
    test(`computes the same bits where sums are exact, seeds ${first} to ${first + chunk - 1}`, async () => {
      const wrong: string[] = [];
      let smaller = 0;
      for (const seed of seedsFrom(first)) {
        const model = buildModel(wholeNumberGraph(seed));
        const feeds = feedsFor([{ name: 'x', type: 'float32', shape: wholeNumberInput, grain: 0.25 }], seed);
        const { model: small, report } = removeDeadChannels(model);
        if (report.tensors.length > 0) smaller += 1;
        const [expected, got] = [await runModel(model, feeds), await runModel(small, feeds)];
        for (const [name, { data }] of Object.entries(expected)) {
          if (data.some((value, i) => value !== got[name]!.data[i])) wrong.push(`seed ${seed}: ${name}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(smaller).toBeGreaterThan(chunk / 2);
    });
  }

  test('has no dead channels left', () => {
    for (const seed of seedsFrom(0)) {
      const { model } = removeDeadChannels(buildModel(wholeNumberGraph(seed)));
      const again = removeDeadChannels(model);
      expect(again.report.tensors).toEqual([]);
      expect(again.model).toEqual(model);
    }
  });
});
