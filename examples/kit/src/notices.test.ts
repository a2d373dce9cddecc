import { expect, it } from 'vitest';
import { gatherNotices, noticeText, tellNotices } from './notices.js';

const emptied = { code: 'weight-emptied', message: 'nothing is left of "a"', weights: ['a'] };
const other = { ...emptied, weights: ['b'] };

it('gathers each notice once, however often an update gives it', () => {
  const gathered = gatherNotices();
  gathered.add([emptied]);
  gathered.add([emptied, other, { code: 'x', message: 'one' }]);
  gathered.add([{ code: 'x', message: 'two' }]);
  expect(gathered.all()).toEqual([
    emptied,
    other,
    { code: 'x', message: 'one' },
    { code: 'x', message: 'two' },
  ]);
});

it('tells of each code once for an arm, with how many runs had it', () => {
  const told = tellNotices([
    { who: 'none', notices: [] },
    { who: 'pruning', notices: [emptied, other] },
    { who: 'pruning', notices: [] },
    { who: 'pruning', notices: [emptied] },
  ]);
  expect(told.map(noticeText)).toEqual(['pruning, in 2 of 3 runs: weight-emptied: nothing is left of "a"']);
});

it('lets nothing through to a terminal that drives it', () => {
  const [told] = tellNotices([{ who: 'a', notices: [{ code: 'x', message: 'm\u001b[2J\nn' }] }]);
  expect(noticeText(told!)).toBe('a: x: m\\u001b[2J\\u000an');
});
