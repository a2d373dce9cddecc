import { buildModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { channelGroups } from '../index.js';

const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));

it.each([1, 2])(
  'what a weight makes can go, whatever it reads: %i groups, of an input without a shape',
  (group) => {
    const bytes = buildModel({
      inputs: { x: { type: 'float32' } },
      tensors: {
        first: { shape: [8, 4 / group, 3], data: wave(96 / group) },
        second: { shape: [2, 8, 3], data: wave(48) },
      },
      nodes: [
        ['Conv', ['x', 'first'], ['h'], { group }],
        ['Conv', ['h', 'second'], ['y']],
      ],
      outputs: ['y'],
    });
    const { groups } = channelGroups(bytes);
    expect(groups.map(({ members }) => members.map(({ tensor, axis }) => `${tensor}[${axis}]`))).toEqual([
      ['first[0]', 'second[1]'],
    ]);
  },
);
