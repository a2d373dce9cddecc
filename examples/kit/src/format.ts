/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** A number with as many decimals as its size calls for: 4 significant digits, never fewer than the integer has. */
export function amount(value: number): string {
  const whole = Math.floor(Math.log10(Math.max(Math.abs(value), 1e-12))) + 1;
  const decimals = Math.min(6, Math.max(0, 4 - whole));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** `a ± b` with the decimals of a; `a` alone where there is one run and so no spread. */
export function spread(value: number, deviation: number, runs: number): string {
  if (runs < 2) return amount(value);
  const decimals = amount(value).split('.')[1]?.length ?? 0;
  return `${amount(value)} ± ${deviation.toFixed(decimals)}`;
}

/** A fraction as per cent. */
export function percent(fraction: number, decimals = 1): string {
  return `${(100 * fraction).toFixed(decimals)}${SPACE}%`;
}

/** A part of a whole in per cent, rounded: one that is not all never reads as all, nor one that is something as nothing. */
export function portion(fraction: number, decimals = 1): string {
  const [value, least] = [100 * fraction, 10 ** -decimals];
  if (value > 100 - least && value < 100) return `>${SPACE}${percent(1 - least / 100, decimals)}`;
  if (value > 0 && value < least) return `<${SPACE}${percent(least / 100, decimals)}`;
  return percent(fraction, decimals);
}

/** Bytes in kB (1000 bytes), one decimal. */
export function kilobytes(bytes: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${(bytes / 1000).toLocaleString('en-US', digits)}${SPACE}kB`;
}

/** A signed per cent, with a real minus sign; what rounds to nothing has no sign. */
export function signedPercent(fraction: number): string {
  const text = (100 * Math.abs(fraction)).toFixed(1);
  const sign = text === '0.0' ? '' : fraction < 0 ? '−' : '+';
  return `${sign}${text}${SPACE}%`;
}

/** A ratio with two significant digits: `4.1 ×`, `23 ×`. */
export function factor(ratio: number): string {
  return `${ratio.toFixed(Math.abs(ratio) < 9.95 ? 1 : 0)}${SPACE}×`;
}

/** A time in ms with two significant digits: `0.051 ms`, `4.2 ms`, `230 ms`. */
export function milliseconds(value: number): string {
  return `${Math.abs(value) < 99.5 ? value.toPrecision(2) : Math.round(value).toLocaleString('en-US')}${SPACE}ms`;
}

/** How far apart two things are, where one digit is enough: `0.02`, `3 · 10⁻⁷`. */
export function difference(value: number): string {
  if (value === 0) return '0';
  const [digit, exponent] = value.toExponential(0).split('e');
  if (Number(exponent) >= -3) return String(Number(value.toPrecision(1)));
  return `${digit}${SPACE}·${SPACE}10${[...exponent!].map((letter) => SUPERSCRIPTS[letter]).join('')}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((letter, i) => [letter, [...'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'][i]!]),
);
