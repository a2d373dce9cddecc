import { elementsOf } from '../checks/elements-of.js';
import { PruneError } from '../checks/errors.js';
import { describe } from '../checks/legible.js';
import type { Item, MaskedWeight, Score, TensorBackend } from './backend.js';

/** What is known of a mask. */
interface MaskRecord {
  readonly shape: readonly number[];
  readonly elements: number;
}

/** Keeps the books of one backend's masks, and holds what it is given against them. */
export interface HandleChecks<Weight, Mask> {
  createMask(weight: Weight): Mask;
  disposeMask(mask: Mask): void;
  /** Enters the mask of something that the backend has pooled. */
  adopt(pooled: MaskedWeight<Weight, Mask>): void;
  /** Strikes a mask off the books. */
  release(mask: Mask): void;
  /** @returns how many elements the mask has */
  requireMask(mask: Mask): number;
  /** @returns how many elements the weights have together */
  requireMasked(items: readonly MaskedWeight<Weight, Mask>[]): number;
  /** As `requireMasked`, and that what ranks the items fits them. */
  requireItems(items: readonly Item<Weight, Mask>[]): number;
}

export function createHandleChecks<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
): HandleChecks<Weight, Mask> {
  const { name, scores } = backend.manifest;
  const records = new WeakMap<object, MaskRecord>();
  // Whatever was given back stays known as such, as long as somebody holds it.
  const gone = new WeakSet<object>();

  const recordOf = (mask: Mask): MaskRecord => {
    const record = records.get(mask as object);
    if (record !== undefined) return record;
    if (gone.has(mask as object)) throw new PruneError('disposed', `${name}: the mask was disposed`);
    throw new TypeError(`${name} needs a mask of its own, got ${describe(mask)}`);
  };

  const enter = (mask: Mask, shape: readonly number[]): void => {
    if (typeof mask !== 'object' || mask === null) {
      throw new PruneError(
        'contract-violation',
        `backend ${name} needs createMask to give an object, got ${describe(mask)}`,
      );
    }
    records.set(mask, { shape: [...shape], elements: elementsOf(shape) });
  };

  const release = (mask: Mask): void => {
    records.delete(mask as object);
    if (typeof mask === 'object' && mask !== null) gone.add(mask);
  };

  const requireFit = ({ weight, mask }: MaskedWeight<Weight, Mask>): number => {
    const { shape, elements } = recordOf(mask);
    const now = backend.shape(weight);
    if (!isSame(shape, now)) {
      throw new PruneError(
        'weight-changed',
        `${name}: a mask of shape [${shape}] needs a weight of that shape, got [${now}]`,
      );
    }
    return elements;
  };

  const requireScore = (score: Score<Weight>, weight: Weight): void => {
    const kind = score?.kind;
    if (!scores.includes(kind)) {
      throw new PruneError('unsupported', `${name} ranks by ${scores.join(', ')}; needed ${describe(kind)}`);
    }
    if (
      score.kind === 'random' &&
      !(Number.isInteger(score.seed) && score.seed >= 0 && score.seed < 2 ** 32)
    ) {
      throw new RangeError(`${name} needs a seed to be an integer in [0, 2^32), got ${describe(score.seed)}`);
    }
    if (score.kind !== 'tensor') return;
    const [needed, got] = [backend.shape(weight), backend.shape(score.tensor)];
    if (!isSame(needed, got)) {
      throw new PruneError('score-mismatch', `${name} needs scores of the shape [${needed}], got [${got}]`);
    }
  };

  return {
    createMask(weight) {
      const shape = backend.shape(weight);
      const mask = backend.createMask(weight);
      enter(mask, shape);
      return mask;
    },
    disposeMask(mask) {
      recordOf(mask);
      release(mask);
      backend.disposeMask(mask);
    },
    adopt: ({ weight, mask }) => enter(mask, backend.shape(weight)),
    release,
    requireMask: (mask) => recordOf(mask).elements,
    requireMasked: (items) => items.reduce((sum, item) => sum + requireFit(item), 0),
    requireItems(items) {
      let elements = 0;
      for (const item of items) {
        elements += requireFit(item);
        requireScore(item.score, item.weight);
      }
      return elements;
    },
  };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((edge, axis) => edge === b[axis]);
}
