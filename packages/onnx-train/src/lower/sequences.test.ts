import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

/*
 * onnxruntime 1.30 does not run these operators, which came with version 27 and 28: they are held against their
 * definitions, written out here in float64, values and gradients by central differences of them.
 */

type Tensors = Readonly<Record<string, TestTensor>>;
type Definition = (tensors: Tensors) => number[];

/** Weights of the sum that gradients are taken of. */
const weightAt = (index: number): number => Math.sin(index + 1);

async function expectDefinition(
  node: TestModel['nodes'][number],
  tensors: Tensors,
  definition: Definition,
): Promise<void> {
  const expected = definition(tensors);
  const [names, size] = [node[2], expected.length];
  const model = buildModel({
    tensors: {
      ...tensors,
      weights: { shape: [size, 1], data: expected.map((_, at) => weightAt(at)) },
      flat: { type: 'int64', shape: [2], data: [1, -1] },
    },
    nodes: [
      node,
      ...names.map((name) => ['Reshape', [name, 'flat'], [`flat ${name}`]] as const),
      ['Concat', names.map((name) => `flat ${name}`), ['all'], { axis: 1 }],
      ['MatMul', ['all', 'weights'], ['loss']],
    ],
    outputs: ['loss', 'all'],
    opset: 28,
  });
  const step = buildTrainingStep(model, {
    loss: { kind: 'output', name: 'loss' },
    outputs: 'all',
    optimizer: 'sgd',
    trainable: Object.keys(tensors),
    masked: [],
    gradients: true,
  });
  const training = await startTraining(step);
  const { all, loss } = await training.run({}, 0);
  await training.release();
  const sum = (of: Tensors) => definition(of).reduce((total, each, at) => total + each * weightAt(at), 0);
  expect(loss).toBeCloseTo(sum(tensors), 4);
  for (const { name, gradient } of step.weights) {
    const { data } = tensors[name]!;
    const moved = (at: number, by: number) =>
      sum({ ...tensors, [name]: { ...tensors[name]!, data: data.with(at, data[at]! + by) } });
    data.forEach((_, at) => {
      const slope = (moved(at, 1e-4) - moved(at, -1e-4)) / 2e-4;
      expect(Math.abs(slope - all[gradient!]!.data[at]!), `${name}[${at}]`).toBeLessThan(
        2e-5 * Math.max(1, Math.abs(slope)),
      );
    });
  }
}

const [batch, steps, readers, writers, keySize, size] = [2, 3, 4, 2, 2, 3];

/** One number of a tensor of three axes. */
const read = ({ shape, data }: TestTensor, b: number, t: number, i: number) =>
  data[(b * shape[1]! + t) * shape[2]! + i]!;

/** The recurrence, a number at a time. */
function linearAttention(tensors: Tensors): number[] {
  const { q, k, v, past, decay, beta } = tensors as Required<Record<string, TestTensor>>;
  const output: number[] = new Array(batch * steps * readers * size).fill(0);
  const states: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < writers; h++) {
      const state = Array.from({ length: keySize }, (_, d) =>
        Array.from({ length: size }, (_each, m) =>
          past ? past.data[((b * writers + h) * keySize + d) * size + m]! : 0,
        ),
      );
      for (let t = 0; t < steps; t++) {
        const key = Array.from({ length: keySize }, (_, d) => read(k!, b, t, h * keySize + d));
        if (decay) {
          const perHead = decay.shape[2] === writers;
          state.forEach((row, d) => {
            const fade = Math.exp(read(decay, b, t, perHead ? h : h * keySize + d));
            row.forEach((each, m) => {
              row[m] = each * fade;
            });
          });
        }
        for (let m = 0; m < size; m++) {
          let written = read(v!, b, t, h * size + m);
          if (beta) {
            const retrieved = state.reduce((total, row, d) => total + row[m]! * key[d]!, 0);
            written = read(beta, b, t, beta.shape[2] === 1 ? 0 : h) * (written - retrieved);
          }
          state.forEach((row, d) => {
            row[m]! += key[d]! * written;
          });
        }
        for (let g = 0; g < readers / writers; g++) {
          const reader = h * (readers / writers) + g;
          for (let m = 0; m < size; m++) {
            const sum = state.reduce(
              (total, row, d) => total + read(q!, b, t, reader * keySize + d) * row[m]!,
              0,
            );
            output[(b * steps + t) * readers * size + reader * size + m] = sum / Math.sqrt(keySize);
          }
        }
      }
      states.push(...state.flat());
    }
  }
  return [...output, ...states];
}

