import { buildModel } from '@synaprune/onnx/graph';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OnnxRuntime } from '../runtime/runtime.js';
import { useNode } from '../testing/runtimes.js';
import { modelInputs } from './model-inputs.js';
import { openSamples, type SampleOptions } from './open-samples.js';

let ort: OnnxRuntime;
beforeAll(async () => {
  ({ ort } = await useNode());
});

const model = buildModel({
  inputs: { picture: ['batch', 3, 'height', 'width'], ids: { shape: [1, 4], type: 'int64' } },
  nodes: [
    ['Identity', ['picture'], ['y']],
    ['Identity', ['ids'], ['z']],
  ],
  outputs: ['y', 'z'],
});
const open = (options: SampleOptions) => openSamples(ort, 'compareOnnx', model, options);
const picture = { data: new Float32Array(12), dims: [1, 3, 2, 2] };
const ids = new BigInt64Array(4);

it('lists inputs with the names of what they leave open, and their types', () => {
  expect(modelInputs(model)).toEqual([
    {
      name: 'picture',
      dims: [null, 3, null, null],
      names: ['batch', undefined, 'height', 'width'],
      type: 'float32',
    },
    { name: 'ids', dims: [1, 4], names: [undefined, undefined], type: 'int64' },
  ]);
});

describe('samples that are given', () => {
  it.each([
    ['an array', [{ picture, ids }]],
    ['a set', new Set([{ picture, ids }])],
    [
      'a generator',
      (function* () {
        yield { picture, ids };
      })(),
    ],
    ['a function', async () => [{ picture, ids }]],
  ])('come from %s', async (_, inputs) => {
    const { samples, noise, notices } = await open({ inputs });
    expect(samples.map((feeds) => [feeds.picture?.dims, feeds.ids?.type])).toEqual([[[1, 3, 2, 2], 'int64']]);
    expect([noise, notices]).toEqual([false, []]);
  });

  it('are no more than asked for, and the rest is not made', async () => {
    let made = 0;
    function* endless() {
      for (;;) {
        made += 1;
        yield { picture, ids };
      }
    }
    expect((await open({ inputs: endless(), samples: 3 })).samples).toHaveLength(3);
    expect(made).toBe(4);
  });

  it.each<[string, unknown, string]>([
    ['one sample in place of a list', { picture, ids }, 'needs inputs to be an array of samples'],
    ['no sample', [], 'needs at least one sample in inputs, got none'],
    [
      'another name',
      [{ image: picture, ids }],
      'compareOnnx: sample 0: inputs needs "picture", "ids"; "picture" is missing',
    ],
    [
      'another shape',
      [
        { picture, ids },
        { picture: { ...picture, dims: [3, 1, 2, 2] }, ids },
      ],
      'sample 1: input "picture" has the shape [?, 3, ?, ?], got [3, 1, 2, 2]',
    ],
    ['another type', [{ picture, ids: new Int32Array(4) }], 'sample 0: input "ids" needs int64'],
    [
      'NaN',
      [{ picture: { ...picture, data: new Float32Array(12).fill(Number.NaN, 7) }, ids }],
      'input "picture" needs numbers, got NaN at element 7',
    ],
  ])('are refused with %s', async (_, inputs, message) => {
    await expect(open({ inputs: inputs as never })).rejects.toThrow(message);
  });
});

describe('noise', () => {
  it('follows from the seed, fills what is open and is told', async () => {
    const first = await open({ samples: 2, seed: 3, dimensions: { height: 4 } });
    const second = await open({ samples: 2, seed: 3, dimensions: { height: 4 } });
    const other = await open({ samples: 2, seed: 4, dimensions: { height: 4 } });
    const numbers = ({ samples }: typeof first) => samples.map((feeds) => feeds.picture!.data);
    expect(first.samples.map((feeds) => feeds.picture!.dims)).toEqual([
      [1, 3, 4, 224],
      [1, 3, 4, 224],
    ]);
    expect(numbers(second)).toEqual(numbers(first));
    expect(numbers(other)).not.toEqual(numbers(first));
    expect(first.notices).toMatchObject([
      { code: 'noise-inputs', message: expect.stringContaining('(batch = 1, width = 224)') },
    ]);
  });

  it('is normal for floats, 0 and 1 for whole numbers', async () => {
    const { samples } = await open({ samples: 1, dimensions: { height: 64, width: 64 } });
    const data = samples[0]!.picture!.data as Float32Array;
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect([...(samples[0]!.ids!.data as BigInt64Array)].every((id) => id === 0n || id === 1n)).toBe(true);
  });

  it('refuses lengths of what no input leaves open', async () => {
    await expect(open({ dimensions: { heigth: 4 } })).rejects.toThrow(
      'no input of the model leaves "heigth" open; they leave "batch", "height", "width" open',
    );
    await expect(open({ dimensions: { height: 0 } })).rejects.toThrow(
      'dimensions.height to be a whole number',
    );
  });
});
