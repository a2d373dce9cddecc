import type { TensorBackend } from '../../contract/backend.js';
import type { AskedPattern, UnitHandle } from './pattern.js';
import { eachWeight } from './weight-pattern.js';

/** Single elements are dropped. The default. */
export interface ElementPattern {
  readonly kind: 'element';
}

export const elementKeys: readonly string[] = [];

export function elementPattern(_option: ElementPattern): AskedPattern {
  return eachWeight({
    saved: { kind: 'element' },
    requireFit: () => {},
    units: ({ elements }) => elements,
    largestUnit: () => 1,
    share: (sparsity) => sparsity,
    requireMask: () => {},
    open: async (backend, _weights, items) => ({
      backend: backend as TensorBackend<UnitHandle, UnitHandle>,
      items,
      isLive: true,
      // The units are the elements: their masks, copies by now, are the new ones.
      settle: async (units) => units as (typeof items)[number]['mask'][],
      close: () => {},
    }),
  });
}
