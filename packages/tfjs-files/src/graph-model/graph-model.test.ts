import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { takeSlices } from '../elements/change-weight.js';
import { readWholes } from '../elements/read-values.js';
import { replaceWeights } from '../elements/replace-weights.js';
import { convolution, graphArtifacts, placeholder, text } from '../testing/graph-artifacts.js';
import { languageFiles } from '../testing/language-model.js';
import { readAttribute } from './attributes.js';
import { findConstants, writeConstantShape } from './constants.js';
import { readGraphModel } from './graph-model.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the read model of a graph model', () => {
  it('gives nodes, what they take, and their attributes', () => {
    const { main } = readGraphModel(convolutions());
    expect(main.nodes.map(({ name, op }) => `${name} ${op}`)).toEqual([
      'a Const',
      'b Const',
      'size Const',
      'x Placeholder',
      'first Conv2D',
      'second Conv2D',
      'y Reshape',
    ]);
    const second = main.byName.get('second')!;
    expect(second.inputs).toEqual([
      { node: 'first', output: 0 },
      { node: 'b', output: 0 },
    ]);
    expect(second.controls).toEqual(['x']);
    expect(readAttribute(second.json, 'strides')).toEqual([1, 1, 1, 1]);
    expect(readAttribute(second.json, 'padding')).toBe('SAME');
    expect(readAttribute(second.json, 'T')).toBe('DT_FLOAT');
    expect(readAttribute(main.byName.get('x')!.json, 'shape')).toEqual([-1, 4, 4, 1]);
    expect(readAttribute(second.json, 'none')).toBeUndefined();
    expect(main.inputs).toEqual(['x']);
    expect(main.outputs).toEqual([{ node: 'y', output: 0 }]);
  });

  it('finds constants, in functions too, and reads them', () => {
    const { json, shards } = languageFiles();
    const { modelTopology, signature, weightsManifest } = JSON.parse(json);
    const artifacts = {
      modelTopology,
      signature,
      weightSpecs: weightsManifest[0].weights,
      weightData: Uint8Array.from(shards['group1-shard1of1.bin']!).buffer,
    };
    const { weights, bytes } = openArtifacts('test', artifacts);
    const model = readGraphModel(artifacts);
    expect(model.functions.size).toBe(2);
    expect(model.main.outputs.map(({ node }) => node)).toEqual([
      'head/predictions/probabilities',
      'head/Tile',
    ]);
    const constants = findConstants(model, weights);
    expect(constants.length).toBeGreaterThan(70);
    expect(constants.some(({ graph }) => graph !== model.main)).toBe(true);
    const axis = constants.find(({ weight }) => weight.name === 'head/ExpandDims/dim');
    expect(readWholes(axis!.weight, bytes)).toEqual([0]);
  });

  it('is enough to take channels out of a convolution and the one behind it, and tfjs runs the result', async () => {
    const artifacts = convolutions();
    const opened = openArtifacts('test', artifacts);
    const model = readGraphModel(artifacts);
    const constants = new Map(findConstants(model, opened.weights).map((each) => [each.node.name, each]));
    const kept = [0, 2];
    const changes = new Map(
      (
        [
          ['a', 3],
          ['b', 2],
        ] as const
      ).map(([name, axis]) => {
        const { node, weight } = constants.get(name)!;
        const change = takeSlices(weight, opened.bytes, axis, kept);
        writeConstantShape(node, change.shape);
        return [name, change];
      }),
    );
    const smaller = replaceWeights(artifacts, opened, changes, { modelTopology: model.topology });
    expect(smaller.weightSpecs.map(({ shape }) => shape)).toEqual([[3, 3, 1, 2], [1, 1, 2, 2], [2]]);
    const masked = Float32Array.from({ length: 27 }, (_, i) => (i % 3 === 1 ? 0 : Math.sin(i)));
    const x = tf.randomNormal([1, 4, 4, 1], 0, 1, 'float32', 7);
    const got = await predict(smaller, x);
    const wanted = await predict(convolutions(masked), x);
    expect(Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThan(1e-6);
    // What it was made from is as it was.
    expect(artifacts).toEqual(convolutions());
  });
});

function convolutions(first = Float32Array.from({ length: 27 }, (_, i) => Math.sin(i))) {
  return graphArtifacts(
    [
      placeholder('x', -1, 4, 4, 1),
      ['first', 'Conv2D', ['x', 'a'], convolution()],
      ['second', 'Conv2D', ['first', 'b', '^x'], convolution({ note: text('kept') })],
      ['y', 'Reshape', ['second:0', 'size']],
    ],
    {
      a: { shape: [3, 3, 1, 3], data: first },
      b: { shape: [1, 1, 3, 2], data: [1, 2, 3, 4, 5, 6] },
      size: { shape: [2], data: [1, 32], ints: true },
    },
  );
}

async function predict(artifacts: object, x: tf.Tensor): Promise<number[]> {
  const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
  return [...(await (model.predict(x) as tf.Tensor).data())];
}
