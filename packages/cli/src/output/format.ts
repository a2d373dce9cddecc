/** Bytes as people read them: 1,234 B, 12.3 kB, 4.56 MB. */
export function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString('en')} B`;
  const [value, unit] =
    bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value.toPrecision(3)} ${unit}`;
}

/** A duration as people read it. */
export function millisecondsText(milliseconds: number): string {
  return milliseconds < 1
    ? `${(milliseconds * 1000).toFixed(0)} µs`
    : milliseconds < 10_000
      ? `${Number(milliseconds.toPrecision(3))} ms`
      : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A fraction in percent. A share that is not all never reads as all, nor one that is not nothing as nothing. */
export function percentText(fraction: number): string {
  const percent = 100 * fraction;
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${Number(percent.toFixed(1))} %`;
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
