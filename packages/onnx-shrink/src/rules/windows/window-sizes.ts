import type { Dim } from '@synaprune/axes';
import { listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import type { NodeCall } from '../../follow/node-call.js';

/** How long the axes are that windows go along. */
export function windowSizes(
  call: NodeCall,
  before: readonly Dim[],
  kernel: readonly number[],
): readonly Dim[] {
  const { attributes } = call;
  const strides = listAt(attributes, 'strides') ?? kernel.map(() => 1);
  const dilations = listAt(attributes, 'dilations') ?? kernel.map(() => 1);
  const pads = listAt(attributes, 'pads') ?? [...kernel, ...kernel].map(() => 0);
  const auto = textAt(attributes, 'auto_pad', 'NOTSET');
  const up = numberAt(attributes, 'ceil_mode', 0) !== 0;
  const declared = call.declared(0);
  return before.map((dim, i) => {
    const stated = declared?.[i + 2];
    const stride = strides[i] ?? 1;
    const window = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    if (typeof dim !== 'number') {
      const padded = (pads[i] ?? 0) + (pads[i + kernel.length] ?? 0);
      const same = stride === 1 && (auto.startsWith('SAME') || (auto === 'NOTSET' && padded === window - 1));
      return same ? dim : (stated ?? call.open(`size ${i}`));
    }
    if (auto.startsWith('SAME')) return Math.ceil(dim / stride);
    const padded = auto === 'VALID' ? 0 : (pads[i] ?? 0) + (pads[i + kernel.length] ?? 0);
    const steps = (dim + padded - window) / stride;
    return Math.max(0, (up ? Math.ceil(steps) : Math.floor(steps)) + 1);
  });
}

/** The declared sizes of the output, or open ones. */
export function declaredOr(call: NodeCall, rank: number): readonly Dim[] {
  const declared = call.declared(0);
  if (declared?.length === rank) return declared;
  return Array.from({ length: rank }, (_, i) => call.open(`size ${i}`));
}
