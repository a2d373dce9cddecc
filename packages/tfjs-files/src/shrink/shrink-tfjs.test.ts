import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import {
  convolution,
  graphArtifacts,
  placeholder,
  type ShortNode,
  text,
} from '../testing/graph-artifacts.js';
import { maskedDense } from '../testing/masked-dense.js';
import { shrinkTfjs, tfjsChannelGroups } from './shrink-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** An artifact as tfjs knows it. */
const toTf = (artifacts: TfjsArtifacts) => artifacts as tf.io.ModelArtifacts;

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof PruneError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was thrown';
};

async function dense(...units: readonly number[]): Promise<TfjsArtifacts> {
  const layers = units.map((count, i) =>
    tf.layers.dense({ units: count, name: `d${i}`, ...(i === 0 ? { inputShape: [4] } : {}) }),
  );
  return (await artifactsOf(tf.sequential({ name: 'model', layers }))) as TfjsArtifacts;
}

class Strange extends tf.layers.Layer {
  static className = 'Strange';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.sub(1, Array.isArray(inputs) ? inputs[0]! : inputs);
  }
}
tf.serialization.registerClass(Strange);

describe('shrinkTfjs of a layers model', () => {
  it('corrects what layers are told, and nothing else', async () => {
    const layers = [
      tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [6, 6, 1], name: 'conv' }),
      tf.layers.reshape({ targetShape: [16, 8], name: 'rows' }),
      tf.layers.lstm({ units: 6, name: 'lstm' }),
      tf.layers.dense({ units: 2, name: 'out' }),
    ];
    const artifacts = (await artifactsOf(tf.sequential({ name: 'm', layers }))) as TfjsArtifacts;
    const { artifacts: small, report } = shrinkTfjs(artifacts, { keep: 0.5 });
    const config = (model: TfjsArtifacts) =>
      (model.modelTopology as { config: { layers: { config: object }[] } }).config.layers.map(
        (layer) => layer.config,
      );
    const [before, after] = [config(artifacts), config(small)];
    expect(after).toEqual([
      { ...before[0], filters: 4 },
      { ...before[1], target_shape: [16, 4] },
      { ...before[2], units: 3 },
      { ...before[3], units: 2 },
    ]);
    expect(report.groups.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'lstm/kernel[1] units',
      'conv/kernel[3] channels',
    ]);
    expect(small.weightSpecs?.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
      'conv/kernel 3,3,1,4',
      'conv/bias 4',
      'lstm/kernel 4,12',
      'lstm/recurrent_kernel 3,12',
      'lstm/bias 12',
      'out/kernel 3,2',
      'out/bias 2',
    ]);
  });

  it('leaves what a layer of an unknown class touches, and names it', async () => {
    const layers = [
      tf.layers.dense({ units: 8, name: 'first', inputShape: [4] }),
      tf.layers.dense({ units: 8, name: 'second' }),
      new Strange({ name: 'odd' }),
      tf.layers.dense({ units: 2, name: 'out' }),
    ];
    const artifacts = (await artifactsOf(tf.sequential({ layers }))) as TfjsArtifacts;
    const { groups, held } = tfjsChannelGroups(artifacts);
    expect(groups.map(({ name }) => name)).toEqual(['first/kernel[1]']);
    expect(held.find(({ name }) => name === 'second/kernel[1]')?.heldBy).toBe(
      'layer "odd" (Strange), axis 1: nothing is known of what it does to the axis',
    );
  });

  it('leaves states of optimizers out, which would not fit', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 4, inputShape: [2] }), tf.layers.dense({ units: 1 })],
    });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.fit(tf.ones([2, 2]), tf.ones([2, 1]), { verbose: 0 });
    const artifacts = (await artifactsOf(model, { includeOptimizer: true })) as TfjsArtifacts;
    expect(artifacts.weightSpecs?.some(({ group }) => group === 'optimizer')).toBe(true);
    const { artifacts: small, report } = shrinkTfjs(artifacts, { keep: 0.5 });
    expect(small.weightSpecs?.some(({ group }) => group === 'optimizer')).toBe(false);
    expect(report.notices.map(({ code }) => code)).toEqual(['optimizer-left-out']);
  });
});

