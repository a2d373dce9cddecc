import { kilobytes } from '@synaprune/examples-kit/format';
import { axisStyle, type ChartSize, COLOUR, figure } from '@synaprune/examples-kit/report/chart';
import type { FileForm } from '../worth.js';
import { entryOf, LOOK } from './looks.js';

/** What the model takes on disk in every form, pruned and not: a bar each. */
export function bytesChart(forms: readonly FileForm[]): string {
  const arms = ['synaptic-pruning', 'none'] as const;
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: narrow ? 122 : 130, right: narrow ? 52 : 64, top: 6, bottom: 30 },
    xAxis: axisStyle('', {
      type: 'value',
      min: 0,
      splitNumber: narrow ? 3 : 6,
      axisLabel: { color: COLOUR.muted, fontSize: 12, formatter: (bytes: number) => `${bytes / 1000} kB` },
    }),
    yAxis: axisStyle('', {
      type: 'category',
      inverse: true,
      data: forms.map(({ name }) => name),
      splitLine: { show: false },
      axisLabel: { color: COLOUR.ink, fontSize: narrow ? 12 : 13 },
    }),
    series: arms.map((arm) => ({
      type: 'bar',
      name: arm,
      barMaxWidth: 11,
      barGap: '15%',
      itemStyle: { color: LOOK[arm].colour },
      label: {
        show: true,
        position: 'right',
        color: COLOUR.ink,
        fontSize: 11,
        formatter: ({ value }: { value: number }) => kilobytes(value),
      },
      data: forms.map((form) => (arm === 'none' ? form.none : form.pruned)),
    })),
  });
  return figure(
    `Bytes by form, pruned model: ${forms.map(({ name, pruned }) => `${name} ${kilobytes(pruned)}`).join(', ')}.`,
    'Means over the seeds. Packed files hold the whole model, weights and layers.',
    44 + 36 * forms.length,
    draw,
    arms.map((arm) => ({ ...entryOf(arm, arm), dash: null, symbol: 'rect' as const })),
    44 + 36 * forms.length,
  );
}
