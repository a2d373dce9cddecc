import {
  type BlockPattern,
  constantSparsity,
  createPruner,
  type PatternOption,
  type PrunerOptions,
  tensorScore,
} from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import { readWriteBackend } from './read-write-backend.js';
import { scriptKernels } from './script-kernels.js';

/*
 * Blocks, channels, N of M and growth, on the verbs of the host and on the ways that core has around them, held to an
 * oracle that cuts a matrix by rows and columns and adds in float64, where these numbers are exact.
 */

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc
        .array(fc.integer({ min: -6, max: 6 }), { minLength: rows * columns, maxLength: rows * columns })
        .map((list) => Float32Array.from(list, (value) => value / 4)),
    }),
  );

const pattern = fc.oneof(
  fc.record({
    kind: fc.constant('block' as const),
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pool: fc.constantFrom('mean' as const, 'max' as const, 'l2' as const),
  }),
  fc.record({ kind: fc.constant('channel' as const), axis: fc.constantFrom(0, 1) }),
  fc.record({
    kind: fc.constant('n:m' as const),
    keep: fc.constantFrom(1, 2),
    of: fc.constantFrom(3, 4),
    axis: fc.constantFrom(0, 1),
  }),
);

/** Values after the least `share` of a matrix's units are zeroed. */
function oracle({ rows, columns, values }: Matrix, option: PatternOption, share: number): number[] {
  const at = (row: number, column: number) => row * columns + column;
  const out = [...values];
  if (option.kind === 'n:m') {
    const places: { index: number; size: number }[] = [];
    const [lines, length] = option.axis === 0 ? [columns, rows] : [rows, columns];
    for (let line = 0; line < lines; line += 1) {
      for (let from = 0; from < length; from += option.of) {
        const group = Array.from({ length: Math.min(option.of, length - from) }, (_, i) =>
          option.axis === 0 ? at(from + i, line) : at(line, from + i),
        ).map((index) => ({ index, size: Math.abs(values[index]!) }));
        group.sort((a, b) => a.size - b.size || a.index - b.index);
        places.push(...group.slice(0, Math.max(0, group.length - option.keep)));
      }
    }
    places.sort((a, b) => a.size - b.size || a.index - b.index);
    for (const { index } of places.slice(0, Math.floor(share * places.length + 1e-9))) out[index] = 0;
    return out;
  }
  const edges =
    option.kind === 'channel' && 'axis' in option
      ? [option.axis === 0 ? 1 : rows, option.axis === 1 ? 1 : columns]
      : (option as BlockPattern).shape;
  const pool =
    option.kind === 'element' ? 'max' : (option.pool ?? (option.kind === 'channel' ? 'l2' : 'mean'));
  const units: { members: number[]; size: number }[] = [];
  for (let top = 0; top < rows; top += edges[0]!) {
    for (let left = 0; left < columns; left += edges[1]!) {
      const members: number[] = [];
      for (let row = top; row < Math.min(rows, top + edges[0]!); row += 1) {
        for (let column = left; column < Math.min(columns, left + edges[1]!); column += 1)
          members.push(at(row, column));
      }
      const sizes = members.map((index) => Math.abs(values[index]!));
      const sum = sizes.reduce((a, b) => a + b, 0);
      const squares = sizes.reduce((a, b) => a + b * b, 0);
      const size = pool === 'mean' ? sum / members.length : pool === 'max' ? Math.max(...sizes) : squares;
      units.push({ members, size });
    }
  }
  const order = [...units.entries()].sort(([i, a], [j, b]) => a.size - b.size || i - j);
  for (const [, { members }] of order.slice(0, Math.floor(share * units.length + 1e-9))) {
    for (const index of members) out[index] = 0;
  }
  return out;
}

