import { COLOUR } from '@synaprune/examples-kit/report/chart';

/** The dashed line of repeating the last value, for a chart's first series. */
export function lastValueLine(value: number, narrow: boolean): Record<string, unknown> {
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
    data: [{ yAxis: value }],
  };
}
