import { afterAll, describe, expect, it } from 'vitest';
import { ARMS, stoppingOf } from '../arms/arms.js';
import { openRuntime } from './open-runtime.js';
import { toyTask } from './testing/toy-task.js';
import { trainRun } from './train-run.js';

// Validation losses of six epochs that a PyTorch 1.13 script gave on the toy, written from a description of the published
// program: seed 42, batches of 32, masks updated between backward pass and step, and how many weights were then dropped.
const PYTORCH = [
  ['lstm', 'pruning-published', [0.420885, 0.32704, 0.256788, 0.157046, 0.060579, 0.01057], 5118],
  ['lstm', 'dropout', [0.422258, 0.331672, 0.216829, 0.087395, 0.014179, 0.015161], 0],
  ['lstm', 'mc-dropout-1', [0.420937, 0.333592, 0.234039, 0.088338, 0.022546, 0.024259], 0],
  ['rnn', 'pruning-published', [0.268018, 0.029535, 0.022386, 0.007435, 0.010049, 0.005274], 1293],
  ['rnn', 'dropout', [0.276537, 0.042665, 0.033375, 0.005787, 0.013397, 0.006957], 0],
  ['rnn', 'mc-dropout-1', [0.272213, 0.057813, 0.048647, 0.0195, 0.027157, 0.015296], 0],
] as const;

describe('a published run', async () => {
  const runtime = await openRuntime();
  const task = toyTask({ protocol: 'published' });
  afterAll(() => runtime.dispose());

  it.each(PYTORCH)('takes PyTorch’s way: %s, %s', async (model, name, losses, dropped) => {
    const { training } = ARMS.find((arm) => arm.name === name)!.candidates('published', model)[0]!;
    // The RNN of the script has the ramp of the LSTM.
    const pruning = training.pruning && {
      ...training.pruning,
      recipe: {
        ...training.pruning.recipe,
        schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 20 } as const,
      },
    };
    const stopping = { ...stoppingOf('published', model, training), epochs: 6, batchSize: 32 };
    const result = await trainRun(runtime, task, {
      protocol: 'published',
      series: task.series,
      length: task.length,
      model,
      training: { ...training, pruning },
      stopping,
      seed: 42,
      runtime: runtime.name,
    });
    const farthest = result.epochs.map(({ validationLoss }, i) => Math.abs(validationLoss - losses[i]!));
    expect(farthest).toHaveLength(losses.length);
    expect(Math.max(...farthest)).toBeLessThan(5e-6);
    expect(Math.round(result.sparsity * result.prunable)).toBe(dropped);
  });
});
