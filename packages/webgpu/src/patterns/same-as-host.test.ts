import { createPruner, type PrunerOptions, randomScore, tensorScore } from '@synaprune/core';
import { type HostWeight, hostBackend } from '@synaprune/host';
import { afterAll, describe, expect, it } from 'vitest';
import { type WebgpuWeight, webgpuBackend } from '../index.js';
import { createStorage, readFloats } from '../testing/harness.js';
import { useDawn } from '../testing/use-dawn.js';
import { createRandom, DISTRIBUTIONS, fill } from '../testing/values.js';
import { watchDevice } from '../testing/watch-device.js';

/*
 * Patterns, distributions and growth under the same pruner, here and on the host: masks, weights and reports must agree
 * to the bit.
 */

const dawn = await useDawn();

/** A convolution, a matrix that blocks do not divide, and one that they do. */
const SHAPES = [
  [3, 3, 7, 12],
  [33, 70],
  [64, 128],
] as const;

type Options = Pick<PrunerOptions<never, never>, 'pattern' | 'distribution'>;

if ('missing' in dawn) {
  it.skip(`patterns equal to the host's (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  afterAll(() => dawn.close());

  const place = (values: Float32Array, shape: readonly number[]): WebgpuWeight => {
    const buffer = createStorage(device, values.byteLength);
    device.queue.writeBuffer(buffer, 0, values.slice());
    return { buffer, shape };
  };

  const compare = async (
    shapes: readonly (readonly number[])[],
    options: Options,
    ranked: 'magnitude' | 'random' | 'tensor' | 'regrown' = 'magnitude',
  ): Promise<void> => {
    const before = live();
    const random = createRandom(shapes.length + ranked.length);
    const draws = Object.values(DISTRIBUTIONS);
    const draw = (seed: number) =>
      shapes.map((shape, i) => {
        const elements = shape.reduce((product, length) => product * length, 1);
        return fill(elements, draws[random() % draws.length]!, seed + i);
      });
    const [values, scores] = [draw(1), draw(100)];
    const run = <Weight>(toWeight: (values: Float32Array, shape: readonly number[]) => Weight) => {
      const placed = (list: readonly Float32Array[]) => list.map((own, i) => toWeight(own, shapes[i]!));
      const [weights, tensors] = [placed(values), placed(scores)];
      const byTensor = tensorScore<Weight>(({ name }) => tensors[Number(name.split('-')[1])]!);
      const score = {
        magnitude: undefined,
        regrown: undefined,
        random: randomScore({ seed: 5 }),
        tensor: byTensor,
      };
      return {
        weights,
        tensors,
        options: {
          weights: weights.map((weight, i) => ({ name: `weight-${i}`, weight })),
          schedule: (position: number) => [0.2, 0.3, 0.45][position]!,
          ...(options as object),
          ...(score[ranked] && { score: score[ranked] }),
          ...(ranked === 'regrown' && { regrow: { by: byTensor, fraction: 0.3 } }),
        },
      };
    };
    const here = run(place);
    const there = run<HostWeight>((own, shape) => ({ values: own.slice(), shape }));
    const ours = createPruner({ ...here.options, backend: webgpuBackend({ device }) });
    const theirs = createPruner({ ...there.options, backend: hostBackend() });
    for (const position of [0, 1, 2]) {
      expect(await ours.update(position)).toEqual(await theirs.update(position));
      expect(await ours.masks()).toEqual(await theirs.masks());
    }
    expect(await ours.save()).toEqual(await theirs.save());
    for (const [i, { buffer, shape }] of here.weights.entries()) {
      const got = new Uint32Array((await readFloats(device, buffer, 0, shape)).buffer);
      const { buffer: bytes, byteOffset, length } = (there.weights[i] as { values: Float32Array }).values;
      expect(got).toEqual(new Uint32Array(bytes, byteOffset, length));
    }
    ours.dispose();
    theirs.dispose();
    for (const { buffer } of [...here.weights, ...here.tensors]) buffer.destroy();
    expect(live()).toBe(before);
  };

  describe('masks, weights and reports equal to the host, bit for bit, and nothing left behind', () => {
    it.each([
      ['blocks', { pattern: { kind: 'block', shape: [4, 4] } }, SHAPES.slice(1)],
      [
        'blocks by their largest',
        { pattern: { kind: 'block', shape: [2, 3], pool: 'max' } },
        SHAPES.slice(1),
      ],
      [
        'blocks of a convolution',
        { pattern: { kind: 'block', shape: [1, 1, 2, 5], pool: 'l2' } },
        SHAPES.slice(0, 1),
      ],
      ['channels, the first axis', { pattern: { kind: 'channel', axis: 0 } }, SHAPES],
      ['channels, the second axis', { pattern: { kind: 'channel', axis: 1, pool: 'mean' } }, SHAPES],
      ['2 of 4', { pattern: { kind: 'n:m', keep: 2, of: 4, axis: 1 } }, SHAPES],
      ['1 of 3', { pattern: { kind: 'n:m', keep: 1, of: 3, axis: 0 }, distribution: 'uniform' }, SHAPES],
      ['elements, each weight its share', { distribution: 'uniform' }, SHAPES],
    ] as const)('%s', async (_which, options, shapes) => {
      await compare(shapes, options as Options);
      await compare(shapes, options as Options, 'random');
      await compare(shapes, options as Options, 'tensor');
    });

    it.each([
      ['elements', {}],
      ['blocks', { pattern: { kind: 'block', shape: [4, 4] } }],
      ['channels', { pattern: { kind: 'channel', axis: 1 } }],
    ] as const)('growth of %s', async (_which, options) => {
      await compare(SHAPES.slice(1), options as Options, 'regrown');
    });
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}
