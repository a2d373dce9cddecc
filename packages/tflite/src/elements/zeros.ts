import { bytesOf } from '../model/element-type.js';
import type { Tensor } from '../model/model.js';
import { codecOf, viewOf } from './codec.js';

/** Zeros of a filter, stored sparse or not. */
export function zerosOf({ data, type, elements, sparse }: Tensor): number {
  const codec = codecOf(type);
  if (data === undefined || codec === undefined) return 0;
  const view = viewOf(data);
  const dense = Math.max(1, bytesOf(type, elements) ?? 0);
  const stored = sparse ? Math.min(elements, Math.floor((data.length * elements) / dense)) : elements;
  let zeros = elements - stored;
  for (let i = 0; i < stored; i += 1) if (codec.read(view, i) === 0) zeros += 1;
  return zeros;
}
