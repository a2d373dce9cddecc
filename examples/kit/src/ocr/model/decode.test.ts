import { describe, expect, it } from 'vitest';
import { decode } from './decode.js';

const letters = ['', 'a', 'b', ' '];

/** Probabilities whose likeliest class is the one given, column by column. */
function columns(...classes: number[]): Float32Array {
  return Float32Array.from(classes.flatMap((best) => letters.map((_, k) => (k === best ? 0.7 : 0.1))));
}

describe('decode', () => {
  it('merges repeats, and keeps doubles that a blank separates', () => {
    expect(decode(columns(1, 1, 0, 1, 2, 2, 0), letters)).toBe('aab');
  });

  it('reads nothing in blanks', () => {
    expect(decode(columns(0, 0, 0), letters)).toBe('');
  });

  it('drops spaces at the ends and makes several in a row one', () => {
    expect(decode(columns(3, 1, 3, 0, 3, 2, 3), letters)).toBe('a b');
  });
});
