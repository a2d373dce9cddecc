import type { Select } from '@synaprune/core';
import { readSelect } from '@synaprune/core';
import {
  describe,
  requireBoolean,
  requireFinite,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import type { ExternalData } from '@synaprune/onnx';
import type { Branches } from '../inline/control-flow.js';
import { checkBranches } from '../options/check-options.js';

/** What {@link addAdapters} is told. */
export interface AdapterOptions {
  /**
   * Which kernels get an adapter. Unless told, every kernel that `pruneOnnx` would prune, of those that can have one. A
   * name picks any tensor; a pattern or predicate looks at kernels of two or more dimensions. What is picked has to be able
   * to have one.
   */
  readonly select?: Select;
  /** Rows of one factor and columns of the other, at most the smaller side of any kernel that is picked. 8 unless told. */
  readonly rank?: number;
  /** What an adapter adds is multiplied by `alpha / rank`. Above 0; the rank unless told, so that it is added as it is. */
  readonly alpha?: number;
  /** What the random factors grow from, a whole number. 0 unless told. */
  readonly seed?: number;
  /**
   * Whether what is exactly zero in a kernel stays zero: on unless told, as a pruned model needs. Such an adapter is added
   * inside the kernel and costs a product of the kernel's size at each step; without zeros, or with `false`, it runs beside
   * the kernel and costs next to nothing.
   */
  readonly keepZeros?: boolean;
  /**
   * Which branch of an `If` is trained, by the name of its node (or of its first output, where it has none), as
   * `buildTrainingStep` takes it: kernels in that branch can have an adapter too. Kernels of an `If` that is not named
   * here have none.
   */
  readonly branches?: Branches;
  /** Adapters that were saved, to go on with. They say which kernels, rank, alpha, `keepZeros` and `branches`. */
  readonly adapters?: Uint8Array;
  /** As in `buildTrainingStep`. */
  readonly externalData?: ExternalData;
}

/** The options, checked, defaults filled in. */
export interface AdapterSettings {
  readonly select: Select | undefined;
  readonly rank: number;
  readonly alpha: number;
  readonly seed: number;
  readonly keepZeros: boolean;
  readonly branches: Branches;
}

const OWN = ['select', 'rank', 'alpha', 'seed', 'keepZeros', 'branches'];
const CALLER = 'addAdapters';

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function checkAdapterOptions(options: AdapterOptions): AdapterSettings {
  const given: unknown = options;
  requireOptions(CALLER, '', given, [...OWN, 'adapters', 'externalData'], {
    weights: 'which kernels is select',
    r: 'it is rank',
    loraAlpha: 'it is alpha',
  });
  const { select, rank = 8, seed = 0, keepZeros = true, branches = {} } = options;
  if (options.adapters !== undefined) {
    requireAdapterBytes(CALLER, 'adapters', options.adapters);
    const twice = OWN.find((name) => given[name] !== undefined);
    if (twice !== undefined) {
      throw new TypeError(`${CALLER} takes ${twice} or adapters, not both: what was saved says its own`);
    }
  }
  requireWhole(CALLER, 'rank', rank, 1);
  const { alpha = rank } = options;
  requireFinite(CALLER, 'alpha', alpha);
  if (!(alpha > 0)) throw new RangeError(`${CALLER} needs alpha above 0, got ${alpha}`);
  if (!Number.isFinite(Math.fround(alpha / rank)) || Math.fround(alpha / rank) === 0) {
    throw new RangeError(`${CALLER} needs alpha / rank to be a float32 above 0, got ${alpha} / ${rank}`);
  }
  requireFinite(CALLER, 'seed', seed);
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`${CALLER} needs seed to be a whole number, got ${seed}`);
  }
  requireBoolean(CALLER, 'keepZeros', keepZeros);
  checkBranches(CALLER, branches);
  readSelect(CALLER, select);
  return { select, rank, alpha, seed, keepZeros, branches };
}

/** @throws TypeError unless they are bytes */
export function requireAdapterBytes(caller: string, field: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new TypeError(`${caller} needs ${field} to be bytes, a Uint8Array, got ${describe(bytes)}`);
}
