import { factor, kilobytes, percent, signedPercent } from '@synaprune/examples-kit/format';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import type { ArmSummary, Results } from '../results.js';

/** The four numbers above everything else. */
export function keyFigures({ arms, persistence, speed }: Results, pruned: ArmSummary | undefined): string {
  const [first, ...others] = speed?.speeds ?? [];
  const atOnce = others.map(({ batch, speedup }) => `, ${factor(speedup)} for ${batch} at once`);
  const none = arms.find((arm) => arm.name === 'none');
  const best = arms.reduce((a, b) => (a.mae <= b.mae ? a : b));
  const figures = [
    {
      value: `${(best.mae / persistence.mae).toFixed(2)} ×`,
      label: `the error of repeating the last value, by the best arm (${best.name})`,
    },
  ];
  if (pruned !== undefined) {
    figures.push(
      first === undefined
        ? { value: percent(pruned.sparsity), label: 'of the prunable weights dropped, as counted' }
        : {
            value: factor(first.speedup),
            label: `the speed of the dense model, accelerated, for one window${atOnce.join('')}; ${percent(pruned.sparsity)} of its prunable weights are dropped`,
          },
    );
    if (none !== undefined) {
      figures.push({
        value: kilobytes(pruned.sizes.packedBytes),
        label: `packed, instead of ${kilobytes(pruned.sizes.denseBytes)} dense; gzipped ${kilobytes(pruned.sizes.gzipBytes)}`,
      });
      const difference = pruned.againstNone;
      if (difference !== null) {
        const interval =
          difference.interval === null
            ? 'one seed says nothing about chance'
            : `95 % interval ${difference.interval.map((end) => signedPercent(end / none.mae)).join(' to ')}`;
        figures.push({
          value: signedPercent(difference.mean / none.mae),
          label: `test error of the pruned model against no regularisation; ${interval}`,
        });
      }
    }
  }
  const items = figures.map(
    ({ value, label }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="figures">${items.join('')}</dl>`;
}
