import { type Birth, createUnits, type Term } from '../units/units.js';
import type { Axes } from './axes-api.js';
import type { Axis, AxisState, Side } from './axis.js';
import { type Dim, divideDim, productOf, showDim } from './dim.js';

/** Thrown where two axes that have to be equally long are not. */
export class SizesDiffer extends Error {
  override name = 'SizesDiffer';
}

/** Most indices of an axis that are followed one by one; what a file says may be any number. */
const MOST_INDICES = 2 ** 22;
/** Most of all axes that are made. */
const MOST_OF_ALL = 2 ** 25;

const NO_AXES: readonly Axis[] = [];

export function createAxes(): Axes {
  const units = createUnits();
  const all: Axis[] = [];
  let followed = 0;

  const make = (dim: Dim, state: AxisState, sources: readonly Axis[] = NO_AXES): Axis => ({
    dim,
    state,
    sources,
    sides: new Set(),
  });
  const resolve = (axis: Axis): Axis => {
    let at = axis;
    while (at.state.kind === 'same') at = at.state.as;
    // Long ways are walked once.
    for (let from = axis; from !== at; ) {
      const next = (from.state as { as: Axis }).as;
      from.state = { kind: 'same', as: at };
      from = next;
    }
    return at;
  };
  const of = (terms: Int32Array, sources?: readonly Axis[]): Axis => {
    const axis = make(terms.length, { kind: 'units', terms }, sources);
    all.push(axis);
    return axis;
  };
  const give = (axis: Axis, terms: Int32Array): Int32Array => {
    axis.state = { kind: 'units', terms };
    all.push(axis);
    return terms;
  };
  const held = (dim: Dim, why: string): Axis => make(dim, { kind: 'held', why });

  /** Why so many indices are not followed. */
  const tooMany = (indices: number): string | undefined => {
    followed += indices;
    return indices > MOST_INDICES || followed > MOST_OF_ALL
      ? `its axis, or one made of it, has ${indices} indices, which are too many to follow`
      : undefined;
  };

  function termsOf(given: Axis): Int32Array | undefined {
    const axis = resolve(given);
    switch (axis.state.kind) {
      case 'units':
        return axis.state.terms;
      case 'free':
        if ((axis.dim as number) > MOST_INDICES) {
          axis.state = { kind: 'held', why: tooMany(axis.dim as number)! };
          return undefined;
        }
        return give(axis, units.born(axis.dim as number, axis.state.birth));
      default:
        return undefined;
    }
  }

  /** Every index of an axis as a term, also where it stays. */
  const everyTerm = (axis: Axis): Int32Array => {
    const terms = termsOf(axis);
    if (terms !== undefined) return terms;
    return new Int32Array(axis.dim as number).fill(units.held(whyHeld(axis) ?? 'it is no axis of a weight'));
  };

  function whyHeld(given: Axis): string | undefined {
    const axis = resolve(given);
    if (axis.state.kind === 'held') return axis.state.why;
    if (axis.state.kind === 'merged') {
      const whys = axis.state.factors.map(whyHeld);
      return whys.includes(undefined) ? undefined : whys[0];
    }
    return undefined;
  }

  function hold(given: Axis, why: string): void {
    const axis = resolve(given);
    const { state } = axis;
    if (state.kind === 'units') for (const term of new Set(state.terms)) units.hold(term, why);
    else if (state.kind === 'merged') for (const factor of state.factors) hold(factor, why);
    else if (state.kind === 'free') axis.state = { kind: 'held', why };
  }

  function unite(first: Axis, second: Axis, why: string): void {
    const [a, b] = [resolve(first), resolve(second)];
    if (a === b) return;
    if (typeof a.dim === 'number' && typeof b.dim === 'number' && a.dim !== b.dim) {
      throw new SizesDiffer(`${why}: one axis has ${a.dim} indices, the other ${b.dim}`);
    }
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (one.state.kind === 'merged' && typeof other.dim === 'number') settleMerged(one, other.dim, why);
    }
    if (a.state.kind === 'same' || b.state.kind === 'same') {
      unite(a, b, why);
      return;
    }
    if (a.state.kind === 'merged' || b.state.kind === 'merged') {
      if (sameFactors(a, b)) {
        for (const [i, factor] of factorsOf(a).entries()) unite(factor, factorsOf(b)[i]!, why);
        return;
      }
      hold(a, whyHeld(b) ?? why);
      hold(b, whyHeld(a) ?? why);
    } else if (a.state.kind === 'held') hold(b, a.state.why);
    else if (b.state.kind === 'held') hold(a, b.state.why);
    else if (typeof a.dim !== 'number' || typeof b.dim !== 'number') {
      hold(a, why);
      hold(b, why);
    } else if (a.state.kind === 'free') a.state = { kind: 'same', as: b };
    else if (b.state.kind === 'free') b.state = { kind: 'same', as: a };
    else {
      const [left, right] = [a.state.terms, b.state.terms];
      if (left !== right) for (let i = 0; i < left.length; i += 1) units.unite(left[i]!, right[i]!, why);
    }
  }

  function sameFactors(a: Axis, b: Axis): boolean {
    const [left, right] = [factorsOf(a), factorsOf(b)];
    return (
      left.length === right.length && left.every(({ dim }, i) => showDim(dim) === showDim(right[i]!.dim))
    );
  }

  /** A merged axis whose length is known at last. */
  function settleMerged(axis: Axis, size: number, why: string): void {
    const { factors } = axis.state as { factors: readonly Axis[] };
    const open = factors.filter(({ dim }) => typeof dim !== 'number');
    const rest = divideDim(
      size,
      productOf(factors.flatMap(({ dim }) => (typeof dim === 'number' ? [dim] : []))),
    );
    if (open.length !== 1 || typeof rest !== 'number') {
      hold(axis, why);
      axis.state = { kind: 'held', why };
      return;
    }
    const known = factors.map((factor) =>
      factor === open[0] ? held(rest, whyHeld(factor) ?? 'its length is left open') : factor,
    );
    axis.state = { kind: 'same', as: merge(known) };
  }

  function factorsOf(given: Axis): readonly Axis[] {
    const axis = resolve(given);
    return axis.state.kind === 'merged' ? axis.state.factors.flatMap(factorsOf) : [axis];
  }

  function pick(given: Axis, indices: readonly number[]): Axis {
    const why = whyHeld(given) ?? tooMany(indices.length);
    if (why !== undefined) hold(given, why);
    const terms = why === undefined ? termsOf(given) : undefined;
    if (terms === undefined) return held(indices.length, why ?? whyHeld(given) ?? 'its length is left open');
    const picked = new Int32Array(indices.length);
    for (let i = 0; i < picked.length; i += 1) picked[i] = terms[indices[i]!]!;
    return of(picked, [given]);
  }

  function join(axes: readonly Axis[]): Axis {
    const [only] = axes;
    if (axes.length === 1) return only!;
    if (axes.every((axis) => whyHeld(axis) !== undefined)) {
      const numbers = axes.map(({ dim }) => dim);
      const dim = numbers.every((each) => typeof each === 'number')
        ? numbers.reduce<number>((sum, each) => sum + (each as number), 0)
        : { times: 1, names: [numbers.map(showDim).join('+')] };
      return held(dim, whyHeld(only!)!);
    }
    if (axes.some(({ dim }) => typeof dim !== 'number')) {
      const why = 'it stands beside an axis whose length is left open';
      for (const axis of axes) hold(axis, why);
      return join(axes.map((axis) => held(axis.dim, whyHeld(axis) ?? why)));
    }
    const total = axes.reduce((sum, { dim }) => sum + (dim as number), 0);
    const why = tooMany(total);
    if (why !== undefined) {
      for (const axis of axes) hold(axis, why);
      return held(total, why);
    }
    const parts = axes.map(everyTerm);
    const terms = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      terms.set(part, at);
      at += part.length;
    }
    return of(terms, axes);
  }

  function merge(axes: readonly Axis[]): Axis {
    if (axes.length === 1) return axes[0]!;
    const dim = productOf(axes.map((axis) => axis.dim));
    if (axes.every((axis) => whyHeld(axis) !== undefined)) {
      // Kept apart, as it may be split again.
      return make(dim, { kind: 'merged', factors: axes });
    }
    if (typeof dim !== 'number') return make(dim, { kind: 'merged', factors: axes });
    const why = tooMany(dim);
    if (why !== undefined) {
      for (const axis of axes) hold(axis, why);
      return make(dim, { kind: 'merged', factors: axes.map((axis) => held(axis.dim, whyHeld(axis) ?? why)) });
    }
    let terms: Int32Array = everyTerm(axes[0]!);
    for (const axis of axes.slice(1)) {
      const inner = everyTerm(axis);
      const outer = terms;
      terms = new Int32Array(outer.length * inner.length);
      for (let i = 0; i < outer.length; i += 1) {
        for (let j = 0; j < inner.length; j += 1) {
          terms[i * inner.length + j] = units.product([outer[i]!, inner[j]!]);
        }
      }
    }
    return of(terms, axes);
  }

  function split(axis: Axis, sizes: readonly number[], birth: Birth): readonly Axis[] {
    const why = whyHeld(axis);
    const terms = why === undefined ? termsOf(axis) : undefined;
    if (terms === undefined) {
      return sizes.map((size) => held(size, why ?? whyHeld(axis) ?? 'its length is left open'));
    }
    const one = (size: number, otherwise: () => Axis) =>
      size === 1 ? held(1, 'it has one index') : otherwise();
    if (sizes.filter((size) => size !== 1).length === 1) return sizes.map((size) => one(size, () => axis));
    const parts = sizes.map((size, i) => {
      const label = `${birth.label}, factor ${i + 1} of ${sizes.join('×')}`;
      return one(size, () => of(units.born(size, { ...birth, label }), [axis]));
    });
    const merged = everyTerm(merge(parts));
    for (let i = 0; i < terms.length; i += 1) units.unite(terms[i]!, merged[i]!, birth.label);
    return parts;
  }

  function mark(axis: Axis, side: Side): void {
    // An axis made of many is walked once a side.
    const open = [axis];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.sides.has(side)) continue;
      at.sides.add(side);
      open.push(...at.sources);
    }
  }

  return {
    units,
    all,
    free: (size, birth) => make(size, { kind: 'free', birth }),
    held,
    of,
    born: (size, birth) => {
      const why = tooMany(size);
      return why === undefined ? of(units.born(size, birth)) : held(size, why);
    },
    unite,
    hold,
    termsOf,
    mayLose: (axis) => {
      const { state } = resolve(axis);
      if (state.kind === 'free') return true;
      if (state.kind === 'units') return state.terms.some((term: Term) => units.unitsOf(term).length > 0);
      return state.kind === 'merged' && whyHeld(axis) === undefined;
    },
    whyHeld,
    mark,
    markBatch: (axis) => {
      for (const factor of factorsOf(axis)) for (const term of termsOf(factor) ?? []) units.markBatch(term);
    },
    pick,
    join,
    merge,
    split,
    factorsOf,
    resolve,
  };
}
