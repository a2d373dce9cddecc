import { percent } from '@synaprune/examples-kit/format';
import { listHtml } from '@synaprune/examples-kit/report/html';
import { GAIN } from '../learning.js';
import { aimOf } from '../pruning-aim.js';
import type { Results } from '../results.js';
import type { Settings } from '../settings.js';
import type { RunResult } from '../train.js';

/** How what the report shows was made. */
export function howToRead(
  { data, seasonal, machine, speed, linear }: Results,
  { recipe, patience, learningRate, passes, dropout }: Settings,
  runs: readonly RunResult[],
): string {
  const { end, to } = aimOf(recipe);
  const files = runs[0]!.files.map(({ name }) => name).join(' and ');
  const reference =
    seasonal === null || data.reference === 'last' ? 'the last value' : `the value of ${seasonal.label}`;
  const items = [
    `The rows are cut in the order of time: the first 70 % train, the next 15 % validate, the last 15 % test. Windows that cross a border are left out (${data.windows.train.toLocaleString('en-US')}, ${data.windows.validation.toLocaleString('en-US')} and ${data.windows.test.toLocaleString('en-US')} remain). Scales are fitted on the training part alone.`,
    `The model forecasts the difference from ${reference}; an output of zero is exactly that forecast.${seasonal === null ? '' : ' Of the two naive forecasts it is the better one in the training part.'} It sees the past of ${data.features.length > 1 ? 'its inputs' : 'the target'} and, of the row to forecast, only the calendar. Errors are in ${data.unit}, on the test part, which is used once.`,
    `All arms but the narrow one start from the same weights for a seed, and all see the windows in the same order. Adam begins with steps of ${learningRate}, and halves them whenever four epochs in a row bring no gain: a validation MAE at least ${percent(GAIN, 2)} lower. After ${patience} such epochs, counted from epoch ${end} at the earliest, a run stops. Every arm goes back to its best epoch by validation MAE.`,
    `Arms without pruning pick their best among all epochs. The pruned arm picks among epochs ${end} and later only, where its full sparsity of ${percent(to)} is reached: fewer to choose from, so the rule can cost it accuracy and cannot lend it any. Restoring brings back weights and masks together, and the sparsity in the table is counted in the restored masks.`,
    `mc-dropout is the dropout arm’s models evaluated differently: ${passes} passes with dropout (rate ${dropout}) left on, averaged. Trained from the same seed the two would be identical, so they are trained once, and both rows count the training’s seconds.`,
    `narrow is a dense LSTM with so few units that it has about as many numbers as are left of the pruned one. The linear model is a ridge regression on the same windows${linear === null ? ', left out here because they have too many inputs' : `, its ridge (${linear.ridge}) picked on the validation part`}.`,
    `Sizes are the bytes of ${files}, as saved from ${machine.runtime}, and the same compressed, file by file; packed, all of it is one sparse file, which is read back byte for byte. In fewer bits, the packed file was read again and its model forecast the test part. Weights, order and dropout come from the example’s own generator, so another runtime repeats the run up to rounding.`,
    ...(speed === null
      ? []
      : [
          `Milliseconds are processor time of predict, from a tensor to numbers that can be read, in tfjs on ${speed.backend} and one thread, after all trainings: medians of rounds in which the dense and the accelerated model of seed ${speed.seed} take turns.${machine.runtime === 'tfjs' ? '' : ` ${machine.runtime} has no kernels that skip zeros; the trained weights were put into a tfjs model for it.`}`,
        ]),
    'The ± is the standard deviation over the seeds. Intervals for differences pair the arms by seed (Student’s t) and are not corrected for comparing several arms. Seeds vary initial weights, order and dropout, not the data: another series may say otherwise.',
  ];
  return listHtml(items);
}

/** What pruning does not give. */
export function limits(): string {
  const items = [
    'No speed by itself. The zeros sit in dense matrices, and dense kernels multiply them like any other number; it takes kernels that skip them. The seconds in the table are those of training, which stays dense.',
    'No smaller file by itself. The saved model has as many bytes as before; what shrinks is the compressed or packed file, because zeros compress and trained weights do not.',
    'No promise of better forecasts. A small network on a few thousand rows has little to overfit with; whether pruning regularises it is what the table is for.',
  ];
  return listHtml(items);
}