describe('shrinkTfjs of a graph model', () => {
  const waves = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7) + 0.2);
  const small = (more: object = {}) =>
    graphArtifacts(
      [
        placeholder('x', 1, 4, 4, 2),
        ['conv', 'Conv2D', ['x', 'w1'], convolution()],
        ['relu', 'Relu', ['conv'], { T: { type: 'DT_FLOAT' } }],
        ['y', 'Conv2D', ['relu', 'w2'], convolution()],
      ],
      { w1: { shape: [3, 3, 2, 8], data: waves(144) }, w2: { shape: [1, 1, 8, 3], data: waves(24) } },
      more,
    );

  it('keeps the codes of quantised weights, with their scale and min', () => {
    const model = small();
    const codes = Uint8Array.from({ length: 144 + 24 }, (_, i) => (i * 31) % 256);
    const quantization = { dtype: 'uint8', scale: 0.01, min: -1.28 } as const;
    const artifacts = {
      ...model,
      weightSpecs: model.weightSpecs.map((spec) => ({ ...spec, quantization })),
      weightData: codes.buffer,
    };
    const { artifacts: made, report } = shrinkTfjs(artifacts, { keep: 0.5 });
    const { kept } = report.groups[0]!;
    expect(made.weightSpecs.map(({ quantization: each }) => each)).toEqual([quantization, quantization]);
    const expected = [
      ...[...codes.subarray(0, 144)].filter((_, i) => kept.includes(i % 8)),
      ...[...codes.subarray(144)].filter((_, i) => kept.includes(Math.floor(i / 3))),
    ];
    expect([...new Uint8Array(made.weightData)]).toEqual(expected);
  });

  it('follows filters where an input has no shape', async () => {
    const model = small();
    const topology = model.modelTopology as { node: { name: string; attr: Record<string, unknown> }[] };
    delete topology.node.find(({ name }) => name === 'x')!.attr.shape;
    const { artifacts: made, report } = shrinkTfjs(model, { keep: 0.5 });
    expect(report.groups.map(({ channels, kept }) => [channels, kept.length])).toEqual([[8, 4]]);
    const load = (each: TfjsArtifacts) => tf.loadGraphModel(tf.io.fromMemory(toTf(each)));
    const x = tf.randomUniform([1, 5, 5, 2], -1, 1, 'float32', 1);
    const run = async (each: TfjsArtifacts) => [...((await load(each)).predict(x) as tf.Tensor).dataSync()];
    const wanted = await run(maskedDense(model, report));
    for (const [i, value] of (await run(made)).entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
  });

  it('leaves what an unknown operator touches, and names it', () => {
    const model = graphArtifacts(
      [
        placeholder('x', 1, 4),
        ['h', 'MatMul', ['x', 'w1'], {}],
        ['odd', 'Unheard', ['h'], {}],
        ['y', 'MatMul', ['odd', 'w2'], {}],
      ],
      { w1: { shape: [4, 6], data: waves(24) }, w2: { shape: [6, 2], data: waves(12) } },
    );
    const { report } = shrinkTfjs(model, { keep: 0.5 });
    expect(report.groups).toEqual([]);
    expect(report.held.find(({ name }) => name === 'w1[1]')?.heldBy).toBe(
      'node "odd" (Unheard), axis 1: nothing is known of what it does to the axis',
    );
    expect(report.notices.map(({ code }) => code)).toEqual(['nothing-to-remove']);
  });

  const int = { T: { type: 'DT_INT32' } };
  it.each([
    // 4 / (8 - 4) is 1, and 4 / (4 - 4) is nothing.
    ['would be divided by 0', 'once'],
    // 2 ** 30 times the length, were each worked out for each that reads it.
    ['is doubled and halved 30 times', 'twice'],
  ] as const)('writes a shape anew that %s for fewer channels', async (_, how) => {
    const chain: ShortNode[] = Array.from(
      { length: 30 },
      (__, i) =>
        [
          [`twice${i}`, 'AddV2', [`size${i}`, `size${i}`], int],
          [`size${i + 1}`, 'FloorDiv', [`twice${i}`, 'two'], int],
        ] satisfies ShortNode[],
    ).flat();
    const model = graphArtifacts(
      [
        placeholder('x', 1, 4),
        ['h', 'MatMul', ['x', 'w1'], { T: { type: 'DT_FLOAT' } }],
        ['shape', 'Shape', ['h'], { ...int, out_type: { type: 'DT_INT32' } }],
        ['size0', 'Slice', ['shape', 'one', 'one'], { ...int, Index: { type: 'DT_INT32' } }],
        ...(how === 'twice' ? chain : []),
        ['less', 'Sub', [how === 'twice' ? 'size30' : 'size0', 'four'], int],
        ['rows', 'FloorDiv', ['four', 'less'], int],
        [
          'target',
          'ConcatV2',
          ['rows', 'size0', 'zero'],
          { ...int, N: { i: '2' }, Tidx: { type: 'DT_INT32' } },
        ],
        ['same', 'Reshape', ['h', 'target'], { T: { type: 'DT_FLOAT' } }],
        ['y', 'MatMul', ['same', 'w2'], { T: { type: 'DT_FLOAT' } }],
      ],
      {
        w1: { shape: [4, 8], data: waves(32) },
        w2: { shape: [8, 3], data: waves(24) },
        zero: { shape: [], data: [0], ints: true },
        one: { shape: [1], data: [1], ints: true },
        two: { shape: [1], data: [2], ints: true },
        four: { shape: [1], data: [4], ints: true },
      },
    );
    const { artifacts: made, report } = shrinkTfjs(model, { keep: 0.5 });
    expect(report.groups.map(({ channels, kept }) => [channels, kept.length])).toEqual([[8, 4]]);
    const x = tf.randomUniform([1, 4], -1, 1, 'float32', 1);
    const run = async (each: TfjsArtifacts) => {
      const loaded = await tf.loadGraphModel(tf.io.fromMemory(toTf(each)));
      return [...(loaded.execute({ x }, 'y') as tf.Tensor).dataSync()];
    };
    const wanted = await run(maskedDense(model, report));
    for (const [i, value] of (await run(made)).entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
  });

  it('refuses nodes that wait for each other, and shapes that contradict each other', () => {
    const circle = graphArtifacts(
      [
        ['a', 'Relu', ['b'], {}],
        ['b', 'Relu', ['a'], {}],
      ],
      {},
    );
    expect(codeOf(() => shrinkTfjs(circle, { keep: 0.5 }))).toBe(
      'bad-model: nodes of the graph wait for each other: "a", "b"',
    );
    const wrong = graphArtifacts(
      [placeholder('x', 1, 4), ['y', 'MatMul', ['x', 'w'], { transpose_b: { b: false }, name: text('') }]],
      { w: { shape: [5, 6], data: waves(30) } },
    );
    expect(codeOf(() => shrinkTfjs(wrong, { keep: 0.5 }))).toMatch(
      /^bad-model: node "y" \(MatMul\), axis 1: .*one axis has 4 indices, the other 5/,
    );
  });
});

