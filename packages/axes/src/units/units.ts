/** A term: a unit, or several of which any takes with it what the term stands for. A number without meaning. */
export type Term = number;

/** Units that came into being side by side, as the rows of a weight. */
export interface Birth {
  /** For reports: `conv1.weight[0]`. */
  readonly label: string;
  readonly kind: UnitKind;
}

/** What units are, for reports and for choices between two ways to cut: see `chooseGroups`. */
export type UnitKind = 'channels' | 'units' | 'copies';

/**
 * What has to go together. Everything is a term: a *unit* goes or stays; a *product* of units goes when any of them
 * does, as the element `(head, dimension)` of an axis that is split in two goes with its head and with its dimension.
 * Two terms that are made equal go together from then on; one that is held stays.
 */
export interface Units {
  /** Fresh units, side by side. */
  born(count: number, birth: Birth): Int32Array;
  /** A term that stays. */
  held(why: string): Term;
  /** What goes when any of `terms` does. */
  product(terms: readonly Term[]): Term;
  /** From now on the two go together. @param why what holds them where only that can make them equal */
  unite(a: Term, b: Term, why: string): void;
  /** From now on the term stays. */
  hold(term: Term, why: string): void;
  /** The units that a term is of, as they are known by now; none where it stays. */
  unitsOf(term: Term): readonly number[];
  /** The same with those that stay. */
  partsOf(term: Term): readonly number[];
  /** What holds a term that stays. */
  whyHeld(term: Term): string | undefined;
  /** Tells apart units that serve as rows of products of values, as heads do. */
  markBatch(term: Term): void;
  /** All births, and all units that are still units of their own. */
  survey(): Survey;
}

/** Units by the births that they share: those that were made equal brought their births together. */
export interface Survey {
  readonly groups: readonly UnitGroup[];
  /** Of every unit that is free, the number of its group. */
  groupOf(unit: number): number;
  /** Every product with more than one free unit. */
  readonly products: readonly (readonly number[])[];
}

/** Free units that stand side by side. */
export interface UnitGroup {
  readonly births: readonly Birth[];
  readonly units: readonly number[];
  readonly batch: boolean;
}

const FREE = 0;
const HELD = 1;
const PRODUCT = 2;

