/** A whole number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Four significant digits, for losses. */
export function significant(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(4) : '–';
}

/** A text of others, each number in it held together with its unit: no line ends between them. */
export function together(text: string): string {
  return text.replace(/([<>]) (?=\d)|(\d) (?=(?:%|[kMG]?B|ms)(?!\w))/g, '$1$2\u00a0');
}

/** A moment of the reader's own clock, to the minute. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
