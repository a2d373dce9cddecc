import { createGraph } from '@synaprune/examples-kit/models/graph';
import { createRandom } from '@synaprune/examples-kit/random';
import { afterAll, describe, expect, it } from 'vitest';
import type { ForwardModel } from '../models/build-model.js';
import type { PruningSpec } from '../run.js';
import { createLearner } from './learner.js';
import { openRuntime } from './open-runtime.js';
import { createPruning } from './pruning.js';
import { toyTask } from './testing/toy-task.js';

const LENGTH = 16;
const WIDTH = 2 * LENGTH;
const BATCHES = 7;
const EPOCHS = 6;
const ROWS = 8;
const RATE = 0.01;
const START = 1;
const SPEC: PruningSpec = {
  recipe: {
    schedule: { kind: 'synapticRamp', from: 0.3, to: 0.8, start: START, end: 6 },
    rule: 'published',
  },
  everyBatches: 5,
};

const task = toyTask({ rows: 120, length: LENGTH });
const random = createRandom(5, 'a linear model');
const initial = Float32Array.from({ length: WIDTH }, () => random.normal() / 8);
const batchOf = (epoch: number, batch: number) =>
  Int32Array.from({ length: ROWS }, (_, i) => (37 * epoch + 11 * batch + 5 * i) % task.train.count);

/** Targets of the schedule at epochs 0 to 5, by hand: .3 + .5 · ((epoch − 1) / 5)³. */
const TARGETS = [0, 0.3, 0.304, 0.332, 0.408, 0.556];

/**
 * The published order in plain loops, in double precision: gradient, masks by the weights that it is of, Adam with that
 * gradient, masks again.
 *
 * @param early updates the masks before the gradient is taken, which is another program
 */
function reference(early: boolean) {
  const weights = Float64Array.from([...initial, 0]);
  const kept = new Array<boolean>(WIDTH).fill(true);
  const [m, v] = [new Float64Array(WIDTH + 1), new Float64Array(WIDTH + 1)];
  const mask = () =>
    kept.forEach((stays, i) => {
      if (!stays) weights[i] = 0;
    });
  let count = 0;
  const update = (epoch: number) => {
    if (epoch < START || count % 5 !== 0) return;
    const active = [...weights.subarray(0, WIDTH)].filter((_, i) => kept[i]).map(Math.abs);
    const more = Math.trunc(TARGETS[epoch]! * WIDTH) - (WIDTH - active.length);
    if (more <= 0) return;
    const threshold = active.sort((a, b) => a - b)[more - 1]!;
    for (let i = 0; i < WIDTH; i += 1) if (kept[i] && Math.abs(weights[i]!) < threshold) kept[i] = false;
    mask();
  };
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      count += 1;
      if (early) update(epoch);
      const gradient = new Float64Array(WIDTH + 1);
      for (const window of batchOf(epoch, batch)) {
        const x = [...task.train.inputs.subarray(window * WIDTH, (window + 1) * WIDTH), 1];
        const error = x.reduce((sum, value, i) => sum + value * weights[i]!, -task.train.targets[window]!);
        x.forEach((value, i) => {
          gradient[i]! += (2 / ROWS) * error * value;
        });
      }
      if (!early) update(epoch);
      gradient.forEach((g, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        const size = Math.sqrt(v[i]! / (1 - 0.999 ** count)) + 1e-8;
        weights[i]! -= (RATE * m[i]!) / (1 - 0.9 ** count) / size;
      });
      mask();
    }
  }
  return { kernel: [...weights.subarray(0, WIDTH)], kept };
}

function linearModel(): ForwardModel {
  const graph = createGraph();
  const window = graph.input('window', ['batch', LENGTH, 2]);
  const rows = graph.add('Reshape', [window, graph.integers([-1, WIDTH])]);
  const kernel = graph.tensor('kernel', initial, [WIDTH, 1]);
  const bias = graph.tensor('bias', new Float32Array(1), [1]);
  graph.output('forecast', graph.add('Gemm', [rows, kernel, bias], { name: 'head' }), ['batch', 1]);
  return { bytes: graph.encode(), output: 'target', kernels: ['kernel'], parameters: WIDTH + 1, noise: [] };
}

describe('a run with the published update', async () => {
  const runtime = await openRuntime();
  afterAll(() => runtime.dispose());

  async function train() {
    const training = {
      learningRate: RATE,
      dropout: 0,
      weightDecay: 0,
      narrowed: 0,
      noisyValidation: false,
      pruning: SPEC,
    };
    const learner = await createLearner(runtime, linearModel(), task, training, ROWS);
    const pruning = createPruning(SPEC, learner.trainer, ['kernel'], 1);
    for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
      for (let batch = 0; batch < BATCHES; batch += 1) {
        await pruning.step(epoch, batch, () => learner.step(task.train, batchOf(epoch, batch), null));
      }
    }
    const kernel = [...(await learner.trainer.read()).get('kernel')!];
    pruning.dispose();
    await learner.dispose();
    return kernel;
  }

  const farthest = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

  it('ends with the weights of its order in plain loops: gradient, masks, step, masks', async () => {
    const kernel = await train();
    const { kernel: expected, kept } = reference(false);
    expect(kept.filter((stays) => !stays)).toHaveLength(Math.trunc(0.556 * WIDTH) - 1);
    expect(kernel.map((value) => value !== 0)).toEqual(kept);
    expect(farthest(kernel, expected)).toBeLessThan(1e-5);
  });

  it('would end with others if masks came before the gradient', async () => {
    expect(farthest(await train(), reference(true).kernel)).toBeGreaterThan(1e-3);
  });
});
