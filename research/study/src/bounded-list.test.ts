import { expect, it } from 'vitest';
import { z } from 'zod';
import { boundedList } from './bounded-list.js';

const list = boundedList(z.strictObject({ size: z.number() }), 1_000_000);
const issuesOf = (value: unknown) =>
  list.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

it('takes a list of what it is for', () => {
  expect(list.parse([{ size: 1 }, { size: 2 }])).toEqual([{ size: 1 }, { size: 2 }]);
});

it('complains once, of the first bad item, however many there are', () => {
  expect(issuesOf(Array(1_000_000).fill(null))).toEqual(['0: Invalid input: expected object, received null']);
  expect(issuesOf([{ size: 1 }, { size: '1' }, null])).toEqual([
    '1.size: Invalid input: expected number, received string',
  ]);
});

it('looks at no item of a list that is too long, and at nothing that is no list', () => {
  expect(issuesOf(Array(1_000_001).fill({ size: 1 }))).toEqual([
    ': needs at most 1000000 items, got 1000001',
  ]);
  expect(issuesOf(null)).toEqual([': Invalid input: expected array, received null']);
  expect(issuesOf({ length: 1 })).toEqual([': Invalid input: expected array, received object']);
});
