import { describe, expect, it } from 'vitest';
import type { TrainerState } from './index.js';
import { modelOf, perceptronBatch, randomTensor } from './testing/models.js';
import { useNode, useWasm } from './testing/runtimes.js';
import { stateOfVersion1 } from './testing/state-of-version-1.js';
import { startPruner, startTrainer } from './testing/trainer-cases.js';

const runtime = await useNode();
const trainer = await startTrainer(runtime);
const pruner = startPruner(trainer);
await pruner.update(7);
await trainer.step(perceptronBatch(8, 1));
const plain = await trainer.save();
const pruned = await trainer.save({ pruner });
const edit = (change: object, state: TrainerState = pruned) => ({ ...structuredClone(state), ...change });
const tensors = (change: object) => [{ ...pruned.tensors[0]!, ...change }, ...pruned.tensors.slice(1)];

describe('a state that cannot be restored leaves everything as it was:', () => {
  for (const [what, state, code] of [
    ['no state', 5, 'state-corrupt'],
    ['nothing', undefined, 'state-corrupt'],
    ['another format', edit({ format: 'zip' }), 'state-corrupt'],
    ['another version', edit({ version: 3 }), 'state-version'],
    ['a version that told no settings', edit({ version: 1 }), 'state-corrupt'],
    ['no settings of the optimizer', edit({ optimizer: undefined }), 'state-corrupt'],
    ['other settings of the optimizer', edit({ optimizer: { kind: 'adam' } }), 'state-corrupt'],
    ['another count', edit({ steps: 9 }), 'state-corrupt'],
    ['a count below 0', edit({ steps: -1 }), 'state-corrupt'],
    ['no list of tensors', edit({ tensors: {} }), 'state-corrupt'],
    ['a tensor that is none', edit({ tensors: [null] }), 'state-corrupt'],
    ['other values', edit({ tensors: tensors({ values: pruned.tensors[2]!.values }) }), 'state-corrupt'],
    ['values that are no text', edit({ tensors: tensors({ values: 5 }) }), 'state-corrupt'],
    ['another name', edit({ tensors: tensors({ name: 'k9' }) }), 'state-corrupt'],
    ['damage to the pruner', edit({ pruner: { ...pruned.pruner!, floor: 0.5 } }), 'state-corrupt'],
    ['no pruner', plain, 'state-mismatch'],
    ['something that throws', new Proxy({}, { get: () => expect.fail() }), 'state-corrupt'],
  ] as const) {
    it(what, async () => {
      const before = await trainer.save({ pruner });
      await expect(trainer.restore(state, { pruner })).rejects.toMatchObject({ code });
      expect(await trainer.save({ pruner })).toEqual(before);
    });
  }

  it('masks for which no pruner was given', async () => {
    await expect(trainer.restore(pruned)).rejects.toMatchObject({ code: 'state-mismatch' });
  });

  it('a state of another optimizer, or of another model', async () => {
    const momentum = await startTrainer(runtime, { optimizer: { kind: 'sgd', momentum: 0.9 } });
    await expect(momentum.restore(plain)).rejects.toMatchObject({ code: 'state-mismatch' });
    const model = modelOf(
      [-1, 6],
      [-1, 3],
      [randomTensor('k1', [6, 3], 1)],
      [['MatMul', ['x', 'k1'], ['y']]],
    );
    const other = await startTrainer(runtime, { model });
    await expect(other.restore(plain)).rejects.toMatchObject({ code: 'state-mismatch' });
  });

  it('a state of the same optimizer with other settings, which the message names', async () => {
    const other = await startTrainer(runtime, { optimizer: { kind: 'adam', beta1: 0.8, epsilon: 1e-7 } });
    await other.step(perceptronBatch(8, 2));
    const before = await other.save();
    await expect(other.restore(plain)).rejects.toMatchObject({
      code: 'state-mismatch',
      message:
        'the optimizer of this trainer has beta1 0.8, epsilon 1e-7; the state was saved with beta1 0.9, epsilon 1e-8',
    });
    expect(await other.save()).toEqual(before);
  });

  it('a state whose pruner had other options', async () => {
    const other = await startTrainer(runtime);
    const { createPruner, constantSparsity } = await import('@synaprune/core');
    const local = createPruner({
      backend: other.backend,
      weights: other.weights,
      schedule: constantSparsity(0.5),
      scope: 'per-weight',
    });
    await other.step(perceptronBatch(8, 2));
    const before = await other.save({ pruner: local });
    await expect(other.restore(pruned, { pruner: local })).rejects.toMatchObject({ code: 'state-mismatch' });
    expect(await other.save({ pruner: local })).toEqual(before);
  });
});

it('goes on from another runtime’s state', async () => {
  const web = await startTrainer(await useWasm());
  const webPruner = startPruner(web);
  await web.restore(JSON.parse(JSON.stringify(pruned)), { pruner: webPruner });
  expect(await web.save({ pruner: webPruner })).toEqual(pruned);
  expect((await web.step(perceptronBatch(8, 3))).loss).toBeCloseTo(
    (await trainer.step(perceptronBatch(8, 3))).loss,
    5,
  );
  await web.dispose();
});

it('reads a state of version 1, which told no settings of the optimizer', async () => {
  const other = await startTrainer(runtime, { optimizer: { kind: 'sgd', weightDecay: 0.1 } });
  await other.restore(structuredClone(stateOfVersion1));
  expect(other.steps).toBe(1);
  const { version, optimizer, tensors, seed } = await other.save();
  expect(version).toBe(2);
  expect(optimizer).toEqual({ kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0.1 });
  expect([seed, tensors]).toEqual([5, stateOfVersion1.tensors]);
});
