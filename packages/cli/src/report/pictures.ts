import type { Findings } from '../findings/findings.js';
import { bytesAmong, countText, millisecondsAmong, percentText } from '../output/format.js';
import { COLOUR, figureHtml } from './chart.js';

/** Names of layers longer than this are cut in pictures. */
const LONGEST = { wide: 34, narrow: 16 } as const;

/** Bars of what the model takes, after as a share of before. */
export function costPicture({ before, after }: Findings): string {
  const bytesText = bytesAmong([before, after].flatMap(({ bytes, gzip, brotli }) => [bytes, gzip, brotli]));
  const millisecondsText = millisecondsAmong([before.ms ?? 0, after.ms ?? 0]);
  const rows = (
    [
      ['file', before.bytes, after.bytes, bytesText],
      ['by gzip', before.gzip, after.gzip, bytesText],
      ['by brotli', before.brotli, after.brotli, bytesText],
      ['a run', before.ms, after.ms, millisecondsText],
    ] as const
  ).flatMap(([name, first, second, text]) =>
    first === null || second === null || first === 0
      ? []
      : [{ name, share: second / first, before: text(first), after: text(second) }],
  );
  const label = rows.map((row) => `${row.name}: ${row.before} before, ${row.after} after`).join('; ');
  const most = Math.max(1, ...rows.map(({ share }) => share));
  return figureHtml(
    label,
    'After as a share of before. A run is the median on one thread, both models in turn.',
    44 + 58 * rows.length,
    [
      { label: 'before', colour: COLOUR.before },
      { label: 'after', colour: COLOUR.after },
    ],
    () => ({
      grid: { left: 72, right: 92, top: 8, bottom: 28 },
      xAxis: percentAxis(most),
      yAxis: nameAxis(rows.map(({ name }) => name)),
      series: [
        bars(
          'before',
          COLOUR.before,
          rows.map(() => 1),
          (i) => rows[i]!.before,
        ),
        bars(
          'after',
          COLOUR.after,
          rows.map(({ share }) => share),
          (i) => rows[i]!.after,
        ),
      ],
    }),
  );
}

/** A bar for each layer or group: what stays of it, and what is gone. */
export function layerPicture({ removed }: Findings): string {
  const kinds = [...new Set(removed.map(({ kind }) => kind))].join(' and ');
  const label = removed
    .map(({ name, total, removed: gone }) => `${name}: ${total - gone} of ${total} stay`)
    .join('; ');
  const share = (at: number) => removed[at]!.removed / Math.max(1, removed[at]!.total);
  return figureHtml(
    label,
    `Shares of the ${kinds} of each layer or group, in the order of the model; the number is how many there were.`,
    40 + 22 * removed.length,
    [
      { label: 'stays', colour: COLOUR.after },
      { label: 'gone', colour: COLOUR.gone },
    ],
    (narrow) => {
      const longest = narrow ? LONGEST.narrow : LONGEST.wide;
      const names = removed.map(({ name }) => (name.length > longest ? `…${name.slice(1 - longest)}` : name));
      return {
        grid: { left: narrow ? 118 : 236, right: narrow ? 52 : 84, top: 8, bottom: 28 },
        xAxis: percentAxis(1),
        yAxis: nameAxis(names),
        series: [
          {
            ...bars(
              'stays',
              COLOUR.after,
              removed.map((_, i) => 1 - share(i)),
            ),
            stack: 'all',
          },
          {
            ...bars(
              'gone',
              COLOUR.gone,
              removed.map((_, i) => share(i)),
              (i) => countText(removed[i]!.total),
            ),
            stack: 'all',
          },
        ],
      };
    },
  );
}

function percentAxis(most: number): Record<string, unknown> {
  return {
    type: 'value',
    min: 0,
    max: most > 1 ? Math.ceil(most * 2) / 2 : 1,
    interval: most > 1 ? 0.5 * Math.ceil(most / 2) : 0.25,
    axisLabel: { color: COLOUR.muted, formatter: (value: number) => percentText(value) },
    splitLine: { lineStyle: { color: COLOUR.line } },
  };
}

function nameAxis(names: readonly string[]): Record<string, unknown> {
  return {
    type: 'category',
    data: [...names],
    inverse: true,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: COLOUR.line } },
    axisLabel: { color: COLOUR.ink, interval: 0 },
  };
}

function bars(
  name: string,
  color: string,
  data: readonly number[],
  label?: (at: number) => string,
): Record<string, unknown> {
  return {
    name,
    type: 'bar',
    data: [...data],
    barMaxWidth: 18,
    itemStyle: { color },
    ...(label === undefined
      ? {}
      : {
          label: {
            show: true,
            position: 'right',
            color: COLOUR.muted,
            formatter: ({ dataIndex }: { readonly dataIndex: number }) => label(dataIndex),
          },
        }),
  };
}
