import { describe, expect, it } from 'vitest';
import { chanceOf, errorRate, scoreAnswers } from './scores.js';

describe('errorRate', () => {
  it('counts letters inserted, left out and exchanged, for each letter of the truth', () => {
    // kitten → sitting: two exchanged, one inserted; sitting has seven letters.
    expect(errorRate(['kitten'], ['sitting'])).toBeCloseTo(3 / 7, 12);
  });

  it('weighs lines by their letters', () => {
    expect(errorRate(['abcdefgh', ''], ['abcdefgh', 'xy'])).toBeCloseTo(2 / 10, 12);
  });

  it('is 1 where nothing is read, and more where too much is', () => {
    expect(errorRate([''], ['whale'])).toBe(1);
    expect(errorRate(['aaaa'], ['b'])).toBe(4);
  });
});

describe('scoreAnswers', () => {
  const answers = (...texts: string[]) => texts.map((text) => ({ text }));

  it('tells agreement with the dense model from being right', () => {
    const scores = scoreAnswers(
      { distance: (answers, dense) => answers.length + 10 * dense.length, error: errorRate },
      answers('whole', 'lime', 'ship'),
      ['whale', 'lime', 'ship'],
      answers('whole', 'line', 'ship'),
    );
    expect(scores.rightLines).toBeCloseTo(2 / 3, 12);
    expect(scores.sameLines).toBeCloseTo(2 / 3, 12);
    expect(scores.error).toBeCloseTo(1 / 13, 12);
    expect(scores.distance).toBe(33);
  });
});

it('counts as chance the agreement of the commonest answer alone', () => {
  expect(chanceOf(['turned', 'upright', 'turned', 'turned'])).toBe(0.75);
  expect(chanceOf(['a', 'b', 'c', 'd', 'e'])).toBe(0.2);
});
