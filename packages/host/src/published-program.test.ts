import { readFileSync } from 'node:fs';
import { createPruner, synapticRamp } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { hostBackend } from './host-backend.js';

interface Golden {
  readonly schedule: {
    readonly min: number;
    readonly max: number;
    readonly warmupEpochs: number;
    readonly pruneEveryBatches: number;
    readonly totalEpochs: number;
    readonly batchesPerEpoch: number;
  };
  readonly order: readonly string[];
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly initial: Readonly<Record<string, readonly number[]>>;
  readonly final: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly {
    readonly epoch: number;
    readonly batch: number;
    readonly target: number;
    readonly count: number;
    readonly pruned: Readonly<Record<string, readonly number[]>>;
  }[];
}

/** Replays a golden file's training run and returns what happened, in the file's own form. */
async function replay({ schedule, order, shapes, initial }: Golden) {
  const weights = order.map((name) => ({
    name,
    weight: { values: Float32Array.from(initial[name]!), shape: shapes[name]! },
  }));
  const backend = hostBackend();
  const pruner = createPruner({
    backend,
    weights,
    rule: 'published',
    schedule: synapticRamp({
      from: schedule.min,
      to: schedule.max,
      start: schedule.warmupEpochs,
      end: schedule.totalEpochs,
    }),
  });
  const events: Golden['events'][number][] = [];
  let batches = 0;
  for (let epoch = 0; epoch < schedule.totalEpochs; epoch += 1) {
    for (let batch = 0; batch < schedule.batchesPerEpoch; batch += 1) {
      batches += 1;
      if (epoch >= schedule.warmupEpochs && batches % schedule.pruneEveryBatches === 0) {
        const { dropped, target } = await pruner.update(epoch);
        if (dropped > 0) events.push({ epoch, batch, target, ...(await droppedIndices(pruner)) });
      }
      for (const { weight } of weights) {
        for (const i of weight.values.keys()) weight.values[i]! *= 1 + (((i + epoch) % 3) - 1) / 16;
      }
      await pruner.enforce();
    }
  }
  return { events, final: Object.fromEntries(weights.map(({ name, weight }) => [name, [...weight.values]])) };
}

/** The dropped elements, read from the saved masks: weights can be zero without being dropped. */
async function droppedIndices(pruner: ReturnType<typeof createPruner>) {
  const { weights } = await pruner.save();
  const pruned = Object.fromEntries(
    weights.map(({ name, shape, mask }) => {
      const bytes = Buffer.from(mask, 'base64');
      const elements = shape.reduce((product, edge) => product * edge, 1);
      const indices = Array.from({ length: elements }, (_, i) => i);
      return [name, indices.filter((i) => ((bytes[i >> 3]! >> (i % 8)) & 1) === 0)];
    }),
  );
  return { pruned, count: Object.values(pruned).flat().length };
}

describe("rule 'published' does what the published program did, index for index, on", () => {
  it.each(['lstm-16-default', 'rnn-16-low', 'rnn-12-ties'])('%s', async (name) => {
    const golden: Golden = JSON.parse(
      readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'),
    );
    const { events, final } = await replay(golden);
    expect(events).toEqual(golden.events);
    for (const weight of golden.order) {
      // The program multiplies by its masks, which leaves -0 where this library writes +0.
      expect(final[weight]!.map((value) => value + 0)).toEqual(
        golden.final[weight]!.map((value) => value + 0),
      );
    }
  });
});
