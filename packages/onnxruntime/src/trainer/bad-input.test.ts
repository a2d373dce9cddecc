import { createPruner, oneShot } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { createTrainer, type OnnxRuntime } from '../index.js';
import { modelOf, perceptron, perceptronBatch, randomTensor } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startPruner, startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();
const trainer = await startTrainer(runtime);
const good = perceptronBatch(4, 1);
afterAll(() => trainer.dispose());

describe('a trainer refuses', () => {
  const { ort, executionProviders } = runtime;
  const options = {
    ort,
    executionProviders,
    model: perceptron(),
    loss: 'mse',
    optimizer: 'sgd',
  } as const;

  it('options that there are not, at every depth, naming the nearest right one', async () => {
    for (const [more, message] of [
      [{ learningrate: 0.1 }, 'createTrainer has no option "learningrate"; did you mean "learningRate"?'],
      [
        { lr: 0.1 },
        'createTrainer has no option "lr": the learning rate is learningRate. It takes ort, model',
      ],
      [
        { optimizer: { kind: 'sgd', lr: 0.1 } },
        '(lr: the learning rate is no setting of the optimizer: createTrainer and step take it as learningRate',
      ],
      [
        { model: 'classifier.onnx' },
        'got "classifier.onnx"; read the file first: model: await readFile(path)',
      ],
      [{ ort: undefined, optimizer: undefined }, 'createTrainer needs ort to be a namespace'],
      [{ foo: 0.1, bar: {} }, 'createTrainer has no option "foo" or "bar"; it takes ort, model'],
      [{ frozen: 'inputs' }, 'createTrainer has no option "frozen": it feeds what is not trained itself'],
      [{ masks: {} }, 'createTrainer has no option "masks": it feeds the masks itself'],
      [
        { optimizer: { kind: 'sgd', momentun: 0.9 } },
        'createTrainer has no option "momentun" in optimizer of kind "sgd"; did you mean "momentum"?',
      ],
      [{ clip: { clipNorm: 1 } }, 'createTrainer has no option "clipNorm" in clip'],
      [{ executionProviders: 'wasm' }, 'executionProviders to be a list of names such as ["wasm"]'],
      [{ executionProviders: [] }, 'executionProviders to be a list'],
      [{ sessionOptions: { executionProviders: ['cpu'] } }, 'executionProviders beside sessionOptions'],
      [
        { sessionOptions: { externalData: [{ path: 'model.onnx.data', data: new Uint8Array(4) }] } },
        'createTrainer takes externalData beside sessionOptions, not inside: externalData: { "model.onnx.data": bytes }',
      ],
      [
        { sessionOptions: { preferredOutputLocation: 'cpu' } },
        'createTrainer settles preferredOutputLocation itself; leave it out of sessionOptions',
      ],
      [{ sessionOptions: 1 }, 'sessionOptions to be an object, got 1'],
    ] as const) {
      const refused = createTrainer({ ...options, ...more } as never);
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(message);
    }
    await expect(createTrainer(undefined as never)).rejects.toThrow(
      'createTrainer needs an object of options, got undefined',
    );
  });

  it('what is no runtime, saying what it lacks', async () => {
    const without = { ...options, ort: {} as OnnxRuntime };
    await expect(createTrainer(without)).rejects.toThrow(/no InferenceSession.create/);
    const { InferenceSession } = runtime.ort;
    await expect(createTrainer({ ...options, ort: { InferenceSession } as OnnxRuntime })).rejects.toThrow(
      /no Tensor/,
    );
  });

  it('options that cannot be right', async () => {
    await expect(createTrainer({ ...options, learningRate: Number.NaN })).rejects.toThrow(RangeError);
    await expect(createTrainer({ ...options, sessions: 0 })).rejects.toThrow(RangeError);
    await expect(createTrainer({ ...options, seed: 0.5 })).rejects.toThrow(RangeError);
    await expect(createTrainer({ ...options, model: 'm.onnx' as never })).rejects.toThrow(TypeError);
    const broken = createTrainer({ ...options, model: perceptron().slice(0, 50) });
    await expect(broken).rejects.toMatchObject({ code: 'bad-model' });
  });

  it('a model whose open sizes cannot be 1, naming them', async () => {
    const model = modelOf([-1, -1], [-1, 2], [randomTensor('k', [3, 2], 1)], [['MatMul', ['x', 'k'], ['y']]]);
    await expect(createTrainer({ ...options, model })).rejects.toThrow(/"x".*`inputs`/);
    await expect(createTrainer({ ...options, model, inputs: { x: [5, 4] } })).rejects.toThrow(
      'with inputs of the shapes that were given: "x" [5,4]',
    );
    const told = await createTrainer({ ...options, model, inputs: { x: [5, 3] } });
    await told.dispose();
  });

  const y = good.targets.y;
  const x = good.inputs.x;
  for (const [what, batch, message] of [
    ['a missing input', { inputs: {}, targets: { y } }, /"x" is missing/],
    [
      'an input by a wrong name',
      { inputs: { X: x }, targets: { y } },
      /^inputs needs "x"; "x" is missing, got "X"; did you mean "x"\?$/,
    ],
    ['an unknown input', { inputs: { x, z: x }, targets: { y } }, /"z"/],
    ['bare data as inputs', { inputs: x as never, targets: { y } }, /by name, with "x"/],
    ['a missing target', { inputs: { x } }, /"y" is missing/],
    ['data that fills no batch', { inputs: { x: x.slice(1) }, targets: { y } }, /"x".*\[\?, 6\]/],
    ['an empty batch', { inputs: { x: new Float32Array(0) }, targets: { y } }, /"x"/],
    [
      'an empty batch with its shape',
      {
        inputs: { x: { data: new Float32Array(0), dims: [0, 6] } },
        targets: { y: { data: new Float32Array(0), dims: [0, 3] } },
      },
      /^a batch needs one sample or more, got "y" of the shape \[0, 3\]$/,
    ],
    [
      'elements that were given away',
      { inputs: { x: givenAway() }, targets: { y } },
      /^"x" needs elements, got an array whose buffer was given away \(detached\)$/,
    ],
    ['another shape', { inputs: { x: { data: x, dims: [6, 4] } }, targets: { y } }, /\[6, 4\]/],
    ['targets of another batch', { inputs: { x }, targets: { y: y.slice(3) } }, /"y" needs 12.*got 9/],
    ['another type', { inputs: { x: new Float64Array(24) }, targets: { y } }, /Float32Array/],
    ['no tensor', { inputs: { x: [1, 2] as never }, targets: { y } }, /"x" needs a typed array/],
    ['no learning rate', { ...good, learningRate: Number.POSITIVE_INFINITY }, /learningRate/],
    ['a learning rate of null', { ...good, learningRate: null as never }, /a step needs a learningRate/],
    ['a rate that float32 has as infinite', { ...good, learningRate: 1e39 }, /learningRate .*float32 holds/],
    ['a rate that float32 has as 0', { ...good, learningRate: 1e-60 }, /learningRate .*float32 holds/],
    ['weights of samples unasked', { ...good, sampleWeights: { y: x } }, /loss to have sampleWeights: true/],
  ] as const) {
    it(`${what}, and is as it was`, async () => {
      const before = await trainer.read();
      await expect(trainer.step(batch)).rejects.toThrow(message);
      expect(await trainer.read()).toEqual(before);
      expect(trainer.steps).toBe(0);
    });
  }

  it('words that a call does not know, naming the nearest right one', async () => {
    const { inputs, targets } = good;
    await expect(trainer.step({ inputs, target: targets } as never)).rejects.toThrow(
      'step has no option "target"; did you mean "targets"? It takes inputs, targets, sampleWeights, learningRate',
    );
    await expect(trainer.step({ ...good, lr: 0.1 } as never)).rejects.toThrow('step has no option "lr"');
    await expect(trainer.evaluate({ ...good, batch: 4 } as never)).rejects.toThrow(TypeError);
    await expect(trainer.save({ prunner: {} } as never)).rejects.toThrow('did you mean "pruner"?');
    await expect(trainer.restore({}, { prunner: {} } as never)).rejects.toThrow('did you mean "pruner"?');
    await expect(trainer.evaluate({ ...good, learningRate: 0.1 } as never)).resolves.toHaveProperty('loss');
    await expect(trainer.step(undefined as never)).rejects.toThrow(
      'step needs an object of options, got undefined',
    );
  });

  it('rates that are none, at once, but takes a schedule that has faded', async () => {
    const rate = (learningRate: unknown) => createTrainer({ ...options, learningRate } as never);
    await expect(rate('0.1')).rejects.toThrow(
      'createTrainer needs learningRate to be a number, or a function of the steps taken, got "0.1"',
    );
    await expect(rate(1e39)).rejects.toThrow(RangeError);
    const fading = await rate(() => 1e-60);
    const before = await fading.read();
    await fading.step(good);
    expect(await fading.read()).toEqual(before);
    await fading.dispose();
  });

  it('what prune returns where a pruner is needed', async () => {
    const pruned = await createTrainer(options);
    const pruning = pruned.prune({ schedule: () => 0.5 });
    const state = await pruning.save();
    const wrong = { pruner: pruning as never };
    await expect(pruned.save(wrong)).rejects.toThrow(/^save needs pruner .*pruning\.pruner/);
    await expect(pruned.restore(state, wrong)).rejects.toThrow(/^restore needs pruner .*pruning\.pruner/);
    const none = { pruner: {} as never };
    await expect(pruned.save(none)).rejects.toThrow('save needs pruner to be a pruner of createPruner, got');
    await expect(pruned.restore(state, none)).rejects.toThrow(TypeError);
    await pruned.dispose();
  });

  it('a pruner of another trainer, and weights of another for its backend', async () => {
    const [one, other] = [await createTrainer(options), await createTrainer(options)];
    const pruning = one.prune({ schedule: () => 0.5 });
    const foreign = other.prune({ schedule: () => 0.75 });
    await one.step({ ...good, learningRate: 0.1 });
    await other.step({ ...good, learningRate: 0.1 });
    const state = await pruning.save();
    const masks = await foreign.pruner.masks();
    const wrong = { pruner: foreign.pruner };
    const refusal = { code: 'mask-mismatch', message: expect.stringContaining('a pruner of this trainer') };
    await expect(one.save(wrong)).rejects.toMatchObject(refusal);
    await expect(one.restore(state, wrong)).rejects.toMatchObject(refusal);
    expect(await foreign.pruner.masks()).toEqual(masks);
    const mixed = { backend: one.backend, weights: other.weights, schedule: () => 0.5 };
    expect(() => createPruner(mixed)).toThrow(expect.objectContaining({ code: 'mask-mismatch' }));
    await one.dispose();
    await other.dispose();
  });

  it('a step without any learning rate', async () => {
    const bare = await createTrainer(options);
    await expect(bare.step(good)).rejects.toThrow(TypeError);
    await bare.dispose();
  });

  it('calls that overlap, a pruner’s included', async () => {
    const pruner = startPruner(trainer);
    const step = trainer.step(good);
    await expect(trainer.step(good)).rejects.toMatchObject({ code: 'busy' });
    await expect(trainer.dispose()).rejects.toMatchObject({ code: 'busy' });
    await expect(pruner.update(12)).rejects.toMatchObject({ code: 'busy' });
    expect(() => pruner.enforceSync()).toThrow(expect.objectContaining({ code: 'busy' }));
    await step;
    pruner.enforceSync();
    pruner.dispose();
  });

  it('every call once it is disposed', async () => {
    const gone = await startTrainer(runtime);
    await gone.dispose();
    await gone.dispose();
    for (const call of [
      () => gone.step(good),
      () => gone.predict({ x }),
      () => gone.export(),
      () => gone.save(),
      () => gone.restore({}),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'disposed' });
    }
  });
});

