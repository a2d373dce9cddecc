import { contrib, ORDERED, packed } from './contrib.js';
import type { WeightRole } from './role.js';
import { standard } from './standard.js';

/** ONNX Runtime's copy of an operator for one layout of memory has the inputs of the operator it stands for. */
const LAYOUTS = new Set(['com.microsoft.nchwc', 'com.ms.internal.nhwc']);

/**
 * What a weight does at an input of an operator, ONNX's own or ONNX Runtime's, before anything around the node is
 * looked at. Operators of other domains may mean anything: `other`.
 */
export function roleOf(op: string, domain: string, input: number): WeightRole {
  if (domain === 'com.microsoft' && Object.hasOwn(contrib, op)) return contrib[op]?.[input] ?? 'other';
  if (domain !== '' && domain !== 'com.microsoft' && !LAYOUTS.has(domain)) return 'other';
  return (Object.hasOwn(standard, op) ? standard[op]?.[input] : undefined) ?? 'other';
}

/** Why no element of a kernel at this operator can be made zero where it lies; `undefined` where it can. */
export function lockedBy(op: string, domain: string): string | undefined {
  if (domain === 'com.microsoft' && Object.hasOwn(packed, op)) return packed[op];
  return isForMachine(domain) ? ORDERED : undefined;
}

/** Whether a domain holds operators for one machine, that only an optimiser writes. */
export function isForMachine(domain: string): boolean {
  return LAYOUTS.has(domain);
}

/** Whether an input asks only for the shape of what it is given. */
export function readsShapeOnly(op: string, domain: string): boolean {
  return domain === '' && (op === 'Shape' || op === 'Size');
}