export function createUnits(): Units {
  const parent: number[] = [];
  const state: number[] = [];
  const birthOf: number[] = [];
  const batch = new Set<number>();
  const factors = new Map<Term, readonly Term[]>();
  const whys = new Map<Term, string>();
  const births: Birth[] = [];
  const birthParent: number[] = [];
  const known = new Map<string, Term>();

  const fresh = (kind: number, birth: number): Term => {
    const term = parent.length;
    parent.push(term);
    state.push(kind);
    birthOf.push(birth);
    return term;
  };
  const find = (term: Term): Term => {
    let root = term;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = term; at !== root; ) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const findBirth = (birth: number): number => {
    let root = birth;
    while (birthParent[root] !== root) root = birthParent[root]!;
    birthParent[birth] = root;
    return root;
  };

  function gather(term: Term, into: number[], withHeld = false): void {
    const root = find(term);
    if (state[root] === HELD && !withHeld) return;
    if (state[root] !== PRODUCT) {
      if (!into.includes(root)) into.push(root);
      return;
    }
    for (const factor of factors.get(root)!) gather(factor, into, withHeld);
  }
  const unitsOf = (term: Term): number[] => {
    const units: number[] = [];
    gather(term, units);
    return units;
  };

  function hold(term: Term, why: string): void {
    for (const unit of unitsOf(term)) {
      state[unit] = HELD;
      whys.set(unit, why);
    }
  }

  function link(from: Term, to: Term): void {
    parent[from] = to;
    if (batch.has(from)) batch.add(to);
    const [a, b] = [birthOf[from]!, birthOf[to]!];
    if (a >= 0 && b >= 0) birthParent[findBirth(a)] = findBirth(b);
  }

  function whyHeld(term: Term): string | undefined {
    const root = find(term);
    if (state[root] === HELD) return whys.get(root);
    if (state[root] === FREE || unitsOf(root).length > 0) return undefined;
    return factors
      .get(root)!
      .map(whyHeld)
      .find((why) => why !== undefined);
  }

  function unite(a: Term, b: Term, why: string): void {
    const [x, y] = [find(a), find(b)];
    if (x === y) return;
    if (state[x] === FREE && state[y] === FREE) {
      link(x, y);
      return;
    }
    const [left, right] = [unitsOf(x), unitsOf(y)];
    if (left.length === 0 || right.length === 0) {
      hold(x, whyHeld(y) ?? why);
      hold(y, whyHeld(x) ?? why);
      return;
    }
    const only = (units: readonly number[], others: readonly number[]) =>
      units.filter((unit) => !others.includes(unit));
    const [rest, other] = [only(left, right), only(right, left)];
    if (rest.length === other.length) {
      // In their order: (head, dimension) with (head, dimension).
      for (const [i, unit] of rest.entries()) {
        const [p, q] = [find(unit), find(other[i]!)];
        if (p !== q && state[p] === FREE && state[q] === FREE) link(p, q);
        else unite(p, q, why);
      }
    } else if (left.length === 1 && other.length === right.length) become(left[0]!, y, right);
    else if (right.length === 1 && rest.length === left.length) become(right[0]!, x, left);
    else for (const unit of [...rest, ...other]) hold(unit, why);
  }

  /** A unit turns out to be a product of others. */
  function become(unit: number, product: Term, units: readonly number[]): void {
    parent[unit] = product;
    if (batch.has(unit)) for (const each of units) batch.add(each);
  }

  return {
    born(count, birth) {
      const number = births.push(birth) - 1;
      birthParent.push(number);
      return Int32Array.from({ length: count }, () => fresh(FREE, number));
    },
    held(why) {
      const before = known.get(why);
      if (before !== undefined) return before;
      const term = fresh(HELD, -1);
      whys.set(term, why);
      known.set(why, term);
      return term;
    },
    product(terms) {
      const free = terms.filter((term) => state[find(term)] !== HELD);
      if (free.length === 1) return free[0]!;
      if (free.length === 0) return terms[0]!;
      const term = fresh(PRODUCT, -1);
      factors.set(term, free);
      return term;
    },
    unite,
    hold,
    unitsOf,
    partsOf(term) {
      const parts: number[] = [];
      gather(term, parts, true);
      return parts;
    },
    whyHeld,
    markBatch(term) {
      for (const unit of unitsOf(term)) batch.add(unit);
    },
    survey: () => surveyOf(),
  };

  function surveyOf(): Survey {
    const numbers = new Map<number, number>();
    const drafts: { births: Set<Birth>; units: number[]; batch: boolean }[] = [];
    for (let term = 0; term < parent.length; term += 1) {
      if (birthOf[term]! < 0 || parent[term] !== term) continue;
      const birth = findBirth(birthOf[term]!);
      if (state[term] === HELD) continue;
      let number = numbers.get(birth);
      if (number === undefined) {
        number = drafts.push({ births: new Set(), units: [], batch: false }) - 1;
        numbers.set(birth, number);
      }
      const draft = drafts[number]!;
      draft.units.push(term);
      draft.batch ||= batch.has(term);
    }
    for (const [i, birth] of births.entries()) {
      const number = numbers.get(findBirth(i));
      if (number !== undefined) drafts[number]!.births.add(birth);
    }
    const products = [...factors.keys()].map(unitsOf).filter((units) => units.length > 1);
    return {
      groups: drafts.map((draft) => ({ ...draft, births: [...draft.births] })),
      groupOf: (unit) => numbers.get(findBirth(birthOf[find(unit)]!))!,
      products,
    };
  }
}
