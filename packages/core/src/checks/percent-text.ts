/** A share in per cent, rounded. One that is not all never reads as all, nor one that is not nothing as nothing. */
export function percentText(share: number): string {
  const percent = 100 * share;
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${Number(percent.toFixed(1))} %`;
}
