import { describe, expect, it } from 'vitest';
import { patchMethod } from './patch-method.js';

class Counter {
  label = 'own';
  name(): string {
    return this.label;
  }
}
const wrap = (mark: string) => (inner: () => string) => () => `${mark}(${inner()})`;

describe('patchMethod', () => {
  it.each([
    [
      [0, 1, 2],
      ['c(b(own))', 'c(own)', 'own'],
    ],
    [
      [2, 1, 0],
      ['b(a(own))', 'a(own)', 'own'],
    ],
    [
      [1, 0, 2],
      ['c(a(own))', 'c(own)', 'own'],
    ],
  ] as const)('leaves nothing behind when three let go in the order %j', (order, expected) => {
    const counter = new Counter();
    const releases = ['a', 'b', 'c'].map((mark) => patchMethod(counter, 'name', wrap(mark)));
    expect(counter.name()).toBe('c(b(a(own)))');
    expect(Object.keys(counter)).toEqual(['label']);
    const seen = order.map((i) => {
      releases[i]!();
      releases[i]!();
      return counter.name();
    });
    expect(seen).toEqual(expected);
    expect(Object.hasOwn(counter, 'name')).toBe(false);
    expect(new Counter().name()).toBe('own');
  });

  it('gives an own property back as it was', () => {
    const counter = new Counter();
    counter.name = () => 'replaced';
    const before = Object.getOwnPropertyDescriptor(counter, 'name');
    const release = patchMethod(counter, 'name', wrap('a'));
    expect(counter.name()).toBe('a(replaced)');
    release();
    expect(Object.getOwnPropertyDescriptor(counter, 'name')).toEqual(before);
  });

  it('lets a foreign patch around it stay, without the hooks that have gone', () => {
    const counter = new Counter();
    const first = patchMethod(counter, 'name', wrap('a'));
    const inner = counter.name.bind(counter);
    const foreign = () => `foreign(${inner()})`;
    counter.name = foreign;
    const second = patchMethod(counter, 'name', wrap('b'));
    expect(counter.name()).toBe('b(foreign(a(own)))');
    first();
    expect(counter.name()).toBe('b(foreign(own))');
    second();
    expect(counter.name).toBe(foreign);
    expect(counter.name()).toBe('foreign(own)');
  });

  it('counts one function given twice as two hooks', () => {
    const counter = new Counter();
    const make = wrap('a');
    const [first, second] = [patchMethod(counter, 'name', make), patchMethod(counter, 'name', make)];
    expect(counter.name()).toBe('a(a(own))');
    first();
    first();
    expect(counter.name()).toBe('a(own)');
    second();
    expect(Object.hasOwn(counter, 'name')).toBe(false);
  });

  it('refuses what is no method', () => {
    expect(() => patchMethod(new Counter(), 'label', (inner) => inner)).toThrow(TypeError);
  });
});
