import { amount, factor, kilobytes, percent, signedPercent } from '@synaprune/examples-kit/format';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import type { LossyModel } from './lossy-models.js';
import type { ArmSummary, Results } from './results.js';

/** An MAE that grows by no more than this is worth the bytes. */
const WORTH_IT = 0.01;

/** What the better naive forecast does: `repeating the value of a week ago`. */
export function repeating(label: string): string {
  return label === 'last value' ? 'repeating the last value' : `repeating the value of ${label}`;
}

/** The smallest of an arm's lossy files that forecasts well; where none does, the smallest; `null` without any. */
export function smallestFile({ mae, lossy }: ArmSummary): LossyModel | null {
  const bySize = [...lossy].sort((a, b) => a.bytes - b.bytes);
  return bySize.find((model) => model.mae / mae - 1 <= WORTH_IT) ?? bySize[0] ?? null;
}

/** How much one number is above another: `1.2 % more`, `as much`. */
export function moreOrLess(ratio: number): string {
  const size = Math.abs(ratio - 1);
  return size < 0.0005 ? 'as much' : `${percent(size)} ${ratio > 1 ? 'more' : 'less'}`;
}

/** The one sentence to go home with: what the pruned model gives, and what it costs. */
export function headline({ arms, naive, data, speed }: Results): string {
  const pruned = arms.find((arm) => arm.name === 'synaptic-pruning');
  const none = arms.find((arm) => arm.name === 'none');
  const unit = nameText(data.unit);
  const bar = `${repeating(naive.label)} (${amount(naive.mae)})`;
  if (pruned === undefined) {
    const best = arms.reduce((a, b) => (a.mae <= b.mae ? a : b));
    return `The LSTM errs by ${amount(best.mae)} ${unit} (MAE, ${best.name}), ${factorText(best.naiveRatio)} the error of ${bar}.`;
  }
  const price = none === undefined ? '' : ` and ${againstUnpruned(pruned, none)}`;
  const file = smallestFile(pruned);
  const dense = none?.sizes.denseBytes ?? pruned.sizes.denseBytes;
  const size =
    file === null
      ? kilobytes(pruned.sizes.packedBytes)
      : `${kilobytes(file.bytes)} (${file.values}, MAE ${amount(file.mae)})`;
  const [one] = speed?.speeds ?? [];
  const quicker =
    one === undefined || one.speedup < 1.05
      ? ''
      : `, and tfjs forecasts ${one.batch === 1 ? 'one window' : `${one.batch} at once`} ${factor(one.speedup)} as fast`;
  return (
    `With ${percent(pruned.sparsity, 0)} of its weights dropped while it trained, the LSTM errs by ${amount(pruned.mae)} ` +
    `${unit} (MAE): ${factorText(pruned.naiveRatio)} the error of ${bar}${price}. ` +
    `Its file takes ${size} instead of ${kilobytes(dense)}${quicker}.`
  );
}

function againstUnpruned(pruned: ArmSummary, none: ArmSummary): string {
  const interval = pruned.againstNone?.interval ?? null;
  const chance =
    interval === null
      ? 'one seed'
      : `${interval.map((end) => signedPercent(end / none.mae)).join(' to ')}, 95 %`;
  const difference = moreOrLess(pruned.mae / none.mae);
  return `${difference} ${difference === 'as much' ? 'as' : 'than'} unpruned (${chance})`;
}

/** A ratio near 1 with two decimals: `0.74 ×`. */
export function factorText(ratio: number): string {
  return `${ratio.toFixed(2)}\u00a0×`;
}