/** A weight in main memory, and one behind two functions, whose backend has none of the verbs for patterns. */
const places = {
  host: (values: Float32Array, shape: readonly number[]) => ({
    backend: hostBackend(),
    weight: { values, shape },
  }),
  script: (values: Float32Array, shape: readonly number[]) => ({
    backend: hostBackend({ kernels: scriptKernels }),
    weight: { values, shape },
  }),
  'two functions': (values: Float32Array, shape: readonly number[]) => ({
    backend: readWriteBackend<string>({
      name: 'two functions',
      shape: () => shape,
      read: () => values,
      write: (_, next) => values.set(next),
    }),
    weight: 'only',
  }),
} as const;

describe.each(Object.keys(places) as (keyof typeof places)[])('patterns on %s', (place) => {
  const open = ({ rows, columns, values }: Matrix, options: Partial<PrunerOptions<never, never>>) => {
    const own = values.slice();
    const { backend, weight } = places[place](own, [rows, columns]);
    const pruner = createPruner({
      backend,
      weights: [{ name: 'w', weight }],
      schedule: constantSparsity(0.5),
      ...options,
    } as never as PrunerOptions<unknown, unknown>);
    return { own, pruner };
  };

  it('are what cutting by hand gives', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, pattern, fc.constantFrom(0, 0.25, 0.5, 1), async (given, option, share) => {
        const whole = option.kind === 'n:m' ? (option.of - option.keep) / option.of : 1;
        const { own, pruner } = open(given, { pattern: option, schedule: () => share * whole });
        await pruner.update(0);
        expect([...own]).toEqual(oracle(given, option, share));
        await pruner.update(1);
        expect([...own]).toEqual(oracle(given, option, share));
      }),
    );
  });

  it('follow a ramp to the very masks of one step, and give them back', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, pattern, async (given, option) => {
        const whole = option.kind === 'n:m' ? (option.of - option.keep) / option.of : 1;
        const ramped = open(given, { pattern: option, schedule: (step: number) => (step / 4) * whole });
        for (const step of [0, 1, 2, 3]) await ramped.pruner.update(step);
        const once = open(given, { pattern: option, schedule: () => 0.75 * whole });
        await once.pruner.update(0);
        const masks = await ramped.pruner.masks();
        expect(masks).toEqual(await once.pruner.masks());
        const again = open(given, { pattern: option, masks: masks as never });
        await again.pruner.enforce();
        expect([...again.own]).toEqual([...ramped.own]);
        expect((await again.pruner.masks())[0]!.bits).toEqual(masks[0]!.bits);
      }),
    );
  });

  it('grow by another score: as many come back as go, the highest of it', async () => {
    const given = { rows: 1, columns: 8, values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    const own = given.values.slice();
    const gradient = Float32Array.of(9, 0, 0, 7, 0, 0, 0, 0);
    const shape = [1, 8];
    const [backend, weight, by] =
      place === 'two functions'
        ? [
            readWriteBackend<Float32Array>({
              name: 'arrays',
              shape: () => shape,
              read: (values) => values,
              write: (values, next) => values.set(next),
            }),
            own,
            gradient,
          ]
        : [hostBackend(), { values: own, shape }, { values: gradient, shape }];
    const pruner = createPruner({
      backend: backend as never,
      weights: [{ name: 'w', weight: weight as never }],
      schedule: () => 0.5,
      regrow: { by: tensorScore(() => by as never), fraction: 0.25 },
    });
    // Four go, and one of the four that are left; then the one of all five whose gradient is largest comes back,
    // as if it had never gone.
    expect(await pruner.update(0)).toMatchObject({ dropped: 4, regrown: 1, sparsity: 0.5 });
    expect([...own]).toEqual([1, 0, 0, 0, 0, 6, 7, 8]);
    expect((await pruner.masks())[0]!.bits).toEqual(Uint8Array.of(0b11100001));
    own[0] = 10;
    // Of 10, 6, 7 and 8 the 6 goes, and the fourth comes back.
    expect(await pruner.update(1)).toMatchObject({ dropped: 0, regrown: 1, sparsity: 0.5 });
    expect((await pruner.masks())[0]!.bits).toEqual(Uint8Array.of(0b11001001));
    expect([...own]).toEqual([10, 0, 0, 0, 0, 0, 7, 8]);
  });
});
