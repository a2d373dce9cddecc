/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A fraction as per cent, with one decimal. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}${SPACE}%`;
}

/** Bytes in kB of 1000 bytes, one decimal. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })}${SPACE}kB`;
}

/** Four significant digits, for losses. */
export function significant(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(4) : '–';
}

/** A moment of the reader's own clock, to the minute. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
