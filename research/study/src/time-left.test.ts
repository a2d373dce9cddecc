import { expect, it } from 'vitest';
import { madeUpSpec } from './store/testing/made-up-run.js';
import { createTimeLeft, likenessOf, sayTime } from './time-left.js';

const long = madeUpSpec({ length: 60 });
const short = madeUpSpec({ length: 1 });
const other = madeUpSpec({ model: 'patch' });

it('knows nothing before it has learnt', () => {
  expect(createTimeLeft(likenessOf).work([short], 3)).toBeUndefined();
});

it('takes the mean of the most like runs it knows', () => {
  const timeLeft = createTimeLeft(likenessOf);
  timeLeft.learn(long, 10);
  timeLeft.learn(long, 14);
  expect(timeLeft.work([long, long], 0)).toBe(24);
  timeLeft.learn(short, 3);
  expect(timeLeft.work([short], 0)).toBe(3);
  // A length it has not met takes as long as the model does on average: 9 seconds; so does another model.
  expect(timeLeft.work([madeUpSpec({ length: 7 })], 0)).toBe(9);
  timeLeft.learn(other, 33);
  expect(timeLeft.work([madeUpSpec({ length: 7 })], 0)).toBe(9);
  expect(timeLeft.work([madeUpSpec({ model: 'gru' }), other], 2)).toBe(15 + 33 + 2 * 15);
});

it('says times as people do', () => {
  expect([0.2, 40, 99.4, 99.5, 3600, 5970, 7500].map(sayTime)).toEqual([
    '1 s',
    '40 s',
    '99 s',
    '2 min',
    '60 min',
    '1 h 40 min',
    '2 h 05 min',
  ]);
});
