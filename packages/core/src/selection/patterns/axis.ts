import { PruneError } from '../../checks/errors.js';
import { quote } from '../../checks/legible.js';
import { requireWhole } from '../../checks/require.js';
import type { PatternedWeight } from './pattern.js';

/** @throws TypeError | RangeError when it can be no axis */
export function requireAxis(axis: unknown): asserts axis is number {
  requireWhole('createPruner', 'pattern.axis', axis);
}

/** @throws PruneError `unsupported` when the weight has no such axis */
export function requireAxisOf({ name, shape }: PatternedWeight, axis: number): void {
  if (axis < shape.length) return;
  const axes =
    shape.length === 0 ? 'no axes' : shape.length === 1 ? 'axis 0 only' : `axes 0 to ${shape.length - 1}`;
  throw new PruneError(
    'unsupported',
    `the pattern needs weights with an axis ${axis}; ${quote(name)} has the shape [${shape}], ${axes}. ` +
      'Leave it out by select, or prune it by a pruner of its own',
  );
}
