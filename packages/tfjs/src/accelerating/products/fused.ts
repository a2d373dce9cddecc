import type { Activation } from '@synaprune/sparse';

/** What the product itself does behind its sums, by the names of tfjs-layers. */
export const FUSED: Readonly<Record<string, Activation>> = { linear: 'linear', relu: 'relu', relu6: 'relu6' };
