import type { Law } from '../cases/case.js';
import type { ReferenceBackend, ReferenceGroup, ReferenceItem, ReferenceMasked } from './reference.js';
import type { Books } from './reference-harness.js';

/** A defect that some pruning program has, or could: what it makes of the reference backend. */
export interface BrokenBackend {
  /** The law it breaks: a case of this law must fail. */
  readonly law: Law;
  /** What it does wrong, as the rest of "a backend that …". */
  readonly name: string;
  readonly change: (backend: Required<ReferenceBackend>, books: Books) => Partial<ReferenceBackend>;
}

/** Runs `work` on every item and element, in order. */
export function eachElement<Item extends ReferenceMasked>(
  items: readonly Item[],
  work: (item: Item, index: number) => void,
): void {
  for (const item of items) for (const index of item.mask.kept.keys()) work(item, index);
}

/** All items of all groups. */
export function itemsOf(groups: readonly ReferenceGroup[]): ReferenceItem[] {
  return groups.flatMap((group) => group.items);
}

/** Groups with another number of ties. */
export function withTies(
  groups: readonly ReferenceGroup[],
  change: (ties: number) => number,
): ReferenceGroup[] {
  return groups.map(({ items, cut }) => ({
    items,
    cut: { ...cut, ties: change(cut.ties) },
  }));
}
