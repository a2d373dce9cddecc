import type { ModelName, StoppingSpec, TrainingSpec } from '../run.js';
import type { Protocol } from '../task.js';
import { RAMP } from './base.js';

/** As the published program has it: three epochs in a row that are no better than the one before, last weights kept. */
const PUBLISHED: StoppingSpec = {
  epochs: 20,
  batchSize: 64,
  patience: 3,
  against: 'previous',
  leastEpochs: 0,
  scored: 'last',
};

/**
 * At least until every ramp has ended, then until five epochs brought nothing better than the best one, whose weights
 * are scored. The same for every model and arm, so that none trains longer than another by its settings.
 */
const HONEST: StoppingSpec = {
  epochs: 25,
  batchSize: 64,
  patience: 5,
  against: 'best',
  leastEpochs: RAMP.end,
  scored: 'best',
};

/**
 * When a training stops and which of its epochs is scored. Pruning by the published rule stops by the published rule
 * under either protocol: how early it stops decides how much it has pruned.
 */
export function stoppingOf(protocol: Protocol, _model: ModelName, { pruning }: TrainingSpec): StoppingSpec {
  return protocol === 'published' || pruning?.recipe.rule === 'published' ? PUBLISHED : HONEST;
}
