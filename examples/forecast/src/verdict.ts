import { amount, kilobytes, percent, signedPercent } from '@synaprune/examples-kit/format';
import { pairedDifference } from '@synaprune/examples-kit/metrics';
import { accelerationText } from '@synaprune/examples-kit/speed';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import { headline, moreOrLess, repeating, smallestFile } from './headline.js';
import { learningText } from './learning-text.js';
import type { ArmSummary, Results } from './results.js';

/**
 * What the numbers say, in sentences, computed from nothing else. A difference counts only when its 95 %
 * interval over the paired seeds (Student's t) leaves out zero; several arms are compared without correction.
 */
export function verdict(results: Results): string[] {
  const { arms } = results;
  const arm = (name: ArmSummary['name']) => arms.find((candidate) => candidate.name === name);
  const [none, pruned, narrow] = [arm('none'), arm('synaptic-pruning'), arm('narrow')];
  const sentences = [headline(results), ...againstBars(results)];
  for (const other of arms) {
    const sentence = againstNone(other, none);
    if (sentence !== null) sentences.push(sentence);
  }
  if (pruned !== undefined && narrow !== undefined) sentences.push(againstNarrow(pruned, narrow));
  if (pruned !== undefined && none !== undefined) sentences.push(size(pruned, none), ...fewerBits(pruned));
  if (pruned !== undefined) sentences.push(...speedOf(results));
  sentences.push(...alongCurve(results), ...learningText(results));
  if (!results.complete) sentences.push('Not every run has finished: this compares those that have.');
  return sentences;
}

/** Against the better naive forecast and the linear model, each with who clears it. */
function againstBars({ arms, naive, linear }: Results): string[] {
  const bars = [
    { name: repeating(naive.label), note: `MAE ${amount(naive.mae)}`, mae: naive.mae },
    ...(linear === null
      ? []
      : [
          {
            name: 'a linear model of the same windows',
            note: `MAE ${amount(linear.mae)}, ${linear.weights.toLocaleString('en-US')} numbers`,
            mae: linear.mae,
          },
        ]),
  ];
  const sentences = bars.map(({ name, note, mae }) => {
    const better = arms.filter((arm) => arm.mae < mae).map((arm) => arm.name);
    const who =
      better.length === arms.length
        ? 'Every arm beats'
        : better.length === 0
          ? 'No arm beats'
          : `Only ${better.join(' and ')} beat${better.length === 1 ? 's' : ''}`;
    return { who, what: `${name} (${note})` };
  });
  const [first, second] = sentences;
  return second !== undefined && second.who === first!.who
    ? [`${first!.who} ${first!.what} and ${second.what}.`]
    : sentences.map(({ who, what }) => `${who} ${what}.`);
}

function againstNone(arm: ArmSummary, none: ArmSummary | undefined): string | null {
  const { againstNone: difference } = arm;
  // The narrow one is held against the pruned one.
  if (difference === null || none === undefined || arm.name === 'narrow') return null;
  const size = Math.abs(difference.mean) / none.mae;
  const direction = difference.mean < 0 ? 'lower' : 'higher';
  const headline =
    size < 0.0005
      ? `MAE of ${arm.name} is that without regularisation`
      : `MAE of ${arm.name} is ${percent(size)} ${direction} than without regularisation`;
  return `${headline}${chance(difference, none.mae)}.`;
}

