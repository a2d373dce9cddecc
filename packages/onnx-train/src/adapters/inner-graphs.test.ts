import { decodeModel, findWeights, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, hoistTensors } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { sparseTensor } from '../testing/adapted-models.js';
import { branched, called, looped } from '../testing/inner-graph-models.js';
import { randomTensor, type TestTensor } from '../testing/models.js';
import { load } from '../testing/runtime.js';
import { addAdapters } from './add-adapters.js';
import { mergeAdapters } from './merge-adapters.js';
import type { AdapterOptions } from './options.js';

const x: TestTensor = randomTensor([3, 6], 9);
const condition = (is: boolean): TestTensor => ({ shape: [], type: 'bool', data: [is ? 1 : 0] });
const [inThen, inElse] = ['graph/choice.then_branch/w', 'graph/choice.else_branch/w'];

type Feeds = Readonly<Record<string, TestTensor>>;

async function answerOf(bytes: Uint8Array, feeds: Feeds): Promise<readonly number[]> {
  const runner = await load(bytes);
  const { y } = await runner.run(feeds);
  await runner.release();
  return y!.data;
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

const randomFactors = ({ adapters }: ReturnType<typeof addAdapters>) =>
  new Map(
    adapters
      .flatMap(({ a, b }) => [a, b])
      .map(({ name, shape }, i) => [name, Float32Array.from(randomTensor(shape, 30 + i).data)]),
  );

const operators = (bytes: Uint8Array) => decodeModel(bytes).graph!.node.map(({ opType }) => opType);

/** Every tensor of a model by the name that findWeights has for it. */
function tensorsOf(bytes: Uint8Array): ReadonlyMap<string, readonly number[]> {
  const { model, originals } = hoistTensors(bytes);
  const held = model.graph!.initializer.map((tensor) => [tensor.name, tensor] as const);
  const bodies = model.functions.flatMap(({ node }) =>
    node.flatMap(({ output, attribute }) =>
      attribute.flatMap(({ t }) => (t ? [[output[0]!, t] as const] : [])),
    ),
  );
  return new Map(
    [...held, ...bodies]
      .filter(([, { dataType }]) => dataType === 1)
      .map(([name, tensor]) => [originals.get(name) ?? name, [...tensorToFloat32(tensor)]]),
  );
}

async function check(model: Uint8Array, options: AdapterOptions, feeds: Feeds, weights: readonly string[]) {
  const adapted = addAdapters(model, { rank: 2, alpha: 3, ...options });
  expect(adapted.adapters.map(({ weight }) => weight)).toEqual(weights);
  const before = await answerOf(model, feeds);
  expect(distance(await answerOf(adapted.training.model, feeds), before)).toBeLessThan(1e-6);
  const file = adapted.save(randomFactors(adapted));
  const again = addAdapters(model, { adapters: file });
  expect(again.training.trainable).toEqual(adapted.training.trainable);
  expect(again.training.branches).toEqual(options.branches);
  const trained = await answerOf(again.training.model, feeds);
  const merged = mergeAdapters(model, file);
  expect(distance(trained, before)).toBeGreaterThan(0.05);
  expect(distance(await answerOf(merged, feeds), trained)).toBeLessThan(4e-6);
  // The very model, with other numbers in these kernels alone.
  expect(merged.length).toBe(model.length);
  expect(operators(merged)).toEqual(operators(model));
  const [was, is] = [tensorsOf(model), tensorsOf(merged)];
  const changed = [...was].flatMap(([name, data]) => (distance(data, is.get(name)!) > 0 ? [name] : []));
  expect(new Set(changed)).toEqual(new Set(weights));
  for (const weight of weights) {
    was.get(weight)!.forEach((value, i) => {
      if (value === 0) expect(is.get(weight)![i]).toBe(0);
    });
  }
  return { adapted, merged };
}

/** The steps of an adapted model, as a trainer takes them. */
function stepOf({ model, ...training }: ReturnType<typeof addAdapters>['training'], inputs = {}) {
  return buildTrainingStep(model, { ...training, loss: 'mse', optimizer: 'sgd', gradients: true, inputs });
}

async function gradientsOf(step: ReturnType<typeof stepOf>, values: ReadonlyMap<string, Float32Array>) {
  const runner = await load(step.model);
  const feeds: Record<string, TestTensor> = {
    [step.learningRate]: { shape: [], data: [0] },
    [step.step]: { shape: [], data: [1] },
  };
  for (const { name, input, shape } of step.weights) feeds[input] = { shape, data: [...values.get(name)!] };
  for (const { name, shape } of step.inputs) feeds[name] = name === 'x' ? x : randomTensor(shape, 40);
  const results = await runner.run(feeds);
  await runner.release();
  return new Map(step.weights.map(({ name, gradient }) => [name, results[gradient!]!.data]));
}

for (const [what, kernel] of [
  ['dense', randomTensor],
  ['with zeros that stay', sparseTensor],
] as const) {
  describe(`kernels that are ${what}`, () => {
    it('have adapters in the branch that is told, which merge into the model with its If', async () => {
      const model = branched(kernel);
      for (const [branch, inside] of [
        ['then', inThen],
        ['else', inElse],
      ] as const) {
        const feeds = { x, c: condition(branch === 'then') };
        const other = { x, c: condition(branch !== 'then') };
        const branches = { choice: branch };
        const { adapted } = await check(model, { branches }, feeds, ['head', inside]);
        expect(adapted.adapters.map(({ runs }) => runs)).toEqual(
          kernel === sparseTensor ? ['inside', 'inside'] : ['beside', 'beside'],
        );
        expect(adapted.notices.map(({ code, weights }) => [code, weights])).toEqual([
          ['without-adapter', [branch === 'then' ? inElse : inThen]],
        ]);
        // The other branch answers as it did.
        const { merged } = await check(model, { branches, select: inside }, feeds, [inside]);
        expect(await answerOf(merged, other)).toEqual(await answerOf(model, other));
      }
    });

    it('have the gradients that the branch alone has', async () => {
      const alone = buildModel({
        inputs: { x: [3, 6] },
        tensors: { w: kernel([6, 5], 1), b: randomTensor([5], 2), head: kernel([5, 4], 7) },
        nodes: [
          ['MatMul', ['x', 'w'], ['m']],
          ['Add', ['m', 'b'], ['n']],
          ['Tanh', ['n'], ['h']],
          ['MatMul', ['h', 'head'], ['y']],
        ],
        outputs: ['y'],
      });
      const plain = addAdapters(alone, { rank: 2, select: ['w', 'head'] });
      const adapted = addAdapters(branched(kernel), { rank: 2, branches: { choice: 'then' } });
      const own = randomFactors(adapted);
      const values = new Map([...own].map(([name, data]) => [name.replace(inThen, 'w'), data]));
      const expected = await gradientsOf(stepOf(plain.training), values);
      const got = await gradientsOf(stepOf(adapted.training), own);
      expect(got.size).toBe(4);
      for (const [name, data] of got) {
        expect(distance(data, expected.get(name.replace(inThen, 'w'))!)).toBeLessThan(1e-6);
        expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(1e-3);
      }
    });

    it('have adapters in the body of a loop, whose gradients are those of all rounds', async () => {
      const model = looped(kernel);
      const { adapted } = await check(model, {}, { x }, ['w']);
      const values = randomFactors(adapted);
      const gradients = await gradientsOf(stepOf(adapted.training), values);
      const { data: w } = kernel([6, 6], 1);
      const { data: target } = randomTensor([3, 6], 40);
      const lossOf = (factors: ReadonlyMap<string, ArrayLike<number>>): number => {
        const [a, b] = [factors.get('w.lora_A')!, factors.get('w.lora_B')!];
        const read = w.map((value, i) => {
          const [row, column] = [Math.floor(i / 6), i % 6];
          const change = a[row * 2]! * b[column]! + a[row * 2 + 1]! * b[6 + column]!;
          return kernel === sparseTensor && value === 0 ? 0 : value + 1.5 * change;
        });
        let h = [...x.data];
        for (let round = 0; round < 3; round += 1) {
          h = h.map((_, i) => {
            const [row, column] = [Math.floor(i / 6), i % 6];
            let sum = 0;
            for (let k = 0; k < 6; k += 1) sum += h[row * 6 + k]! * read[k * 6 + column]!;
            return Math.tanh(sum);
          });
        }
        return h.reduce((sum, value, i) => sum + (value - target[i]!) ** 2, 0) / h.length;
      };
      for (const [name, gradient] of gradients) {
        gradient.forEach((got, i) => {
          const at = (by: number) => {
            const moved = Float64Array.from(values.get(name)!);
            moved[i]! += by;
            return lossOf(new Map<string, ArrayLike<number>>([...values, [name, moved]]));
          };
          expect(Math.abs(got - (at(1e-5) - at(-1e-5)) / 2e-5)).toBeLessThan(1e-6);
        });
      }
    });
  });
}

it('reaches into functions, whose own kernels and given ones have adapters', async () => {
  const model = buildModel(called);
  const own = findWeights(model).find(({ place }) => place.includes('Head'))!.name;
  await check(model, {}, { x }, ['u', 'v', own]);
  const twice = buildModel({
    ...called,
    nodes: [
      ['own::Layer', ['x', 'u'], ['h']],
      ['own::Layer', ['h', 'u'], ['y']],
    ],
  });
  expect(() => addAdapters(twice, { select: 'u' })).toThrow(/"u" cannot have an adapter: it is shared/);
});

it('goes on with a bias of the branch that was trained with its adapters', async () => {
  const model = branched(randomTensor);
  const adapted = addAdapters(model, { rank: 2, branches: { choice: 'then' } });
  const bias = 'graph/choice.then_branch/b';
  const step = stepOf({ ...adapted.training, trainable: [...adapted.training.trainable, bias] });
  expect(step.weights.map(({ name }) => name)).toContain(bias);
  const file = adapted.save(randomFactors(adapted).set(bias, new Float32Array(5).fill(0.25)));
  const feeds = { x, c: condition(true) };
  const trained = await answerOf(addAdapters(model, { adapters: file }).training.model, feeds);
  const merged = mergeAdapters(model, file);
  expect(tensorsOf(merged).get(bias)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
  expect(distance(await answerOf(merged, feeds), trained)).toBeLessThan(4e-6);
  expect(() => adapted.save(randomFactors(adapted).set(inThen, new Float32Array(30)))).toThrow(
    `save was given "${inThen}" beside its adapter`,
  );
});

it('refuses branches that are none, and adapters of another branch', () => {
  const model = branched(randomTensor);
  expect(() => addAdapters(model, { branches: { choise: 'then' } })).toThrow(
    'branches names "choise", which is no If of the model; did you mean "choice"?',
  );
  expect(() => addAdapters(buildModel(called), { branches: { choice: 'then' } })).toThrow(
    'branches names "choice", and the model has no If',
  );
  expect(() => addAdapters(model, { branches: { choice: 'both' as 'then' } })).toThrow(
    /addAdapters needs branches\["choice"\] to be/,
  );
  const adapted = addAdapters(model, { rank: 2, branches: { choice: 'then' } });
  const file = adapted.save(randomFactors(adapted));
  expect(() => addAdapters(model, { adapters: file, branches: { choice: 'then' } })).toThrow(
    'addAdapters takes branches or adapters, not both',
  );
  expect(() => mergeAdapters(buildModel(called), file)).toThrow(
    'the adapters are of another model: one is for "head", and the model has no such tensor',
  );
});
