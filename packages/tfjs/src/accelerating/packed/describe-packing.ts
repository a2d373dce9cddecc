import { percentText } from '@synaprune/core/checks';
import type { AcceleratedLayer } from '../report.js';
import { type Packed, sparsityOf } from './packing.js';

/** What multiplies by the kernels of a layer, and why. */
export function describePacking(
  packings: readonly Packed[],
): Pick<AcceleratedLayer, 'sparsity' | 'kernel' | 'why'> {
  const sparsity = sparsityOf(packings);
  if (!packings.every(({ finite }) => finite)) {
    return { sparsity, kernel: 'dense', why: 'some of its weights are no finite numbers' };
  }
  const zeros = `${percentText(sparsity)} of its weights are zero`;
  const packed = packings.flatMap(({ parts }) => parts).filter(({ kernel }) => kernel !== 'dense');
  const [first] = packed;
  if (first === undefined) return { sparsity, kernel: 'dense', why: `${zeros}: multiplying all is faster` };
  const blocks =
    first.kernel === 'blocks' ? `, and skipping blocks of ${first.block} outputs is fastest` : '';
  return { sparsity, kernel: first.kernel, why: `${zeros}${blocks}` };
}
