import { describe, expect, it } from 'vitest';
import type { TrainerState } from '../index.js';
import { elementsIn, modelOf, perceptron, perceptronBatch, randomTensor } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { stateOfVersion1 } from '../testing/state-of-version-1.js';
import { startPruner, startTrainer } from '../testing/trainer-cases.js';
import { floatsFromBase64 } from './base64.js';
import { trainerChecksum } from './state-checksum.js';

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
    ['another version', edit({ version: 4 }), 'state-version'],
    ['a version that told no settings', edit({ version: 1 }), 'state-corrupt'],
    ['no settings of the optimizer', edit({ optimizer: undefined }), 'state-corrupt'],
    ['other settings of the optimizer', edit({ optimizer: { kind: 'adam' } }), 'state-corrupt'],
    ['no digest of the model', edit({ model: undefined }), 'state-corrupt'],
    ['another digest', edit({ model: '00000000' }), 'state-corrupt'],
    ['a digest that its version had not', edit({ version: 2 }), 'state-corrupt'],
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
      distribution: 'uniform',
    });
    await other.step(perceptronBatch(8, 2));
    const before = await other.save({ pruner: local });
    await expect(other.restore(pruned, { pruner: local })).rejects.toMatchObject({ code: 'state-mismatch' });
    expect(await other.save({ pruner: local })).toEqual(before);
  });
});

describe('the same model under other names', () => {
  const renamed = perceptron({ k1: 'onnx::MatMul_7', b1: 'fc1.bias' });
  const start = async () => {
    const other = await startTrainer(runtime, { model: renamed });
    const own = startPruner(other);
    return { other, own };
  };
  const names = { k1: 'onnx::MatMul_7', b1: 'fc1.bias' };

  it.each([{ names }, { match: 'position' }] as const)('goes on by %o, masks included', async (matching) => {
    const { other, own } = await start();
    await other.restore(pruned, { pruner: own, ...matching });
    const again = await other.save({ pruner: own });
    const back = Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));
    const nameOf = (name: string) => back[name] ?? name;
    expect(again.tensors.map((each) => ({ ...each, name: nameOf(each.name) }))).toEqual(pruned.tensors);
    expect(again.pruner?.weights.map(({ mask }) => mask)).toEqual(
      pruned.pruner?.weights.map(({ mask }) => mask),
    );
    expect(other.steps).toBe(1);
  });

  it('is refused without, and the message says what would do', async () => {
    const { other, own } = await start();
    const before = await other.save({ pruner: own });
    await expect(other.restore(pruned, { pruner: own })).rejects.toMatchObject({
      code: 'state-mismatch',
      message:
        'tensor 0 of this trainer is weight "onnx::MatMul_7" of shape [6, 8]; the state has weight "k1" of shape ' +
        "[6, 8]. If they are the same under other names, restore takes { names: { saved: own } } or { match: 'position' }",
    });
    expect(await other.save({ pruner: own })).toEqual(before);
  });

  it.each([
    [{ names: { k1: 'onnx::MatMul_8' } }, 'got "onnx::MatMul_8"; did you mean "onnx::MatMul_7"?'],
    [{ names: { k1: 7 } }, 'restore needs names["k1"] to be a name, got 7'],
    [{ names: ['k1'], match: 'position' }, "restore takes names or match: 'position', not both"],
    [{ names: 'k1' }, 'restore needs names to be an object of saved names to own names, got "k1"'],
    [{ match: 'order' }, 'restore needs match to be one of name, position'],
    [{ match: 'position', name: {} }, 'restore has no option "name"'],
    [{ names: { k9: 'k2' } }, 'names maps "k9", and the state has "k1", "b1", "k2"'],
  ])('is not guessed at: %o', async (matching, message) => {
    const { other, own } = await start();
    const before = await other.save({ pruner: own });
    await expect(other.restore(pruned, { pruner: own, ...matching } as never)).rejects.toThrow(message);
    expect(await other.save({ pruner: own })).toEqual(before);
  });

  it('takes the names of a pruner that calls its weights otherwise', async () => {
    const { createPruner, constantSparsity } = await import('@synaprune/core');
    const { other } = await start();
    const of = (weights: Parameters<typeof createPruner>[0]['weights']) =>
      createPruner({ backend: other.backend, weights, schedule: constantSparsity(0.5) } as never);
    const named = of(other.weights.map(({ name, weight }) => ({ name: `own/${name}`, weight })));
    await named.update(0);
    const saved = await other.save({ pruner: named });
    const plainly = of(other.weights);
    const back = Object.fromEntries(other.weights.map(({ name }) => [`own/${name}`, name]));
    await other.restore(saved, { pruner: plainly, names: back });
    expect((await plainly.report()).total).toEqual((await named.report()).total);
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
  expect(version).toBe(3);
  expect(optimizer).toEqual({ kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0.1 });
  expect([seed, tensors]).toEqual([5, stateOfVersion1.tensors]);
});

it('reads a state of version 2, which told no model', async () => {
  const { model: _, checksum: __, ...rest } = plain;
  const { steps, seed, optimizer, pruner, tensors } = rest;
  const places = tensors.map(({ kind, name, shape }) => ({ kind, name, shape }));
  const values = tensors.map(({ values, shape }) => floatsFromBase64(values, elementsIn(shape))!);
  const checksum = trainerChecksum({ steps, seed, optimizer: optimizer!, pruner, places }, values);
  const other = await startTrainer(runtime);
  await other.restore({ ...rest, version: 2, checksum });
  expect(await other.save()).toEqual(plain);
});