/** The dense model of the same size: what somebody would train who wants few weights and does not prune. */
function againstNarrow(pruned: ArmSummary, narrow: ArmSummary): string {
  const pairs = pruned.runs.flatMap(({ seed, mae }) => {
    const other = narrow.runs.find((run) => run.seed === seed);
    return other === undefined ? [] : [[other.mae, mae] as const];
  });
  const difference = pairedDifference(
    pairs.map(([other]) => other),
    pairs.map(([, mae]) => mae),
  );
  const numbers = (arm: ArmSummary) => Math.round(arm.numbers).toLocaleString('en-US');
  const amountOf = moreOrLess(narrow.mae / pruned.mae);
  return (
    `Trained dense with ${narrow.hidden} units, an LSTM of the same size (${numbers(narrow)} numbers; ${numbers(pruned)} are ` +
    `left of the pruned one) errs by ${amount(narrow.mae)}, ${amountOf} ${amountOf === 'as much' ? 'as' : 'than'} the ` +
    `pruned one${chance({ ...difference, seeds: pairs.length }, pruned.mae)}. Packed, exact, it takes ` +
    `${kilobytes(narrow.sizes.packedBytes)}, the pruned one ${kilobytes(pruned.sizes.packedBytes)}.`
  );
}

/** What the seeds say about a difference. */
function chance({ interval, seeds }: NonNullable<ArmSummary['againstNone']>, reference: number): string {
  if (interval === null) return '; one seed says nothing about chance';
  const [low, high] = interval;
  const ends = `${signedPercent(low / reference)} to ${signedPercent(high / reference)}`;
  const judgement =
    low > 0 || high < 0 ? 'more than the seeds differ among themselves' : 'within the spread of the seeds';
  return ` (95 % interval over ${seeds} paired seeds ${ends}): ${judgement}`;
}

/** An MAE above the unpruned one's by no more than this is called as good. */
const AS_GOOD = 0.02;

/** How far pruning can go, by the models of one seed. */
function alongCurve({ curve, options }: Results): string[] {
  const [dense, ...pruned] = curve;
  if (dense === undefined || dense.sparsity > 0 || pruned.length === 0) return [];
  const good = pruned.filter(({ mae }) => mae <= dense.mae * (1 + AS_GOOD));
  const [best, last] = [good.at(-1), pruned.at(-1)!];
  const end = `${percent(last.sparsity, 0)} the MAE is ${amount(last.mae)} (${signedPercent(last.mae / dense.mae - 1)})`;
  const seed = `Of the models of seed ${(options.seeds as readonly number[])[0]}`;
  if (best === undefined) {
    return [
      `${seed} none that is pruned stays within 2 % of the unpruned one's MAE of ${amount(dense.mae)}; at ${end}.`,
    ];
  }
  return [
    `${seed} the one with ${percent(best.sparsity, 0)} of its weights dropped is the sparsest within 2 % of the unpruned ` +
      `one's MAE of ${amount(dense.mae)}${best === last ? '' : `; at ${end}`}.`,
  ];
}

function size(pruned: ArmSummary, none: ArmSummary): string {
  const { denseBytes, gzipBytes, brotliBytes, packedBytes } = pruned.sizes;
  return (
    `As it is saved the pruned model still takes ` +
    `${kilobytes(denseBytes)}, as before; gzipped it takes ${kilobytes(gzipBytes)} instead of ` +
    `${kilobytes(none.sizes.gzipBytes)}, by brotli ${kilobytes(brotliBytes)}, and packed by @synaprune/sparse ` +
    `${kilobytes(packedBytes)}, to be read again byte for byte.`
  );
}

function fewerBits(pruned: ArmSummary): string[] {
  const chosen = smallestFile(pruned);
  if (chosen === null) return [];
  const change = chosen.mae / pruned.mae - 1;
  const price =
    Math.abs(change) < 0.0005
      ? 'forecasts as well'
      : `its MAE is ${percent(Math.abs(change))} ${change < 0 ? 'lower' : 'higher'}`;
  return [
    `With fewer bits a value (${chosen.values}) it takes ${kilobytes(chosen.bytes)}, ` +
      `${percent(chosen.bytes / pruned.sizes.denseBytes, 0)} of the dense file, and ${price}.`,
  ];
}

function speedOf({ speed, data }: Results): string[] {
  if (speed === null) return [];
  return [
    accelerationText(speed, {
      verb: 'forecasts',
      one: 'one window',
      where: `on tfjs’s ${speed.backend} backend`,
      output: 'forecast',
      unit: nameText(data.unit),
    }),
  ];
}
