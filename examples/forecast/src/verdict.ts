import { amount, kilobytes, percent, signedPercent } from '@synaprune/examples-kit/format';
import { accelerationText } from '@synaprune/examples-kit/speed';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import type { LossyModel } from './lossy-models.js';
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
  if (pruned !== undefined && none !== undefined) sentences.push(size(pruned, none), ...fewerBits(pruned));
  if (pruned !== undefined) sentences.push(...speedOf(results));
  const unfinished = stillImproving(results);
  if (unfinished !== null) sentences.push(unfinished);
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
  if (seasonal === null || !(seasonal.mae < persistence.mae)) return `${score}${detail}.`;
  const ahead = arms.filter((arm) => arm.mae < seasonal.mae).length;
  const count =
    ahead === arms.length
      ? 'all arms clear'
      : ahead === 0
        ? 'no arm clears'
        : `${ahead} of ${arms.length} arms clear`;
  return (
    `${score}${detail}; the harder bar is repeating the value of ${seasonal.label}, MAE ` +
    `${amount(seasonal.mae)}, and ${count} it.`
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

/** Whether the budget of epochs ended before the learning did. */
function stillImproving({ arms, options }: Results): string | null {
  // mc-dropout has the dropout arm's trainings.
  const runs = arms.filter((arm) => arm.name !== 'mc-dropout').flatMap((arm) => arm.runs);
  const late = runs.filter((run) => run.bestEpoch === Number(options.epochs) - 1).length;
  if (late * 2 < runs.length) return null;
  const which = late === runs.length ? 'All' : `${late} of`;
  return (
    `${which} ${runs.length} trainings had their best epoch last: they were still learning when the ` +
    `${options.epochs} epochs ended, and a longer run may rank the arms differently.`
  );
}

function size(pruned: ArmSummary, none: ArmSummary): string {
  const { denseBytes, gzipBytes, brotliBytes, packedBytes } = pruned.sizes;
  return (
    `With ${percent(pruned.sparsity)} of its prunable weights gone, the saved model still takes ` +
    `${kilobytes(denseBytes)}, as before; gzipped it takes ${kilobytes(gzipBytes)} instead of ` +
    `${kilobytes(none.sizes.gzipBytes)}, by brotli ${kilobytes(brotliBytes)}, and packed by @synaprune/sparse ` +
    `${kilobytes(packedBytes)}, to be read again byte for byte.`
  );
}

/** An MAE that grows by no more than this is worth the bytes. */
const WORTH_IT = 0.01;

/** The smallest of the lossy files that forecasts well; where none does, the smallest. */
function fewerBits(pruned: ArmSummary): string[] {
  const change = ({ mae }: LossyModel) => mae / pruned.mae - 1;
  const bySize = [...pruned.lossy].sort((a, b) => a.bytes - b.bytes);
  const chosen = bySize.find((model) => change(model) <= WORTH_IT) ?? bySize[0];
  if (chosen === undefined) return [];
  const size = Math.abs(change(chosen));
  const price =
    size < 0.0005
      ? 'forecasts as well'
      : `its MAE is ${percent(size)} ${change(chosen) < 0 ? 'lower' : 'higher'}`;
  return [
    `With fewer bits a value (${chosen.values}) it takes ${kilobytes(chosen.bytes)}, ` +
      `${percent(chosen.bytes / pruned.sizes.denseBytes, 0)} of the dense file, and ${price}.`,
  ];
}

function speedOf({ speed, machine, data, complete }: Results): string[] {
  if (speed === null) {
    return complete
      ? [
          `${machine.runtime} has no kernels that skip zeros: it multiplies them like any number, and runs no faster. ` +
            'What accelerate of @synaprune/tfjs makes of them, --runtime tfjs measures.',
        ]
      : [];
  }
  return [
    accelerationText(speed, {
      verb: 'forecasts',
      one: 'one window',
      where: `on tfjs’s ${machine.backend} backend`,
      output: 'forecast',
      unit: nameText(data.unit),
    }),
  ];
}
