import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { findWeights, tensorFromFloat32 } from '../index.js';
import { modelOf } from '../testing/small-models.js';

const values = Float32Array.from({ length: 128 }, (_, i) => (i % 4 === 0 ? 0 : i));
const model = () =>
  modelOf({ tensors: [tensorFromFloat32('w', values, [8, 16])], nodes: [['MatMul', ['x', 'w'], ['y']]] });

it('a weight shows its zeros wherever all of it is shown', () => {
  const [weight] = findWeights(model());
  expect(inspect(findWeights(model())[0])).toContain('zeros: 32');
  expect(JSON.parse(JSON.stringify(weight))).toMatchObject({ name: 'w', zeros: 32 });
  expect({ ...weight }).toMatchObject({ elements: 128, zeros: 32 });
  expect(structuredClone(weight)).toEqual({ ...weight });
  expect(findWeights(model())).toEqual([{ ...weight }]);
});

it.each([{}, { select: { include: ['w'] } }, { select: { exclude: ['w'] } }])(
  'zeros are counted once, and not before they are asked for: %j',
  (options) => {
    const bytes = model();
    const [weight] = findWeights(bytes, options);
    bytes.fill(0);
    expect(weight!.zeros).toBe(128);
    bytes.fill(1);
    expect(weight!.zeros).toBe(128);
  },
);
