import { amount, factor, kilobytes, percent, signedPercent } from '@synaprune/examples-kit/format';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { factorText, repeating, smallestFile } from '../headline.js';
import type { ArmSummary, Results } from '../results.js';

/** A number above everything else, and what it is. */
interface KeyFigure {
  readonly value: string;
  readonly label: string;
}

/** The four numbers above everything else: error, price, bytes, time. */
export function keyFigures(results: Results): string {
  const { arms, naive } = results;
  const arm = (name: ArmSummary['name']) => arms.find((candidate) => candidate.name === name);
  const [pruned, none] = [arm('synaptic-pruning'), arm('none')];
  const first = pruned ?? arms[0]!;
  const figures: KeyFigure[] = [
    {
      value: factorText(first.naiveRatio),
      label: `the error of ${repeating(naive.label)}: MAE ${amount(first.mae)} against ${amount(naive.mae)} (${first.name})`,
    },
  ];
  if (pruned !== undefined) {
    if (none !== undefined) figures.push(price(pruned, none), bytes(pruned, none));
    figures.push(time(results, pruned));
  }
  const items = figures.map(
    ({ value, label }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="figures">${items.join('')}</dl>`;
}

function price({ mae, againstNone }: ArmSummary, none: ArmSummary): KeyFigure {
  const interval = againstNone?.interval ?? null;
  const chance =
    interval === null
      ? 'one seed says nothing about chance'
      : `95 % interval ${interval.map((end) => signedPercent(end / none.mae)).join(' to ')}`;
  return {
    value: signedPercent(mae / none.mae - 1),
    label: `MAE against the same LSTM unpruned (${amount(none.mae)}); ${chance}`,
  };
}

function bytes(pruned: ArmSummary, none: ArmSummary): KeyFigure {
  const file = smallestFile(pruned);
  const dense = `instead of ${kilobytes(none.sizes.denseBytes)} dense`;
  if (file === null) return { value: kilobytes(pruned.sizes.packedBytes), label: `packed, ${dense}` };
  const same = none.lossy.find(({ values }) => values === file.values);
  const unpruned = same === undefined ? '' : `; unpruned, packed alike, ${kilobytes(same.bytes)}`;
  return {
    value: kilobytes(file.bytes),
    label: `packed (${file.values}, MAE ${amount(file.mae)}), ${dense}${unpruned}`,
  };
}

function time({ speed }: Results, pruned: ArmSummary): KeyFigure {
  const [one, ...others] = speed?.speeds ?? [];
  if (speed === null || one === undefined) {
    return { value: percent(pruned.sparsity), label: 'of the prunable weights dropped, as counted' };
  }
  const atOnce = others.map(({ batch, speedup }) => `, ${factor(speedup)} for ${batch} at once`);
  return {
    value: factor(one.speedup),
    label: `the speed of the dense model for one window${atOnce.join('')}, by accelerate in tfjs on ${speed.backend}`,
  };
}
