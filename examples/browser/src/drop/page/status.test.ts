import { expect, it } from 'vitest';
import { type DropState, EMPTY, type Facts, type Timed } from '../state';
import { statusOf } from './status';

const wish = { unit: 'weight', keep: 0.7, byLayer: false, eights: true } as const;
const busy: DropState = { ...EMPTY, busy: 'Packing …' };
const done: DropState = {
  ...EMPTY,
  made: { wish, gone: {}, share: 0.3, notices: [] },
  after: { raw: 900, gzip: 800, packed: 700 },
  answered: { agreement: 0.98, sameSamples: 1, samples: 8 },
};
const timed: Timed = { before: 2, after: 1, speedup: 2, rounds: 9, scattered: false };

it.each<[string, Timed | null]>([
  ['2.0 times as fast.', timed],
  ['too fast to time.', { ...timed, before: 0, after: 0, speedup: null }],
  ['and times that scatter.', { ...timed, scattered: true }],
  ['not run.', null],
])('says what became of a model, %s', (words, time) => {
  expect(statusOf(busy, { ...done, timed: time })).toBe(
    `Keeping 70\u00a0%: 700\u00a0B packed, 98\u00a0% agreement, ${words}`,
  );
});

it('says so of agreement that was found on noise', () => {
  const ground = { runtime: '', samples: '', noise: true, inputs: [], lengths: {} };
  expect(statusOf(busy, { ...done, ground, timed })).toContain('98\u00a0% agreement, on noise, 2.0 times');
  expect(statusOf(busy, { ...done, ground: { ...ground, noise: false }, timed })).toContain('agreement, 2.0');
});

it('says nothing of a model any more once something went wrong', () => {
  const facts = { name: 'weird', formatName: 'ONNX', bytes: 4000 } as Facts;
  expect(statusOf(EMPTY, { ...EMPTY, facts })).toBe('weird is open: ONNX, 4.00\u00a0kB. Measuring …');
  expect(statusOf(busy, { ...EMPTY, complaint: 'It is empty.' })).toBe('');
  expect(statusOf(busy, { ...done, complaint: 'It is empty.' })).toBe('');
  expect(statusOf(EMPTY, busy)).toBeNull();
});