describe('shrinkTfjs refuses', () => {
  it('fractions outside (0, 1], unknown options, and artifacts that are none', async () => {
    const artifacts = await dense(8, 2);
    for (const keep of [0, -0.5, 1.5, Number.NaN]) {
      expect(() => shrinkTfjs(artifacts, { keep })).toThrow(/keep/);
    }
    expect(() => shrinkTfjs(artifacts, { keep: 0.5, sparsity: 0.5 } as never)).toThrow(TypeError);
    expect(() => shrinkTfjs(undefined as never, { keep: 0.5 })).toThrow(TypeError);
  });

  it('groups that have to stay, targets that cannot be reached, and weights without a topology', async () => {
    const artifacts = await dense(8, 2);
    expect(codeOf(() => shrinkTfjs(artifacts, { keep: { 'd1/kernel[1]': 0.5 } }))).toBe(
      'held-channels: shrinkTfjs cannot remove channels of "d1/kernel[1]": the output "d1", axis 1: it is given out',
    );
    expect(codeOf(() => shrinkTfjs(artifacts, { target: { parameters: 3 } }))).toMatch(
      /^unreachable-target: /,
    );
    const { weightSpecs, weightData } = artifacts;
    expect(codeOf(() => shrinkTfjs({ weightSpecs, weightData } as TfjsArtifacts, { keep: 0.5 }))).toMatch(
      /^bad-model: shrinkTfjs needs a model with its topology/,
    );
  });

  it('manifests that lie', async () => {
    const artifacts = await dense(8, 2);
    const lying = artifacts.weightSpecs!.map((spec, i) => (i === 0 ? { ...spec, shape: [4, 9] } : spec));
    expect(codeOf(() => shrinkTfjs({ ...artifacts, weightSpecs: lying }, { keep: 0.5 }))).toMatch(
      /^bad-model: /,
    );
    const turned = artifacts.weightSpecs!.map((spec, i) => (i === 0 ? { ...spec, shape: [8, 4] } : spec));
    expect(codeOf(() => shrinkTfjs({ ...artifacts, weightSpecs: turned }, { keep: 0.5 }))).toMatch(
      /^bad-model: layer "d0" \(Dense\)/,
    );
  });
});
