import type { ConformanceHarness } from '../stand/harness.js';
import type { Ledger, ReferenceBackend, ReferenceMask, ReferenceWeight } from './reference.js';
import { createReferenceBackend } from './reference-backend.js';

export type ReferenceHarness = ConformanceHarness<ReferenceWeight, ReferenceMask>;

/** What a broken backend may count wrongly, or rightly. */
export interface Books extends Ledger {
  bytesRead: number;
  /** Backends made so far. */
  backends: number;
}

/**
 * A harness around the reference backend, or around what `change` makes of it: the parts of the result replace
 * the verbs of the same name.
 */
export function createReferenceHarness(
  change: (backend: Required<ReferenceBackend>, books: Books) => Partial<ReferenceBackend> = () => ({}),
): ReferenceHarness & Required<Pick<ReferenceHarness, 'countLive' | 'bytesRead' | 'spoilWeight'>> {
  const books: Books = { masks: 0, bytesRead: 0, backends: 0 };
  let weights = 0;
  return {
    name: 'reference',
    createBackend: () => {
      books.backends += 1;
      const backend = createReferenceBackend(books);
      const changed = { ...backend, ...change(backend, books) };
      // Both ways of dropping share a defect, unless it is one of the fused way's own.
      if (changed.drop === backend.drop && changed.enforce === backend.enforce) return changed;
      if (changed.dropAndEnforce !== backend.dropAndEnforce) return changed;
      const dropAndEnforce: ReferenceBackend['dropAndEnforce'] = async (groups) => {
        await changed.drop(groups);
        await changed.enforce(groups.flatMap(({ items }) => items));
      };
      return { ...changed, dropAndEnforce };
    },
    createWeight: (values, shape) => {
      weights += 1;
      return { values: values.slice(), shape, live: true };
    },
    readWeight: ({ values }) => values.slice(),
    writeWeight: (weight, values) => weight.values.set(values),
    disposeWeight: (weight) => {
      if (weight.live) weights -= 1;
      weight.live = false;
    },
    countLive: () => weights + books.masks,
    bytesRead: () => books.bytesRead,
    spoilWeight: (weight) => {
      weights -= 1;
      weight.live = false;
    },
  };
}
