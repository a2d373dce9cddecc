/** How a model is trained. */
export type Training = 'pruning' | 'plain' | 'dropout' | 'narrow';

/** One of the ways that are compared. */
export interface Arm {
  readonly name: 'synaptic-pruning' | 'none' | 'dropout' | 'mc-dropout' | 'narrow';
  readonly training: Training;
  /** `once`: one pass without dropout. `monte-carlo`: the mean of many passes with dropout left on. */
  readonly evaluation: 'once' | 'monte-carlo';
  readonly explanation: string;
}

/**
 * The arms, in the order of every table. Monte-Carlo dropout is a way to evaluate a model trained with dropout:
 * trained from the same seed the two would be one model, bit for bit, so it is trained once and evaluated
 * both ways.
 */
export const ARMS: readonly Arm[] = [
  {
    name: 'synaptic-pruning',
    training: 'pruning',
    evaluation: 'once',
    explanation: 'the smallest weights dropped for good while training, more and more of them',
  },
  {
    name: 'none',
    training: 'plain',
    evaluation: 'once',
    explanation: 'no regularisation',
  },
  {
    name: 'dropout',
    training: 'dropout',
    evaluation: 'once',
    explanation: 'dropout on the LSTM’s last state while training',
  },
  {
    name: 'mc-dropout',
    training: 'dropout',
    evaluation: 'monte-carlo',
    explanation: 'the same trained models, forecasts averaged over many passes with dropout left on',
  },
  {
    name: 'narrow',
    training: 'narrow',
    evaluation: 'once',
    explanation: 'a dense LSTM with fewer units, of about as many weights as pruning keeps',
  },
];

/** The distinct trainings the arms need. */
export const TRAININGS: readonly Training[] = ['pruning', 'plain', 'dropout', 'narrow'];

/** The arms that a training feeds. */
export function armsOf(training: Training): readonly Arm[] {
  return ARMS.filter((arm) => arm.training === training);
}
