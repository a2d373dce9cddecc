import type { Axis } from '@synaprune/axes';
import { elementsOf } from '@synaprune/core/checks';
import { type ElementType, roundTo } from '@synaprune/onnx/graph';

/** The elements of a tensor that is the same at every run, row-major. */
export interface KnownNumbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  readonly type: ElementType;
}

/**
 * What is known of the numbers that a value carries, whatever the model is fed. Numbers are finite; NaN stands for "not
 * known to be one number".
 */
export interface Carried {
  readonly axes: readonly Axis[];
  readonly type: ElementType | undefined;
  /**
   * Whether 0 times any of its elements is 0: no NaN and no infinity of the file reaches it. What finite weights compute
   * is taken to be finite.
   */
  finite(): boolean;
  /** For every index along an axis: the one number that all elements there are. Undefined where none is known. */
  along(axis: number): Float64Array | undefined;
  /** The one number that all elements are. */
  everywhere(): number;
  /** All its elements, where it is the same at every run and they are known. */
  numbers(): KnownNumbers | undefined;
}

/** What {@link Carried} is made of; what is left out is not known. */
export interface CarriedParts {
  readonly type?: ElementType | undefined;
  readonly finite?: () => boolean;
  readonly along?: (axis: number) => Float64Array | undefined;
  readonly everywhere?: () => number;
  readonly numbers?: () => KnownNumbers | undefined;
}

/** Each answer is worked out once, when it is asked for. */
export function carried(axes: readonly Axis[], parts: CarriedParts): Carried {
  const known = new Map<number, Float64Array | undefined>();
  const along = (axis: number) => {
    if (!known.has(axis)) {
      const found = parts.along?.(axis);
      known.set(axis, found?.length === lengthAt({ axes }, axis) ? found : undefined);
    }
    return known.get(axis);
  };
  return {
    axes,
    type: parts.type,
    finite: once(parts.finite ?? (() => false)),
    along,
    everywhere: once(parts.everywhere ?? (() => sharedBy(axes.map((_, axis) => along(axis))))),
    numbers: once(parts.numbers ?? (() => undefined)),
  };
}

/** A tensor of the file, or what is computed of such alone. */
export function carriedNumbers(axes: readonly Axis[], type: ElementType, read: () => KnownNumbers): Carried {
  const numbers = once(read);
  return carried(axes, {
    type,
    numbers,
    finite() {
      const { data } = numbers();
      for (let i = 0; i < data.length; i += 1) if (!Number.isFinite(data[i])) return false;
      return true;
    },
    along: (axis) => slicesOf(numbers(), axis),
    everywhere() {
      const { data } = numbers();
      for (let i = 1; i < data.length; i += 1) if (data[i] !== data[0]) return Number.NaN;
      return data.length > 0 ? settled(data[0]!) : Number.NaN;
    },
  });
}

/** A value of the given axes of which nothing is known but whether it is finite. */
export function unknownNumbers(axes: readonly Axis[], from: readonly Carried[]): Carried {
  return carried(axes, { type: typeOfAll(from), finite: () => from.every((each) => each.finite()) });
}

/** A number as a type holds it, where every runtime comes to the same one; else NaN. */
export function rounded(type: ElementType | undefined, value: number): number {
  // In narrower types runtimes compute now in these, now in float32.
  return type === 'float32' || value === 0 ? settled(roundTo(type ?? 'float32', value)) : Number.NaN;
}

/** The type of the first that has one. */
export function typeOfAll(from: readonly Carried[]): ElementType | undefined {
  return from.find(({ type }) => type !== undefined)?.type;
}

/** How long an axis is, where that is a number. */
export function lengthAt({ axes }: Pick<Carried, 'axes'>, axis: number): number | undefined {
  const dim = axes[axis]?.dim;
  return typeof dim === 'number' ? dim : undefined;
}

/** As many as an axis has indices, all not known. */
export function notKnown(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN);
}

function settled(value: number): number {
  // One zero for both.
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}

function sharedBy(alongs: readonly (Float64Array | undefined)[]): number {
  for (const along of alongs) {
    if (along === undefined || along.length === 0) continue;
    if (along.every((each) => each === along[0])) return along[0]!;
  }
  return Number.NaN;
}

function slicesOf({ data, shape }: KnownNumbers, axis: number): Float64Array {
  const size = shape[axis]!;
  const inner = elementsOf(shape.slice(axis + 1));
  const slices = new Float64Array(size);
  const seen = new Uint8Array(size);
  for (let at = 0, i = 0; at < data.length; i = i + 1 === size ? 0 : i + 1) {
    const end = at + inner;
    if (seen[i] === 0) {
      seen[i] = 1;
      slices[i] = settled(data[at]!);
    }
    const first = slices[i]!;
    for (; at < end; at += 1) if (data[at] !== first) slices[i] = Number.NaN;
  }
  return slices;
}

function once<Answer>(ask: () => Answer): () => Answer {
  let answer: { readonly is: Answer } | undefined;
  return () => {
    answer ??= { is: ask() };
    return answer.is;
  };
}
