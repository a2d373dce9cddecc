import { readFileSync } from 'node:fs';
import { createPruner, synapticRamp } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { BACKENDS, useBackend } from '../testing/use-backend.js';
import { tfjsBackend } from './tfjs-backend.js';

/** What the published program did, as far as it is compared here; the format is told beside the files. */
interface Golden {
  readonly schedule: Readonly<
    Record<'min' | 'max' | 'warmupEpochs' | 'pruneEveryBatches' | 'totalEpochs' | 'batchesPerEpoch', number>
  >;
  readonly order: readonly string[];
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly initial: Readonly<Record<string, number[]>>;
  readonly final: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly { readonly epoch: number; readonly batch: number; readonly count: number }[];
}

async function replay({ schedule, order, shapes, initial }: Golden) {
  const weights = order.map((name) => ({
    name,
    weight: tf.tidy(() => tf.variable(tf.tensor(initial[name]!, shapes[name]!))),
  }));
  const { min: from, max: to, warmupEpochs: start, totalEpochs: end } = schedule;
  const pruner = createPruner({
    backend: tfjsBackend(),
    weights,
    rule: 'published',
    schedule: synapticRamp({ from, to, start, end }),
  });
  const events: Golden['events'][number][] = [];
  let batches = 0;
  for (let epoch = 0; epoch < end; epoch += 1) {
    for (let batch = 0; batch < schedule.batchesPerEpoch; batch += 1) {
      batches += 1;
      if (epoch >= start && batches % schedule.pruneEveryBatches === 0) {
        const { dropped } = await pruner.update(epoch);
        if (dropped > 0) events.push({ epoch, batch, count: (await pruner.report()).total.dropped });
      }
      for (const { weight } of weights) {
        const values = await weight.data();
        const moved = values.map((value, i) => value * Math.fround(1 + (((i + epoch) % 3) - 1) / 16));
        tf.tidy(() => weight.assign(tf.tensor(moved, weight.shape)));
      }
      pruner.enforceSync();
    }
  }
  const final = await Promise.all(
    weights.map(async ({ name, weight }) => [name, [...(await weight.data())]]),
  );
  pruner.dispose();
  tf.dispose(weights.map(({ weight }) => weight));
  return { events, final: Object.fromEntries(final) as Record<string, number[]> };
}

describe.each(BACKENDS)("rule 'published' does on %s what the published program did, on", (backend) => {
  it.each(['lstm-16-default', 'rnn-16-low', 'rnn-12-ties'])('%s', async (name) => {
    await useBackend(backend);
    const file = new URL(`../../../host/src/fixtures/${name}.json`, import.meta.url);
    const golden: Golden = JSON.parse(readFileSync(file, 'utf8'));
    const { events, final } = await replay(golden);
    expect(events).toEqual(golden.events.map(({ epoch, batch, count }) => ({ epoch, batch, count })));
    for (const weight of golden.order) {
      // The program multiplies by its masks, which leaves -0 where this library writes +0.
      expect(final[weight]!.map((value) => value + 0)).toEqual(
        golden.final[weight]!.map((value) => value + 0),
      );
    }
  });
});
