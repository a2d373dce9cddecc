import type { StudyRuntime } from 'synaprune-study/training/open-runtime';
import { lenet, type Model } from './models/lenet.js';
import type { MethodSpec, TaskName } from './run.js';
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
};

/** The task of a name. */
export function taskOf(name: TaskName): Task {
  return TASK_OF[name];
}
