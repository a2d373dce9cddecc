import { constantSparsity } from '@synaprune/core';
import { expect, it } from 'vitest';
import { residualNet } from '../testing/group-cases.js';
import { modelOf, randomTensor } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();
const half = {
  schedule: constantSparsity(0.5),
  pattern: { kind: 'channel', groups: 'graph' },
} as const;

it('leaves groups whose tensors are not all trained, and says so', async () => {
  const trainer = await startTrainer(runtime, {
    model: residualNet(),
    inputs: { x: [1, 2, 5, 5] },
    trainable: (weight) => weight.name !== 'inner.scale',
  });
  const pruning = trainer.prune(half);
  await pruning.pruner.update(0);
  const { groups, notices } = await pruning.report();
  expect(groups?.map(({ name }) => name)).toEqual(['stem[0]']);
  expect(notices).toEqual([
    {
      code: 'groups-left',
      message: expect.stringContaining('"inner[0]" ("inner.scale")'),
      weights: ['inner.scale'],
    },
  ]);
  await trainer.dispose();
});

it('picks groups by the kernels that rank them', async () => {
  const trainer = await startTrainer(runtime, { model: residualNet(), inputs: { x: [1, 2, 5, 5] } });
  const pruning = trainer.prune({ ...half, select: { exclude: 'outer' } });
  expect((await pruning.report()).groups?.map(({ name }) => name)).toEqual(['inner[0]']);
  await trainer.dispose();
});

it('refuses a graph without such channels, and says what holds those that there are', async () => {
  const model = modelOf([-1, 6], [-1, 3], [randomTensor('k', [6, 3], 1)], [['MatMul', ['x', 'k'], ['y']]]);
  const trainer = await startTrainer(runtime, { model });
  expect(() => trainer.prune(half)).toThrow(
    expect.objectContaining({
      code: 'no-weights',
      message: expect.stringContaining('the output "y", axis 1'),
    }),
  );
  await trainer.dispose();
});
