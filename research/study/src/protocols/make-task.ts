import { badData } from '@synaprune/examples-kit/bad-data';
import type { LoadedSeries } from '../data/load-series.js';
import type { ModelName } from '../run.js';
import type { Protocol, Task } from '../task.js';
import { honestTask } from './honest.js';
import { publishedTask } from './published.js';

/**
 * Makes a series ready to train on: windows of `length` rows and the row after each, which is forecast.
 *
 * @param model matters for `patchtst` under the published protocol only: it forecasts channels, so the target becomes
 *   one, though the published models do not see it ({@link Task.targetChannel} has index −1 for those)
 * @throws PruneError `bad-data` for too few rows, and under the honest protocol for columns that give the target away
 */
export function makeTask(series: LoadedSeries, protocol: Protocol, length: number, model?: ModelName): Task {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw badData(`lengths need to be whole numbers from 1, got ${length}`);
  }
  return protocol === 'honest'
    ? honestTask(series, length)
    : publishedTask(series, length, model === 'patchtst');
}
