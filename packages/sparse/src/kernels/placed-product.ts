import { requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { SparseWeights } from '../pack/sparse-weights.js';
import { ACTIVATIONS, type Activation } from './kernels.js';
import { requireApart } from './require-apart.js';
import { requireInside } from './require-inside.js';

/** A product inside a memory. Offsets are in bytes, and multiples of four. */
export interface PlacedProduct {
  /** Of `[batch, inputs]`. */
  readonly inputs: number;
  /** Of `[batch, outputs]`, written to. It must not overlap what is read. */
  readonly out: number;
  /** Samples; 1 unless told. */
  readonly batch?: number;
  /** Of what the sums start from, one for each output: nothing unless told. */
  readonly bias?: number;
  /** `linear` unless told. */
  readonly activation?: Activation;
}

const CALLER = 'multiply of placed weights';
const KNOWN = { inputs: true, out: true, batch: true, bias: true, activation: true };

/** @throws TypeError | RangeError where a part is not in the memory; a bias of 0 is none */
export function checkPlaced(
  sizeBytes: number,
  { shape }: SparseWeights,
  product: PlacedProduct,
): Required<PlacedProduct> {
  if (!isKnown(product)) requireOptions(CALLER, '', product as unknown, Object.keys(KNOWN));
  const { inputs, out, batch = 1, bias, activation = 'linear' } = product;
  requireWhole(CALLER, 'batch', batch);
  requireChoice(CALLER, 'activation', activation, ACTIVATIONS);
  requireInside(CALLER, 'inputs', inputs, batch * shape[1], sizeBytes);
  requireInside(CALLER, 'out', out, batch * shape[0], sizeBytes);
  if (bias !== undefined) requireInside(CALLER, 'bias', bias, shape[0], sizeBytes, 4);
  requireApart(
    CALLER,
    ['out', out, batch * shape[0]],
    [
      ['inputs', inputs, batch * shape[1]],
      ['bias', bias ?? 0, bias === undefined ? 0 : shape[0]],
    ],
  );
  return { inputs, out, batch, bias: bias ?? 0, activation };
}

/** Told quickly: a call of a small layer takes no longer than a check in words. */
function isKnown(product: unknown): boolean {
  if (typeof product !== 'object' || product === null) return false;
  for (const key in product) if (!(key in KNOWN)) return false;
  return true;
}
