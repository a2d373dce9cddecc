import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeTfjs } from '../files/decode-tfjs.js';
import { encodeTfjs } from '../files/encode-tfjs.js';
import { pruneTfjs } from '../pruning/prune-tfjs.js';
import {
  convolution,
  graphArtifacts,
  placeholder,
  type ShortConstant,
  text,
} from '../testing/graph-artifacts.js';
import { languageFiles } from '../testing/language-model.js';
import { languageOf } from '../testing/language-of.js';
import { smallestFirst, weightsOf } from '../testing/layer-models.js';
import { findTfjsWeights } from '../weights/find-weights.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('weights of a graph model', () => {
  it('are what they feed', () => {
    const artifacts = graphArtifacts(
      [
        placeholder('x', -1, 8, 8, 4),
        ['conv', '_FusedConv2D', ['x', 'conv_w', 'conv_b', 'slope'], convolution(fused('BiasAdd', 'Prelu'))],
        ['depth', 'DepthwiseConv2dNative', ['conv', 'depth_w'], convolution()],
        ['norm', 'FusedBatchNormV3', ['depth', 'gamma', 'beta', 'mean', 'var'], {}],
        ['up', 'Conv2DBackpropInput', ['up_size', 'up_w', 'norm'], convolution()],
        ['scaled', 'Mul', ['up', 'scale']],
        ['flat', 'Reshape', ['scaled', 'flat_size']],
        ['dense', '_FusedMatMul', ['flat', 'dense_w', 'dense_b'], fused('BiasAdd')],
        ['rows', 'GatherV2', ['table', 'rows_at', 'axis']],
        ['sum', 'AddV2', ['dense', 'rows']],
        ['moved', 'AddV2', ['sum', 'places']],
      ],
      {
        conv_w: ones(3, 3, 4, 8),
        conv_b: ones(8),
        slope: ones(8),
        depth_w: ones(3, 3, 8, 1),
        gamma: ones(8),
        beta: ones(8),
        mean: ones(8),
        var: ones(8),
        up_size: whole(1, 8, 8, 8),
        up_w: ones(2, 2, 8, 8),
        scale: ones(8),
        flat_size: whole(-1, 512),
        dense_w: ones(512, 16),
        dense_b: ones(16),
        table: ones(10, 16),
        rows_at: whole(3),
        axis: { shape: [], data: [0], ints: true },
        places: ones(4, 16),
        nothing: ones(4, 4),
      },
    );
    expect(reasons(artifacts)).toEqual({
      conv_w: 'prune: kernel of _FusedConv2D',
      conv_b: 'leave: bias of _FusedConv2D',
      slope: 'leave: slope of _FusedConv2D',
      depth_w: 'prune: kernel of DepthwiseConv2dNative',
      gamma: 'leave: normalisation of FusedBatchNormV3',
      beta: 'leave: normalisation of FusedBatchNormV3',
      mean: 'leave: statistic of FusedBatchNormV3',
      var: 'leave: statistic of FusedBatchNormV3',
      up_size: 'leave: setting of Conv2DBackpropInput',
      up_w: 'prune: kernel of Conv2DBackpropInput',
      scale: 'leave: scale of Mul',
      flat_size: 'leave: setting of Reshape',
      dense_w: 'prune: kernel of _FusedMatMul',
      dense_b: 'leave: bias of _FusedMatMul',
      table: 'leave: embedding of GatherV2',
      rows_at: 'leave: setting of GatherV2',
      axis: 'leave: setting of GatherV2',
      places: 'leave: position of AddV2',
      nothing: 'leave: unused',
    });
  });

  it('are followed through forms, products of constants, and what adds to them', () => {
    const artifacts = graphArtifacts(
      [
        placeholder('x', -1, 8),
        ['a_id', 'Identity', ['a']],
        ['a_cast', 'Cast', ['a_id']],
        ['a_turned', 'Transpose', ['a_cast', 'turn']],
        ['first', 'MatMul', ['x', 'a_turned']],
        ['b_scaled', 'Mul', ['b', 'factor']],
        ['second', 'MatMul', ['first', 'b_scaled']],
        ['c_moved', 'AddV2', ['c', 'factor']],
        ['third', 'BatchMatMulV2', ['second', 'c_moved']],
        ['fourth', 'MatMul', ['third', 'd']],
        ['twice', 'GatherV2', ['d', 'at', 'at']],
      ],
      {
        a: ones(8, 8),
        turn: whole(1, 0),
        b: ones(8, 8),
        factor: ones(8),
        c: ones(8, 8),
        d: ones(8, 8),
        at: whole(0),
      },
    );
    expect(reasons(artifacts)).toMatchObject({
      a: 'prune: kernel of MatMul',
      b: 'prune: kernel of MatMul',
      c: 'leave: kernel of BatchMatMulV2, with a constant added on the way: its zeros are no zeros there',
      d: 'leave: shared by input 1 of MatMul, input 0 of GatherV2',
    });
  });

  it('are found in functions, and followed into them and out of them', () => {
    const body = (name: string, nodeDef: readonly object[], args: readonly string[], ret: string) => ({
      signature: {
        name,
        inputArg: args.map((each) => ({ name: each, type: 'DT_FLOAT' })),
        outputArg: [{ name: 'out', type: 'DT_FLOAT' }],
      },
      nodeDef,
      ret: { out: ret },
    });
    const node = (name: string, op: string, input: readonly string[]) => ({ name, op, input, attr: {} });
    const artifacts = graphArtifacts(
      [
        placeholder('x', -1, 8),
        ['given', 'StatelessIf', ['x', 'x', 'a'], { then_branch: call('left'), else_branch: call('right') }],
        ['turned', 'PartitionedCall', ['b'], { f: call('pass') }],
        ['last', 'MatMul', ['given', 'turned']],
      ],
      { a: ones(8, 8), b: ones(8, 8), inside: ones(8, 8) },
      {
        library: {
          function: [
            body('left', [node('l', 'MatMul', ['v', 'w'])], ['v', 'w'], 'l:product:0'),
            body(
              'right',
              [node('inside', 'Const', []), node('r', 'MatMul', ['v', 'inside:output:0'])],
              ['v', 'w'],
              'r:product:0',
            ),
            body('pass', [node('p', 'Identity', ['v'])], ['v'], 'p:output:0'),
          ],
        },
      },
    );
    expect(reasons(artifacts)).toEqual({
      a: 'prune: kernel of MatMul',
      b: 'prune: kernel of MatMul',
      inside: 'prune: kernel of MatMul',
    });
    expect(findTfjsWeights(artifacts).map(({ place, uses }) => [place, uses[0]?.node])).toEqual([
      ['a', 'left/l'],
      ['b', 'last'],
      // Both graphs have a node of this name, and one weight.
      ['inside', 'right/r'],
    ]);
  });

  it('that nobody learned are left alone, and the report says so', async () => {
    const wave = Float32Array.from({ length: 64 * 66 }, (_, i) => {
      const [step, line] = [Math.floor(i / 66), i % 66];
      return (line < 33 ? Math.cos : Math.sin)((2 * Math.PI * step * (line % 33)) / 64);
    });
    const artifacts = graphArtifacts(
      [
        placeholder('x', -1, 1, 64, 1),
        ['spectrum', 'Conv2D', ['x', 'table'], convolution()],
        ['mel', 'Conv2D', ['spectrum', 'front/melW'], convolution()],
        ['learned', 'Conv2D', ['mel', 'kernel'], convolution()],
        ['later', 'Conv2D', ['learned', 'back/melW'], convolution()],
      ],
      {
        table: { shape: [1, 64, 1, 66], data: wave },
        'front/melW': noise(1, 1, 66, 8),
        kernel: noise(1, 1, 8, 8),
        'back/melW': noise(1, 1, 8, 8),
      },
    );
    const { report } = await pruneTfjs(artifacts, { sparsity: 0.5 });
    expect(report.weights.map(({ name }) => name)).toEqual(['kernel', 'back/melW']);
    expect(report.leftAlone.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'table: fixed basis: its numbers are waves, as those of a Fourier transform',
      'front/melW: fixed basis: its name says so, and nothing before it is learned',
    ]);
    expect(report.notices.map(({ code }) => code)).toEqual(['fixed-basis']);
  });
});

