import type { ElementType, NodeParts } from '@synaprune/onnx/graph';

/** A tensor of a test model. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly type?: ElementType;
}

/** A node of a test model. */
export type TestNode = NodeParts;

/** What `buildModel` takes, in the one form that checks of gradients look into. */
export interface TestModel {
  readonly inputs?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly type?: ElementType }>
  >;
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly nodes: readonly TestNode[];
  readonly outputs: readonly string[];
  readonly opset?: number;
}

/** Reproducible numbers, evenly spread over [−1, 1), no two closer than rounding. */
export function numbers(count: number, seed = 1, scale = 1): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 31 - 1) * scale);
  });
}

/** A float tensor of reproducible numbers. */
export function randomTensor(shape: readonly number[], seed = 1, scale = 1): TestTensor {
  return {
    shape,
    data: numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
  };
}
