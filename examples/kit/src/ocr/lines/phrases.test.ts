import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { drawPhrase, splitWords, wordsOf } from './phrases.js';

describe('splitWords', () => {
  it('splits at spaces and dashes, makes quotes plain, and leaves out what no font has', () => {
    expect(splitWords('Call me “Ishmael”—ago\nit’s café φ')).toEqual([
      'Call',
      'me',
      '"Ishmael"',
      'ago',
      "it's",
    ]);
  });
});

describe('drawPhrase', () => {
  it('draws words in a row that fit', () => {
    const words = wordsOf('heldOut');
    const book = words.join(' ');
    const random = xoroshiro128plus(7);
    for (let i = 0; i < 100; i += 1) {
      const phrase = drawPhrase(words, 12, random);
      expect(phrase.length).toBeLessThanOrEqual(12);
      expect(phrase.length).toBeGreaterThan(0);
      expect(book).toContain(phrase);
    }
  });

  it('draws the same for the same seed', () => {
    const words = wordsOf('training');
    const draw = () => drawPhrase(words, 12, xoroshiro128plus(3));
    expect(draw()).toBe(draw());
  });
});

it('keeps chapters apart: training has the beginning of the book, measuring its end', () => {
  const [training, heldOut] = [wordsOf('training').join(' '), wordsOf('heldOut').join(' ')];
  expect(training).toContain('Call me Ishmael. Some years ago never mind');
  expect(heldOut).not.toContain('Call me Ishmael');
  expect(heldOut).toMatch(/only found another orphan\.$/);
  expect(training).not.toContain('another orphan.');
});