describe('a pruned graph model', () => {
  it('predicts what the dense one predicts with the same weights zeroed', async () => {
    const constants = {
      a: noise(3, 3, 2, 8),
      bias: noise(8),
      b: noise(128, 4),
      size: whole(-1, 128),
    };
    const graph = (weights: Record<string, ShortConstant>) =>
      graphArtifacts(
        [
          placeholder('x', -1, 4, 4, 2),
          ['conv', '_FusedConv2D', ['x', 'a', 'bias'], convolution(fused('BiasAdd', 'Relu'))],
          ['flat', 'Reshape', ['conv', 'size']],
          ['y', 'MatMul', ['flat', 'b']],
        ],
        weights,
      );
    const { artifacts, report } = await pruneTfjs(graph(constants), { sparsity: 0.7 });
    const kernels = [constants.a, constants.b].map(({ data }) => Float32Array.from(data));
    const count = Math.floor(0.7 * (144 + 512));
    for (const { weight, index } of smallestFirst(kernels).slice(0, count)) kernels[weight]![index] = 0;
    const [a, b] = kernels as [Float32Array, Float32Array];
    const masked = graph({ ...constants, a: { ...constants.a, data: a }, b: { ...constants.b, data: b } });
    expect(artifacts).toEqual(masked);
    expect(report.total.zeros.after).toBe(count);
    const x = tf.randomNormal([2, 4, 4, 2], 0, 1, 'float32', 5);
    expect(await predict(artifacts, x)).toEqual(await predict(masked, x));
  });

  it('of a real one keeps strings, tables and the loop, and classifies', async () => {
    const { json, shards } = languageFiles();
    const dense = decodeTfjs(json, shards);
    const { artifacts, report } = await pruneTfjs(dense, { sparsity: 0.5 });
    expect(report.weights.map(({ name, role, storage }) => [name, role, storage])).toEqual([
      ['dnn/hiddenlayer_0/kernel', 'kernel', 'uint8'],
      ['dnn/hiddenlayer_1/kernel', 'kernel', 'uint8'],
      ['dnn/logits/kernel', 'kernel', 'uint8'],
    ]);
    expect(report.total.zeros.after).toBeGreaterThanOrEqual(Math.floor(report.total.elements / 2));
    const [before, after] = [weightsOf(dense), weightsOf(artifacts)];
    const pruned = new Map(report.weights.map(({ name, zero }) => [name, zero]));
    for (const [name, values] of after) {
      const zero = pruned.get(name);
      const was = before.get(name)!;
      if (zero === undefined) expect(values.every((value, i) => Object.is(value, was[i]))).toBe(true);
      else expect(values.every((value, i) => value === was[i] || value === zero)).toBe(true);
    }
    const { modelJson, shards: written } = encodeTfjs(artifacts);
    expect(
      await languageOf(
        'import { readFile } from "node:fs";\nexport const a: number = 1;\n',
        modelJson,
        written,
      ),
    ).toBe('ts');
    expect(
      await languageOf('def area(r):\n    return 3.14 * r ** 2\n\nprint(area(2))\n', modelJson, written),
    ).toBe('py');
  });
});

const ones = (...shape: readonly number[]): ShortConstant => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
});
const whole = (...data: readonly number[]): ShortConstant => ({ shape: [data.length], data, ints: true });
function noise(...shape: readonly number[]): ShortConstant {
  const length = shape.reduce((a, b) => a * b, 1);
  let state = 12345 + length;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  };
  return { shape, data: Float32Array.from({ length }, next) };
}
const fused = (...ops: readonly string[]): object => ({
  fused_ops: { list: { s: ops.map((op) => text(op).s) } },
  num_args: { i: String(ops.filter((op) => op !== 'Relu').length) },
  epsilon: { f: 0 },
  transpose_a: { b: false },
  transpose_b: { b: false },
});
const call = (name: string): object => ({ func: { name, attr: {} } });

function reasons(artifacts: Parameters<typeof findTfjsWeights>[0]): Record<string, string> {
  return Object.fromEntries(
    findTfjsWeights(artifacts).map(({ name, pruned, reason }) => [
      name,
      `${pruned ? 'prune' : 'leave'}: ${reason}`,
    ]),
  );
}

async function predict(artifacts: object, x: tf.Tensor): Promise<number[]> {
  const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
  return [...(await (model.predict(x) as tf.Tensor).data())];
}
