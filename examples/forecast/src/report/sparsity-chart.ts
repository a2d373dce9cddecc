import { percent } from '@synaprune/examples-kit/format';
import { axisStyle, type ChartSize, COLOUR, epochAxis, figure } from '@synaprune/examples-kit/report/chart';
import { aimOf } from '../pruning-aim.js';
import type { ArmSummary } from '../results.js';
import type { Settings } from '../settings.js';
import { LOOK } from './looks.js';

const PRUNED = LOOK['synaptic-pruning'].colour;

/** What the masks held at the end of each epoch against what the schedule asked for. */
export function sparsityChart(pruned: ArmSummary, { recipe }: Settings): string {
  const { schedule, end, to } = aimOf(recipe);
  const first = Array.from({ length: end }, (_, epoch) => epoch).find((epoch) => schedule(epoch) > 0) ?? end;
  const run = pruned.runs[0]!;
  const epochs = run.epochs.length;
  const names = run.kernels.map(({ name }) => name);
  const dashes = [
    [6, 3],
    [2, 3],
    [9, 3, 2, 3],
  ];
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 48, right: 20, top: 12, bottom: 46 },
    xAxis: epochAxis(epochs, narrow),
    yAxis: axisStyle('', {
      type: 'value',
      min: 0,
      max: 1,
      axisLabel: { color: COLOUR.muted, formatter: (value: number) => percent(value, 0) },
    }),
    series: [
      {
        type: 'line',
        name: 'schedule',
        step: 'middle',
        showSymbol: false,
        itemStyle: { color: COLOUR.muted },
        lineStyle: { color: COLOUR.muted, width: 1.5 },
        data: Array.from({ length: epochs }, (_, epoch) => [epoch, schedule(epoch)]),
        markArea: {
          itemStyle: { color: COLOUR.shade },
          label: { color: COLOUR.muted, position: 'insideBottomRight', fontSize: 12 },
          data: [
            [
              { name: narrow ? 'picked here' : 'best epoch is picked here', xAxis: end },
              { xAxis: epochs - 1 },
            ],
          ],
        },
      },
      {
        type: 'line',
        name: 'all prunable weights',
        symbol: 'rect',
        symbolSize: 7,
        itemStyle: { color: PRUNED },
        lineStyle: { width: 0 },
        data: run.epochs.map(({ epoch, sparsity }) => [epoch, sparsity]),
      },
      ...names.map((name, i) => ({
        type: 'line',
        name,
        showSymbol: false,
        itemStyle: { color: PRUNED },
        lineStyle: { color: PRUNED, width: 1.4, type: dashes[i % 3], opacity: 0.8 },
        data: run.epochs.map((record) => [
          record.epoch,
          record.kernels.find((kernel) => kernel.name === name)?.sparsity ?? null,
        ]),
      })),
    ],
  });
  return figure(
    `Sparsity by epoch: ${percent(schedule(first))} from epoch ${first} on, ${percent(to)} from epoch ${end} on; ` +
      `the masks follow the schedule (${recipe.schedule.kind}).`,
    `Seed ${run.seed}. Squares are counted in the masks when an epoch ended; the grey line is what was asked for.`,
    300,
    draw,
    [
      { label: 'schedule', colour: COLOUR.muted, dash: [] },
      { label: 'all prunable weights', colour: PRUNED, dash: null, symbol: 'rect' },
      ...names.map((label, i) => ({
        label,
        colour: PRUNED,
        dash: dashes[i % dashes.length]!,
      })),
    ],
  );
}
