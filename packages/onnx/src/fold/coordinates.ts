import { elementsOf } from '@synaprune/core/checks';

/** How far apart the elements of each axis lie. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** For each element of a shape, in order, what `from` gives for its coordinates. They are the same array again. */
export function listBy<Item>(shape: readonly number[], from: (at: readonly number[]) => Item): Item[] {
  const at = new Array<number>(shape.length).fill(0);
  return Array.from({ length: elementsOf(shape) }, () => {
    const item = from(at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis]! += 1;
      if (at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
    return item;
  });
}

/** For each element of `to`, the flat index of the element of `from` that broadcasts there. */
export function broadcastIndices(from: readonly number[], to: readonly number[]): number[] {
  const skipped = to.length - from.length;
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  return listBy(to, (at) => strides.reduce((sum, stride, axis) => sum + stride * at[axis + skipped]!, 0));
}
