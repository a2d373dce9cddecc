/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** A fraction as per cent. */
export function percent(fraction: number, decimals = 1): string {
  return `${(100 * fraction).toFixed(decimals)}${SPACE}%`;
}

/** Bytes in MB (1,000,000 bytes), two decimals. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)}${SPACE}MB`;
}
