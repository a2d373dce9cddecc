import { createPruner, magnitudeOf } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankHalves } from './half-floats.js';
import { hostBackend } from './host-backend.js';
import type { HalfFormat } from './host-weight.js';

/** The value of a binary16 by its definition: sign, five bits of exponent, ten of fraction. */
function float16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The value of a bfloat16: the upper half of a float32. */
function bfloat16(bits: number): number {
  return new Float32Array(new Uint32Array([(bits & 0x7fff) << 16]).buffer)[0]!;
}

const formats: [HalfFormat, (bits: number) => number][] = [
  ['float16', float16],
  ['bfloat16', bfloat16],
];

describe.each(formats)('%s', (format, toNumber) => {
  it('ranks by the value it stands for: all 65536 of them', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const magnitudes = new Int32Array(65536);
    const ranking = rankHalves(bits, format);
    if (ranking instanceof Int32Array) throw new Error('halves are computed');
    ranking(0, 65536, magnitudes);
    for (let i = 0; i < 65536; i += 1) {
      const value = toNumber(i);
      if (Number.isNaN(value)) expect(magnitudes[i]).toBeGreaterThan(magnitudeOf(Number.POSITIVE_INFINITY));
      else expect(magnitudes[i]).toBe(magnitudeOf(value));
    }
  });

  it('is pruned together with float32, exactly, in place, to +0', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint16Array({ minLength: 1, maxLength: 200 }),
        fc.float32Array({ minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 10 }),
        async (halves, floats, tenths) => {
          const [a, b] = [halves.slice(), floats.slice()];
          const ranked = [
            ...[...halves].map((bits, index) => ({ list: 0, index, magnitude: magnitudeOf(toNumber(bits)) })),
            ...[...floats].map((value, index) => ({ list: 1, index, magnitude: magnitudeOf(value) })),
          ].sort((x, y) => x.magnitude - y.magnitude || x.list - y.list || x.index - y.index);
          const gone = ranked.slice(0, Math.floor((tenths * ranked.length) / 10));
          for (const { list, index } of gone) (list === 0 ? halves : floats)[index] = 0;

          const pruner = createPruner({
            backend: hostBackend(),
            weights: [
              { name: 'a', weight: { values: a, shape: [a.length], format } },
              { name: 'b', weight: b },
            ],
            schedule: () => tenths / 10,
          });
          await pruner.update(0);
          // NaN of different payloads are told apart by the library and not by this sort.
          if (ranked.some(({ magnitude }) => magnitude > 0x7f800000)) return;
          expect([...a]).toEqual([...halves]);
          expect([...b]).toEqual([...floats]);
        },
      ),
    );
  });

  it('stays zero through save, restore and a step that revives it', async () => {
    const values = Uint16Array.of(0x3c00, 0x3800, 0xbc01, 0x0001);
    const weights = [{ name: 'w', weight: { values, shape: [2, 2], format } }];
    const create = () => createPruner({ backend: hostBackend(), weights, schedule: () => 0.5 });
    const first = create();
    await first.update(0);
    const second = create();
    values.set([1, 2, 3, 4]);
    await second.restore(await first.save());
    expect([...values]).toEqual([1, 0, 3, 0]);
  });
});

it.each([
  { values: new Uint16Array(2), shape: [2] },
  { values: new Uint16Array(2), shape: [2], format: 'float8' },
  { values: new Float32Array(2), shape: [2], format: 'float16' },
])('refuses %o', (weight) => {
  const weights = [{ name: 'w', weight: weight as never }];
  expect(() => createPruner({ backend: hostBackend(), weights, schedule: () => 0 })).toThrow(TypeError);
});
