export { percentText } from '@synaprune/core/checks';

/** Units of a quantity, the smallest first, each with the least number that is written in it. */
type Units = readonly (readonly [least: number, size: number, unit: string])[];

// From where three digits would round up to the next unit.
const BYTES: Units = [
  [0, 1, 'B'],
  [1e4, 1e3, 'kB'],
  [999.5e3, 1e6, 'MB'],
  [999.5e6, 1e9, 'GB'],
];

const MILLISECONDS: Units = [
  [0, 1e-3, 'µs'],
  [0.9995, 1, 'ms'],
  [1e4, 1e3, 's'],
];

/** Bytes as people read them, 1,234 B, 12.3 kB, 4.56 MB: those that stand together in the unit of the largest. */
export function bytesAmong(all: readonly number[]): (bytes: number) => string {
  const [, size, unit] = unitOf(all, BYTES);
  return (bytes) =>
    size === 1 ? `${bytes.toLocaleString('en')} B` : `${(bytes / size).toPrecision(3)} ${unit}`;
}

/** Durations as people read them, in milliseconds: those that stand together in the unit of the longest. */
export function millisecondsAmong(all: readonly number[]): (milliseconds: number) => string {
  const [, size, unit] = unitOf(all, MILLISECONDS);
  return (milliseconds) => {
    const value = milliseconds / size;
    return `${unit === 'µs' ? value.toFixed(0) : Number(value.toPrecision(3))} ${unit}`;
  };
}

function unitOf(all: readonly number[], units: Units): Units[number] {
  const most = Math.max(...all);
  return units.filter(([least]) => most >= least).at(-1) ?? units[0]!;
}

/** Bytes of a model, and as it is sent. */
export function sizesText({
  bytes,
  gzip,
  brotli,
}: Readonly<Record<'bytes' | 'gzip' | 'brotli', number>>): string {
  const text = bytesAmong([bytes, gzip, brotli]);
  return `${text(bytes)}, ${text(gzip)} by gzip, ${text(brotli)} by brotli`;
}

/** A count with separators. */
export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** A shape as `64×3×3×3`; a single number has none. */
export function shapeText(shape: readonly (number | string | null)[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((size) => size ?? '?').join('×');
}

/** How much of the first the second is: `0.52 ×`. */
export function ratioText(before: number | null, after: number | null): string {
  return before === null || after === null || before === 0 ? '' : `${(after / before).toFixed(2)} ×`;
}
