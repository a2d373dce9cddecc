import { amount, kilobytes, percent, signedPercent } from './format.js';
import type { ArmSummary, Results } from './results.js';

/**
 * What the numbers say, in sentences, computed from nothing else. A difference counts only when its 95 %
 * interval over the paired seeds (Student's t) leaves out zero; several arms are compared without correction.
 */
export function verdict(results: Results): string[] {
  const { arms } = results;
  const none = arms.find((arm) => arm.name === 'none');
  const pruned = arms.find((arm) => arm.name === 'synaptic-pruning');
  const sentences = [againstBaselines(results)];
  for (const arm of arms) {
    const sentence = againstNone(arm, none);
    if (sentence !== null) sentences.push(sentence);
  }
  if (pruned !== undefined && none !== undefined) sentences.push(size(pruned, none));
  if (!results.complete) sentences.push('Not every run has finished: this compares those that have.');
  return sentences;
}

function againstBaselines({ arms, persistence, seasonal }: Results): string {
  const better = arms.filter((arm) => arm.mae < persistence.mae).map((arm) => arm.name);
  const score =
    better.length === arms.length
      ? 'Every arm beats repeating the last value'
      : better.length === 0
        ? 'No arm beats repeating the last value'
        : `Only ${better.join(' and ')} beat${better.length === 1 ? 's' : ''} repeating the last value`;
  const best = Math.min(...arms.map((arm) => arm.mae));
  const detail = ` (MAE ${amount(persistence.mae)} against ${amount(best)} at best)`;
  if (seasonal === null || !Number.isFinite(seasonal.mae)) return `${score}${detail}.`;
  const ahead = arms.filter((arm) => arm.mae < seasonal.mae).length;
  const count = ahead === arms.length ? 'all' : ahead === 0 ? 'none' : `${ahead} of ${arms.length}`;
  return (
    `${score}${detail}; the harder bar is repeating the value of ${seasonal.label}, MAE ` +
    `${amount(seasonal.mae)}, and ${count} of the arms clear${ahead === 1 ? 's' : ''} it.`
  );
}

function againstNone(arm: ArmSummary, none: ArmSummary | undefined): string | null {
  const { againstNone: difference } = arm;
  if (difference === null || none === undefined) return null;
  const relative = (value: number) => signedPercent(value / none.mae);
  const direction = difference.mean < 0 ? 'lower' : 'higher';
  const headline = `MAE of ${arm.name} is ${percent(Math.abs(difference.mean) / none.mae)} ${direction} than without regularisation`;
  if (difference.interval === null) return `${headline}; one seed says nothing about chance.`;
  const [low, high] = difference.interval;
  const range = `95 % interval over ${difference.seeds} paired seeds ${relative(low)} to ${relative(high)}`;
  const judgement =
    low > 0 || high < 0 ? 'more than the seeds differ among themselves' : 'within the spread of the seeds';
  return `${headline} (${range}): ${judgement}.`;
}

function size(pruned: ArmSummary, none: ArmSummary): string {
  return (
    `With ${percent(pruned.sparsity)} of its prunable weights gone, the saved model still takes ` +
    `${kilobytes(pruned.sizes.denseBytes)}, as before; gzipped it takes ${kilobytes(pruned.sizes.gzipBytes)} ` +
    `instead of ${kilobytes(none.sizes.gzipBytes)}. It runs no faster: zeros in dense matrices are multiplied ` +
    'like any number.'
  );
}
