import { describe, expect, it } from 'vitest';
import { readSelect, selectWeights } from './selectors.js';

const weights = ['lstm/kernel', 'lstm/recurrent_kernel', 'lstm/bias', 'dense/kernel'].map((name) => ({
  name,
  shape: name.endsWith('bias') ? [4] : [4, 4],
}));
const names = (...selectors: Parameters<typeof selectWeights>[1]) =>
  selectWeights(weights, selectors).map(({ name }) => name);

describe('selectWeights', () => {
  it('picks by exact name, by pattern and by predicate', () => {
    expect(names('lstm/kernel')).toEqual(['lstm/kernel']);
    expect(names(/kernel$/)).toEqual(['lstm/kernel', 'lstm/recurrent_kernel', 'dense/kernel']);
    expect(names(({ shape }) => shape.length === 1)).toEqual(['lstm/bias']);
  });

  it('keeps the order of the weights and picks none twice', () => {
    expect(names('dense/kernel', /^lstm.kernel/, 'lstm/kernel')).toEqual(['lstm/kernel', 'dense/kernel']);
  });

  it('picks the same with a global pattern each time', () => {
    const pattern = /kernel/g;
    expect(names(pattern)).toEqual(names(pattern));
  });

  it('throws for a selector that matches nothing, and lists what did match and what there is', () => {
    const act = () =>
      names('lstm/kernel', 'lstm/kernle', /^conv/, function large() {
        return false;
      });
    expect(act).toThrow(
      'no weight matches "lstm/kernle" or /^conv/ or the predicate large; the other selectors matched "lstm/kernel"; ' +
        'there are "lstm/kernel", "lstm/recurrent_kernel", "lstm/bias", "dense/kernel"',
    );
    expect(act).toThrow(expect.objectContaining({ code: 'unmatched-selector' }));
  });

  it('takes no part of a name for the name', () => {
    expect(() => names('kernel')).toThrow('no weight matches "kernel"');
  });

  it('says what a name that is misspelt may have meant', () => {
    expect(() => names('lstm/kernle')).toThrow(
      'no weight matches "lstm/kernle"; did you mean "lstm/kernel"; there are "lstm',
    );
  });

  it('refuses a selector of another type', () => {
    expect(() => names(7 as never)).toThrow(TypeError);
  });
});

describe('readSelect', () => {
  it('makes lists of every way to write a selection', () => {
    const nothing = { include: undefined, exclude: [], minElements: undefined };
    const predicate = () => true;
    expect(readSelect('door', undefined)).toEqual(nothing);
    expect(readSelect('door', {})).toEqual(nothing);
    expect(readSelect('door', /kernel/)).toEqual({ ...nothing, include: [/kernel/] });
    expect(readSelect('door', ['a', predicate])).toEqual({ ...nothing, include: ['a', predicate] });
    expect(readSelect('door', { include: 'a', exclude: [/b/], minElements: 4 })).toEqual({
      include: ['a'],
      exclude: [/b/],
      minElements: 4,
    });
  });

  it.each([
    [5, 'door needs select to be an object, got 5'],
    [[5], 'door needs select to be names, patterns and predicates, one or an array of them; got 5'],
    [{ include: 5 }, 'door needs select.include to be names, patterns and predicates'],
    [{ exclude: [null] }, 'door needs select.exclude to be names, patterns and predicates'],
    [{ exlude: [] }, 'door has no option "exlude" in select; did you mean "exclude"?'],
    [{ minElements: 1.5 }, 'door needs select.minElements to be a whole number of at least 0, got 1.5'],
  ])('refuses %j', (select, message) => {
    expect(() => readSelect('door', select as never)).toThrow(message);
  });
});
