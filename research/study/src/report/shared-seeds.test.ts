import { expect, it } from 'vitest';
import { shareSeeds } from './shared-seeds.js';

const place = (seed: number) => `seed ${seed}`;

it('leaves equal sets as they are and says nothing', () => {
  const lists = [
    [42, 43],
    [43, 42],
  ];
  expect(shareSeeds(lists, ['a', 'b'], place)).toEqual({ values: lists, count: 2, note: '' });
});

it('keeps the seeds that every arm has and names the others', () => {
  expect(
    shareSeeds(
      [
        [42, 43, 44],
        [43, 44],
      ],
      ['a', 'b'],
      place,
    ),
  ).toEqual({
    values: [
      [43, 44],
      [43, 44],
    ],
    count: 2,
    note: 'over the 2 of 3 that every arm has: b lacks seed 42',
  });
});

it('says that arms without a common seed are not compared like with like', () => {
  expect(shareSeeds([[42], [43]], ['a', 'b'], place)).toEqual({
    values: [[42], [43]],
    count: 0,
    note: 'not of the same runs: a lacks seed 43; b lacks seed 42',
  });
});
