import type { Arm, Candidate } from '../arm.js';
import type { ModelName } from '../run.js';
import type { Protocol } from '../task.js';
import { PUBLISHED_DROPOUT, plain } from './base.js';

/**
 * Under the honest protocol the three arms of dropout are three ways to score the same trainings, which are done once.
 * The published program leaves the dropout of its Monte-Carlo arm on when it looks at the validation part, too, so that
 * its runs stop at other epochs.
 */
function candidates(protocol: Protocol, model: ModelName, noisyValidation: boolean): Candidate[] {
  const rates = protocol === 'published' ? [PUBLISHED_DROPOUT] : [0.1, 0.3, 0.5];
  return rates.map((rate) => ({
    label: `rate ${rate}`,
    training: {
      ...plain(protocol, model),
      dropout: rate,
      noisyValidation: noisyValidation && protocol === 'published',
    },
  }));
}

export const dropout: Arm = {
  name: 'dropout',
  title: 'Dropout',
  explanation:
    'Dropout while training, off when forecasting; at a rate of 0.1, 0.3 or 0.5 (0.3 in the published program). On the last state of recurrent models, inside every block of transformers.',
  evaluation: 'off',
  candidates: (protocol, model) => candidates(protocol, model, false),
};

export const monteCarloOnce: Arm = {
  name: 'mc-dropout-1',
  title: 'Monte-Carlo dropout, 1 pass',
  explanation:
    'Dropout left on when forecasting, in a single pass and nothing averaged: what the published program calls Monte-Carlo dropout.',
  evaluation: 'onePass',
  candidates: (protocol, model) => candidates(protocol, model, true),
};

export const monteCarlo: Arm = {
  name: 'mc-dropout',
  title: 'Monte-Carlo dropout, 20 passes',
  explanation: 'Dropout left on when forecasting, and the mean of 20 passes taken.',
  evaluation: 'twentyPasses',
  candidates: (protocol, model) => candidates(protocol, model, true),
};
