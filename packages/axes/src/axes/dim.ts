/**
 * A size: a number or, where a model leaves it open, a whole multiple of names, such as `12 · batch · time`.
 */
export type Dim = number | OpenDim;

/** A size that only a run knows. */
export interface OpenDim {
  /** At least 1. */
  readonly times: number;
  /** Sorted; one name may occur more than once. At least one. */
  readonly names: readonly string[];
}

/** An open size of one name. */
export function openDim(name: string): OpenDim {
  return { times: 1, names: [name] };
}

/** Whether two sizes are equal whatever the open ones are. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return (
    a.times === b.times &&
    a.names.length === b.names.length &&
    a.names.every((name, i) => name === b.names[i])
  );
}

/** The product of two sizes. */
export function timesDim(a: Dim, b: Dim): Dim {
  const [x, y] = [parts(a), parts(b)];
  return whole(x.times * y.times, [...x.names, ...y.names].sort());
}

/** The product of sizes; 1 for none. */
export function productOf(dims: readonly Dim[]): Dim {
  return dims.reduce(timesDim, 1);
}

/** `a / b` where that is a size whatever the open ones are, or undefined. */
export function divideDim(a: Dim, b: Dim): Dim | undefined {
  const [x, y] = [parts(a), parts(b)];
  if (y.times === 0 || x.times % y.times !== 0) return undefined;
  const names = [...x.names];
  for (const name of y.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  return whole(x.times / y.times, names);
}

/** The number that a size is when open ones are what `sizes` says, 1 where it says nothing. */
export function dimAt(dim: Dim, sizes: Readonly<Record<string, number>> = {}): number {
  const { times, names } = parts(dim);
  return names.reduce((product, name) => product * (Object.hasOwn(sizes, name) ? sizes[name]! : 1), times);
}

/** `12`, `batch`, `12·batch`, for messages. */
export function showDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  return [...(dim.times === 1 ? [] : [String(dim.times)]), ...dim.names].join('·');
}

function parts(dim: Dim): OpenDim {
  return typeof dim === 'number' ? { times: dim, names: [] } : dim;
}

function whole(times: number, names: readonly string[]): Dim {
  return names.length === 0 || times === 0 ? times : { times, names };
}
