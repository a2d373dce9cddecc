import { ARMS, DENSE } from './arms/arms.js';
import type { MethodSpec, TaskName, TrainingSpec } from './run.js';
import { taskOf } from './task.js';

/** What is compared. */
export interface Plan {
  readonly quick: boolean;
  readonly tasks: readonly PlannedTask[];
  readonly seeds: readonly number[];
  readonly runtime: string;
}

/** One task of a comparison. */
export interface PlannedTask {
  readonly task: TaskName;
  /** Names of arms, in the order of tables. */
  readonly arms: readonly string[];
  readonly sparsities: readonly number[];
  readonly training: TrainingSpec;
}

const FIRST_SEED = 42;

/** Of a second task, half an hour has room for some. */
const BOOK_ARMS = [DENSE, 'one-shot', 'zhu-gupta', 'rigl', 'set', 'static-random', 'random', 'narrow'];

/** The whole comparison, or a small one that tries every arm once. */
export function makePlan({
  quick,
  seeds,
  methods,
  runtime,
}: Pick<Plan, 'quick' | 'runtime'> & {
  readonly seeds: number;
  readonly methods: readonly string[];
}): Plan {
  const chosen = (names: readonly string[]) => names.filter((name) => methods.includes(name));
  return {
    quick,
    runtime,
    seeds: Array.from({ length: seeds }, (_, i) => FIRST_SEED + i),
    tasks: [
      {
        task: 'digits',
        arms: chosen(ARMS.map(({ name }) => name)),
        sparsities: quick ? [0.95] : [0.8, 0.9, 0.95, 0.98],
        training: { steps: quick ? 100 : 1500, batchSize: 64, optimizer: 'momentum', learningRate: 0.05 },
      },
      {
        task: 'book',
        arms: chosen(BOOK_ARMS),
        sparsities: quick ? [0.9] : [0.8, 0.9],
        training: { steps: quick ? 20 : 800, batchSize: 32, optimizer: 'adam', learningRate: 3e-3 },
      },
    ],
  };
}

/** Every run of a plan, all of one seed before the next, so that what is interrupted holds whole seeds. */
export function specsOf({ tasks, seeds, runtime }: Plan): MethodSpec[] {
  return seeds.flatMap((seed) =>
    tasks.flatMap(({ task, arms, sparsities, training }) =>
      arms.flatMap((method) => {
        const { treatment } = ARMS.find(({ name }) => name === method)!;
        return (method === DENSE ? [0] : sparsities).map((sparsity) => ({
          task,
          data: taskOf(task).data,
          method,
          sparsity,
          treatment: treatment(training.steps, sparsity),
          training,
          seed,
          runtime,
        }));
      }),
    ),
  );
}
