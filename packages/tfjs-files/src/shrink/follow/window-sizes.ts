import type { Dim } from '@synaprune/axes';

/** Windows along one axis. */
export interface Windows {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** `same`, `valid`, `causal` or how much is put on, both ends together. */
  readonly padding: string | number;
}

/** How many windows there are along an axis. @param open a size that only a run knows */
export function windowCount(dim: Dim, windows: Windows, open: () => Dim): Dim {
  const { kernel, stride, dilation, padding } = windows;
  const window = (kernel - 1) * dilation + 1;
  const isSame = padding === 'same' || padding === 'causal';
  const padded = typeof padding === 'number' ? padding : 0;
  if (!(stride >= 1 && kernel >= 0 && dilation >= 1)) return open();
  if (typeof dim !== 'number') return stride === 1 && (isSame || padded === window - 1) ? dim : open();
  if (isSame) return Math.ceil(dim / stride);
  const count = Math.max(0, Math.floor((dim + padded - window) / stride) + 1);
  return Number.isSafeInteger(count) ? count : open();
}

/** How long an axis becomes by a convolution that is turned round. */
export function transposedCount(dim: Dim, windows: Windows, open: () => Dim): Dim {
  const { kernel, stride, padding } = windows;
  if (typeof dim !== 'number' || !(stride >= 1)) return open();
  return padding === 'same' ? dim * stride : dim * stride + Math.max(kernel - stride, 0);
}