it('reports a loss that is no number', async () => {
  const own = await startTrainer(runtime);
  const { loss } = await own.step({ inputs: { x: x4(Number.NaN) }, targets: good.targets });
  expect(loss).toBeNaN();
  await own.dispose();
});

it('takes tensors of the runtime and data with a shape', async () => {
  const own = await startTrainer(runtime);
  const { x } = good.inputs;
  const first = await own.evaluate(good);
  const shaped = {
    inputs: { x: { data: x, dims: [4, 6] } },
    targets: { y: { data: good.targets.y, dims: [4, 3] } },
  };
  expect(await own.evaluate(shaped)).toEqual(first);
  const tensor = new runtime.ort.Tensor('float32', x, [4, 6]);
  expect(await own.evaluate({ ...shaped, inputs: { x: tensor } })).toEqual(first);
  await own.dispose();
});

it('prunes by gradients where they were asked for', async () => {
  const { tensorScore } = await import('@synaprune/core');
  const own = await startTrainer(runtime, { gradients: true });
  await own.step(good);
  const gradients = new Map(own.gradients.map(({ name, weight }) => [name, weight]));
  const pruner = createPruner({
    backend: own.backend,
    weights: own.weights,
    schedule: oneShot({ at: 0, to: 0.5 }),
    score: tensorScore(({ name }) => gradients.get(name)!),
  });
  await pruner.update(0);
  expect((await pruner.report()).total.dropped).toBe(36);
  await own.dispose();
});

function givenAway(): Float32Array {
  const elements = new Float32Array(24);
  structuredClone(elements, { transfer: [elements.buffer] });
  return elements;
}

function x4(value: number): Float32Array {
  return new Float32Array(24).fill(value);
}

it('a state as text is refused with the way to read it', async () => {
  await expect(trainer.restore(JSON.stringify(await trainer.save()))).rejects.toThrow(
    'got text, which is read by JSON.parse first',
  );
});