describe('LinearAttention, one pair of heads reading for several', () => {
  const inputs = {
    q: randomTensor([batch, steps, readers * keySize], 1),
    k: randomTensor([batch, steps, writers * keySize], 2),
    v: randomTensor([batch, steps, writers * size], 3),
  };
  const past = randomTensor([batch, writers, keySize, size], 4);
  const decay = randomTensor([batch, steps, writers * keySize], 5);
  const beta = randomTensor([batch, steps, writers], 6);
  it.each<[string, Record<string, TestTensor>, string[]]>([
    ['linear', {}, []],
    ['gated', { past, decay }, ['past', 'decay']],
    ['gated', { decay: randomTensor([batch, steps, writers], 7) }, ['', 'decay']],
    ['delta', { past, beta: randomTensor([batch, steps, 1], 8) }, ['past', '', 'beta']],
    ['gated_delta', { past, decay, beta }, ['past', 'decay', 'beta']],
  ])('%s', async (update_rule, more, names) => {
    const attributes = { update_rule, q_num_heads: readers, kv_num_heads: writers };
    await expectDefinition(
      ['LinearAttention', ['q', 'k', 'v', ...names], ['y', 'state'], attributes],
      { ...inputs, ...more },
      linearAttention,
    );
  });
});

it('CausalConvWithState, with and without a past, a bias and an activation', async () => {
  for (const activation of ['none', 'silu']) {
    for (const width of [3, 1]) {
      const definition: Definition = ({ x, w, b, past }) => {
        const before = width - 1;
        const long = (n: number, c: number) => [
          ...(past
            ? past.data.slice((n * 2 + c) * before, (n * 2 + c + 1) * before)
            : new Array<number>(before).fill(0)),
          ...x!.data.slice((n * 2 + c) * 4, (n * 2 + c + 1) * 4),
        ];
        const rows = [0, 1].flatMap((n) => [0, 1].map((c) => [c, long(n, c)] as const));
        const y = rows.flatMap(([c, row]) =>
          [0, 1, 2, 3].map((t) => {
            const own = w!.data.slice(c * width, (c + 1) * width);
            const sum = own.reduce((total, each, at) => total + each * row[t + at]!, b ? b.data[c]! : 0);
            return activation === 'none' ? sum : sum / (1 + Math.exp(-sum));
          }),
        );
        return [...y, ...rows.flatMap(([, row]) => row.slice(row.length - before))];
      };
      const inputs = { x: randomTensor([2, 2, 4], 1), w: randomTensor([2, 1, width], 2) };
      const state = width > 1 ? ['state'] : [];
      const node = (names: string[]) =>
        ['CausalConvWithState', ['x', 'w', ...names], ['y', ...state], { activation }] as const;
      await expectDefinition(node([]), inputs, definition);
      if (width === 1) continue;
      const past = randomTensor([2, 2, width - 1], 4);
      await expectDefinition(node(['b', 'past']), { ...inputs, b: randomTensor([2], 3), past }, definition);
    }
  }
});

it('SwiGLU, its gate as steep as it says', async () => {
  const [a, b] = [randomTensor([2, 3], 1, 3), randomTensor([2, 3], 2)];
  await expectDefinition(['SwiGLU', ['a', 'b'], ['y'], { alpha: { float: 1.5 } }], { a, b }, (tensors) =>
    tensors.a!.data.map((x, at) => (x / (1 + Math.exp(-1.5 * x))) * tensors.b!.data[at]!),
  );
});
