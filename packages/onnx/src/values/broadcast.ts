import { showShape } from '../elements/kind.js';

/** The shape that both broadcast to, or undefined. */
export function tryBroadcast(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** The shape that both broadcast to. @throws RangeError when there is none */
export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const shape = tryBroadcast(a, b);
  if (shape === undefined) throw new RangeError(`${showShape(a)} and ${showShape(b)} do not broadcast`);
  return shape;
}

/** An axis counted from the front. @throws RangeError when it lies outside the rank */
export function frontAxis(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(front) || front < 0 || front >= Math.max(rank, 1)) {
    throw new RangeError(`axis ${axis} lies outside rank ${rank}`);
  }
  return front;
}
