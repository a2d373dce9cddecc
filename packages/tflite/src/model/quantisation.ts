import type { Table } from '../format/decode.js';
import { numberOf, tableOf } from '../format/fields.js';
import type { Quantisation } from './model.js';

/** What a tensor's numbers stand for, or why that is not known; `undefined` where nothing is said. */
export function readQuantisation(tensor: Table, shape: readonly number[]): Quantisation | string | undefined {
  const table = tableOf(tensor, 'quantization');
  if (table === undefined) return undefined;
  const { scale, zeroPoint, detailsType } = table;
  if (detailsType !== undefined && detailsType !== 0)
    return 'quantised in a way of its own (blocks, several axes)';
  if (!(scale instanceof Float32Array) || scale.length === 0) return undefined;
  const axis = numberOf(table, 'quantizedDimension');
  const given = zeroPoint instanceof BigInt64Array ? Array.from(zeroPoint, Number) : [];
  if (given.length !== 0 && given.length !== 1 && given.length !== scale.length) {
    return `quantised with ${scale.length} scales and ${given.length} zero points`;
  }
  if (scale.length > 1 && shape[axis] !== scale.length) {
    return `its ${scale.length} scales do not fit axis ${axis} of [${shape.join()}]`;
  }
  const zeroPoints = Array.from(scale, (_, i) => given[given.length === 1 ? 0 : i] ?? 0);
  return { scales: scale, zeroPoints, axis };
}
