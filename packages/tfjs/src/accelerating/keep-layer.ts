import type { FoundLayer } from './find-layers.js';
import { type LiveLayer, leaveDense } from './live-layer.js';
import { keepProduct } from './products/live-product.js';
import { keepSequences } from './recurrent/live-recurrent.js';

/** Keeps a layer packed in the way that its class is. */
export function keepLayer(found: FoundLayer, included: boolean): LiveLayer {
  const { cells, held = included ? undefined : 'it is left out by select' } = found;
  if (held !== undefined) return leaveDense(found, held);
  return cells === undefined ? keepProduct(found) : keepSequences(found, cells);
}
