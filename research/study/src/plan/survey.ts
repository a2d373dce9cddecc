import { PruneError } from '@synaprune/core';
import { fitLinear, type LinearBaseline } from '../baselines/linear.js';
import type { LoadedSeries } from '../data/load-series.js';
import { buildModel } from '../models/build-model.js';
import { makeTask } from '../protocols/make-task.js';
import { keptDigits, lastWindows, type Stretch } from '../protocols/stretch.js';
import type { ModelName, Score } from '../run.js';
import type { Protocol, Task } from '../task.js';
import { persistenceScore } from '../training/score.js';

/** What can be had of one series with one input length. */
export interface Survey {
  readonly remarks: readonly string[];
  /** Of repeating the last value on the test part; `null` where there are no windows. */
  readonly persistence: Score | null;
  /** Of a linear model there, and the end of the test part; `null` where there are no windows. */
  readonly linear: (LinearBaseline & { readonly stretch: Stretch }) | null;
  /** Why models cannot be trained on it; `model: null` stands for all of them. */
  readonly impossible: readonly { readonly model: ModelName | null; readonly reason: string }[];
}

/**
 * Makes the windows of a series and builds the models once, so that whatever cannot be had is known before anything
 * is trained.
 */
export function surveyTask(
  loaded: LoadedSeries,
  protocol: Protocol,
  length: number,
  models: readonly ModelName[],
): Survey {
  const task = attempt(() => makeTask(loaded, protocol, length));
  if ('reason' in task) {
    const impossible = [{ model: null, reason: task.reason }];
    return { remarks: [], persistence: null, linear: null, impossible };
  }
  const impossible = models.flatMap((model) => {
    const built = attempt(() => {
      // The published task of this one has the target among its channels.
      const own = model === 'patchtst' ? makeTask(loaded, protocol, length, model) : task.value;
      buildPlain(model, own);
    });
    return 'reason' in built ? [{ model, reason: built.reason }] : [];
  });
  return {
    remarks: task.value.remarks,
    persistence: persistenceScore(task.value.test, task.value.errorUnit),
    linear: linearOf(task.value),
    impossible,
  };
}

function linearOf(task: Task): Survey['linear'] {
  const { baseline, test } = fitLinear(task);
  const { truth, persistence } = lastWindows(task.test);
  return {
    ...baseline,
    stretch: {
      truth: keptDigits(truth),
      lastValue: keptDigits(persistence),
      linear: keptDigits(test.subarray(test.length - truth.length)),
    },
  };
}

function buildPlain(model: ModelName, task: Task): void {
  buildModel({
    model,
    length: task.length,
    features: task.features.length,
    channels: task.channels,
    targetChannel: Math.max(0, task.targetChannel.index),
    narrowed: 0,
    dropout: 0,
    seed: 0,
    protocol: task.protocol,
  });
}

/** A value, or what is wrong with the data; any other error is one of the program. */
function attempt<Value>(make: () => Value): { readonly value: Value } | { readonly reason: string } {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof PruneError && error.code === 'bad-data') return { reason: error.message };
    throw error;
  }
}
