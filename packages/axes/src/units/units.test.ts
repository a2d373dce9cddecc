import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUnits } from './units.js';

const birth = { label: 'w[0]', kind: 'channels' as const };

describe('units', () => {
  it('go together once they are united, and stay once one is held', () => {
    const units = createUnits();
    const [a, b, c] = units.born(3, birth);
    units.unite(a!, b!, 'why');
    expect(units.unitsOf(a!)).toEqual(units.unitsOf(b!));
    units.hold(b!, 'the output');
    expect(units.unitsOf(a!)).toEqual([]);
    expect(units.whyHeld(a!)).toBe('the output');
    expect(units.unitsOf(c!)).toHaveLength(1);
  });

  it('become products, and products of the same make are united part by part', () => {
    const units = createUnits();
    const [whole] = units.born(1, birth);
    const [head, within] = units.born(2, birth);
    units.unite(whole!, units.product([head!, within!]), 'split');
    expect(units.unitsOf(whole!)).toEqual([head, within]);
    const [other, inner] = units.born(2, birth);
    units.unite(whole!, units.product([other!, inner!]), 'split');
    expect([units.unitsOf(other!), units.unitsOf(inner!)]).toEqual([
      units.unitsOf(head!),
      units.unitsOf(within!),
    ]);
  });

  it('a unit that is itself and another lets the other stay', () => {
    const units = createUnits();
    const [a, b] = units.born(2, birth);
    units.unite(a!, units.product([a!, b!]), 'no way to be equal');
    expect(units.unitsOf(b!)).toEqual([]);
    expect(units.unitsOf(a!)).toHaveLength(1);
  });

  it('keep every equation that they were told, whichever units go', () => {
    const term = fc.array(fc.nat(7), { minLength: 1, maxLength: 3 });
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ left: term, right: term }) },
      { weight: 1, arbitrary: fc.record({ held: fc.nat(7) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.infiniteStream(fc.boolean()), (steps, coins) => {
        const units = createUnits();
        const all = units.born(8, birth);
        const equations: (readonly [number, number])[] = [];
        const held: number[] = [];
        for (const each of steps) {
          if ('held' in each) {
            units.hold(all[each.held]!, 'held');
            held.push(all[each.held]!);
            continue;
          }
          const [left, right] = [each.left, each.right].map((list) =>
            units.product(list.map((i) => all[i]!)),
          );
          units.unite(left!, right!, 'equal');
          equations.push([left!, right!]);
        }
        const gone = new Set(
          units.survey().groups.flatMap((group) => group.units.filter(() => coins.next().value)),
        );
        const goes = (one: number) => units.unitsOf(one).some((unit) => gone.has(unit));
        for (const [left, right] of equations) expect(goes(left)).toBe(goes(right));
        for (const one of held) expect(goes(one)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
