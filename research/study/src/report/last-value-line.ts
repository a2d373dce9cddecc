import { COLOUR } from '@synaprune/examples-kit/report/chart';

/** The dashed line of repeating the last value, for a chart's first series, and one of a linear model where there is. */
export function lastValueLine(
  value: number,
  narrow: boolean,
  linear: number | null = null,
): Record<string, unknown> {
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: COLOUR.ink, type: [5, 4], width: 1.3 },
    label: {
      color: COLOUR.ink,
      fontSize: 12,
      textBorderColor: 'var(--page)',
      textBorderWidth: 3,
      formatter: 'last value',
      position: narrow ? 'insideEndTop' : 'end',
    },
    data: [
      { yAxis: value },
      ...(linear === null
        ? []
        : [
            {
              yAxis: linear,
              lineStyle: { color: 'var(--linear)' },
              // At the other end, where it stands clear of the last value's.
              label: { color: 'var(--linear)', formatter: 'linear', position: 'insideStartTop' },
            },
          ]),
    ],
  };
}
